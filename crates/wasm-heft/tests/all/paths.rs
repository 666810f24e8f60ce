//! Paths of one command: each its own file, none above the limit, and no progress but where wanted.

use crate::common::{MODULE, Place, tool, wasm};

fn place() -> Place {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    tool("ln", &["in.wasm", "hard.wasm"], &place.path(""));
    tool("ln", &["-s", "in.wasm", "soft.wasm"], &place.path(""));
    place
}

#[test]
fn outputs_that_are_the_same_file_are_refused_however_they_are_spelled() {
    for outputs in [
        "-o x --record x",
        "-o x --names ./x",
        "-o o --names y --record ../HERE/y",
        "-o - --names -",
        "-o - --record -",
        "-o - --record /dev/stdout",
        "-o o --record in.wasm",
        "-o o --record ./in.wasm",
        "-o o --names hard.wasm",
        "-o o --record soft.wasm",
        "-o in.wasm --names soft.wasm",
    ] {
        let place = place();
        let folder = place.path("");
        let here = folder.file_name().unwrap().to_str().unwrap();
        let before = place.list();
        let outputs = outputs.replace("HERE", here);
        let said = place.heft(&format!("optimize in.wasm {outputs}")).refused();
        assert!(said.contains("are the same file"), "{outputs}: {said}");
        assert_eq!(place.list(), before);
        assert!(place.read("in.wasm") == wasm(MODULE));
    }
}

#[test]
fn the_output_alone_may_be_the_input_by_any_name_and_devices_take_anything() {
    for outputs in [
        "-o soft.wasm",
        "-o in.wasm",
        "-o ./in.wasm",
        "-o /dev/null --record /dev/null",
    ] {
        place().heft(&format!("optimize in.wasm {outputs}")).ok();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_module_on_standard_output_is_alone_there_by_any_name() {
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let place = place();
        let run = place.heft(&format!("optimize in.wasm -o {name}")).ok();
        place.heft("optimize in.wasm -o out.wasm").ok();
        assert!(run.stdout_bytes() == place.read("out.wasm"), "{name}");
    }
}

#[test]
fn a_report_does_not_replace_what_it_is_about() {
    let place = place();
    place.write(
        "budgets.toml",
        b"[[budget]]\nartifact = \"a\"\nlimit = \"1 MiB\"\n",
    );
    let run = place.heft("gate --budgets budgets.toml a=in.wasm --report soft.wasm");
    assert_eq!(run.code(), 2, "{}", run.stderr());
    assert!(place.read("in.wasm") == wasm(MODULE));
}

#[test]
fn an_input_above_the_limit_is_refused_before_it_is_read() {
    let place = Place::new();
    let huge = std::fs::File::create(place.path("in.wasm")).unwrap();
    // Nothing of it is on the disk.
    huge.set_len(8 << 30).unwrap();
    for command in [
        "optimize in.wasm -o out.wasm",
        "size in.wasm",
        "gate --budgets in.wasm a=b.wasm",
        "comment in.wasm --print",
    ] {
        let said = place.heft(command).refused();
        assert!(
            said.contains("larger than 1,073,741,824 B") && said.contains("--max-file"),
            "{said}"
        );
    }
    place.write("in.wasm", &wasm(MODULE));
    let said = place
        .heft("optimize in.wasm -o out.wasm --max-file 100B")
        .refused();
    assert!(said.contains("larger than 100 B"), "{said}");
    let run = place.heft_with("size - --max-file 100B", &[], &wasm(MODULE));
    assert!(run.refused().contains("larger than 100 B"));
    place.heft("size in.wasm --max-file 1KiB").ok();
}

#[test]
fn compressed_files_and_archives_are_named_as_such() {
    for (start, what) in [
        (&b"\x1f\x8b\x08\0\0\0"[..], "compressed with gzip"),
        (b"\x28\xb5\x2f\xfd\0", "compressed with zstd"),
        (b"PK\x03\x04\0\0", "a ZIP archive"),
        (b"!<arch>\n", "an archive of object files"),
    ] {
        let place = Place::new();
        place.write("in.wasm", start);
        let said = place.heft("optimize in.wasm -o out.wasm").refused();
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn progress_goes_to_a_terminal_or_where_it_is_asked_for() {
    let place = place();
    place.fake_wasm_opt("sleep 1.3; cat \"$in\" >\"$out\"");
    let quiet = "optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt";
    assert_eq!(place.heft(quiet).ok().stderr(), "");
    assert_eq!(place.heft(&format!("{quiet} --progress never")).code(), 2);
    assert_eq!(
        place
            .heft(&format!("{quiet} --progress=never"))
            .ok()
            .stderr(),
        ""
    );
    for asked in ["--progress", "--progress=always"] {
        let run = place.heft(&format!("{quiet} {asked}")).ok();
        assert!(
            run.stderr().contains("wasm-opt at work for 1 s"),
            "{}",
            run.stderr()
        );
    }
}

#[test]
fn wrong_usage_takes_one_line_that_says_where_help_is() {
    let place = place();
    for (arguments, expected) in [
        ("optimize in.wasm", "`--help` tells more"),
        ("optimize in.wasm -o x --chek", "--check"),
        (
            "optimize in.wasm -o x --converge sometimes",
            "auto, always, never",
        ),
        ("size", "<FILE>"),
        ("nonsense", "`--help` tells more"),
        ("size --top many in.wasm", "many"),
        ("size in.wasm --max-file 5", "unit"),
    ] {
        let said = place.heft(arguments).refused();
        assert!(said.contains(expected), "{arguments}: {said}");
    }
}

#[test]
fn a_symbols_file_without_names_is_told_and_troubles_nobody_later() {
    let place = Place::new();
    place.write(
        "in.wasm",
        &wasm("(module (func (export \"f\") (drop (i32.const 1))))"),
    );
    let run = place
        .heft("optimize in.wasm -o out.wasm --names out.names.wasm")
        .ok();
    assert!(
        run.stderr().contains("`in.wasm` names no functions"),
        "{}",
        run.stderr()
    );
    let run = place.heft("size out.wasm --no-compress").ok();
    assert!(!run.stdout().contains("is not used"), "{}", run.stdout());
}

#[test]
fn a_change_in_the_order_of_imports_is_told() {
    let place = Place::new();
    let code = r#"(module (import "b" "g" (func $g)) (import "a" "t" (global i32)) (import "a" "f" (func $f))
        (func (export "run") (call $f) (call $g) (drop (i32.add (i32.const 1) (i32.const 2)))))"#;
    place.write("in.wasm", &wasm(code));
    let run = place
        .heft("optimize in.wasm -o out.wasm --record r.json")
        .ok();
    let face = |name: &str| {
        heft_wasm::interface::interface(&place.read(name), wasmparser::WasmFeatures::all())
            .unwrap()
            .imports
    };
    let told = String::from_utf8(place.read("r.json"))
        .unwrap()
        .contains("\"imports_reordered\": true");
    let other = face("in.wasm") != face("out.wasm");
    assert!(
        other,
        "wasm-opt keeps the order here: the test needs another module"
    );
    assert_eq!(
        (told, run.stdout().contains("in another order")),
        (true, true)
    );
}

#[test]
fn no_output_takes_the_place_of_what_was_read() {
    let place = Place::new();
    place.write("app.wasm", &wasm("(module (func (export \"_start\")))"));
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"app\"]\nraw = { limit = \"1 KiB\" }\n";
    place.write("budgets.toml", budgets);
    std::os::unix::fs::symlink(place.path("app.wasm"), place.path("link.wasm")).unwrap();
    let gate = "gate --budgets budgets.toml app=app.wasm --format json";
    for (arguments, path) in [
        (format!("{gate} --report app.wasm"), "app.wasm"),
        (format!("{gate} --report ./link.wasm"), "app.wasm"),
        (format!("{gate} --report budgets.toml"), "budgets.toml"),
        (
            format!("{} --summary budgets.toml", gate.replace("json", "github")),
            "budgets.toml",
        ),
        (
            format!(
                "{} --report s.md --summary ./s.md",
                gate.replace("json", "github")
            ),
            "app.wasm",
        ),
        ("report app=app.wasm -o app.wasm".to_owned(), "app.wasm"),
        (
            "report --budgets budgets.toml app=app.wasm -o r.html --markdown budgets.toml"
                .to_owned(),
            "budgets.toml",
        ),
    ] {
        let before = place.read(path);
        let said = place.heft(&arguments).refused();
        assert!(said.contains("are the same file"), "{arguments}: {said}");
        assert!(
            place.read(path) == before,
            "{arguments}: {path} was replaced"
        );
    }
    let names = place.list();
    assert_eq!(
        names,
        ["app.wasm", "budgets.toml", "link.wasm"],
        "nothing is left"
    );
    place.heft(&format!("{gate} --report other.json")).ok();
}

#[test]
fn standard_input_serves_one_file_only() {
    let place = place();
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n";
    place.write("budgets.toml", budgets);
    for command in [
        "size - -",
        "size --names - -",
        "diff --names-new - - in.wasm",
        "gate --budgets budgets.toml a=- b=-",
        "report -o r.html a=- b=-",
        "optimize - -o x --names y --record z --fingerprint a=b",
    ] {
        let before = place.list();
        let run = place.heft_with(command, &[], &wasm(MODULE));
        if command.starts_with("optimize") {
            run.ok();
            continue;
        }
        let said = run.refused();
        assert!(
            said.contains("standard input, which can be read once; name a file"),
            "{command}: {said}"
        );
        assert_eq!(place.list(), before, "{command}");
    }
}

/// `gate` in GitHub's format, which writes a summary as well.
const SUMMARY: &str = "gate --budgets budgets.toml --format github a=in.wasm --summary";

#[test]
fn a_summary_is_a_file_that_can_be_written_or_nothing_is() {
    let place = place();
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n";
    place.write("budgets.toml", budgets);
    let before = place.list();
    for (summary, words) in [
        ("-", "it is standard output"),
        ("/dev/stdout", "it is standard output"),
        ("none/summary.md", "its folder does not exist"),
        (".", "it is a directory"),
        ("budgets.toml", "are the same file"),
    ] {
        let said = place
            .heft(&format!("{SUMMARY} {summary} --report report.txt"))
            .refused();
        assert!(said.contains(words), "{summary}: {said}");
        assert_eq!(place.list(), before, "{summary}");
        assert_eq!(place.read("budgets.toml"), budgets);
    }
    let said = place.heft(&format!("{SUMMARY} /dev/full")).refused();
    assert!(said.contains("cannot write `/dev/full`"), "{said}");
}

#[test]
fn a_pipe_for_a_summary_that_nobody_reads_from_is_told() {
    let place = place();
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n";
    place.write("budgets.toml", budgets);
    tool("mkfifo", &["pipe"], &place.path(""));
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    let script =
        format!("(sleep 2; cat pipe >got) & '{program}' {SUMMARY} pipe 2>&1 >/dev/null; wait");
    let said = tool("sh", &["-c", &script], &place.path(""));
    assert_eq!(
        String::from_utf8(said).unwrap(),
        "waiting for `pipe`, which is not a file: somebody has to read from it\n"
    );
    let got = String::from_utf8(place.read("got")).unwrap();
    assert!(got.contains("in budget") || got.contains('|'), "{got}");
}
