//! Bad input gives one line, exit code 2, and an output path that is as it was.

use crate::common::{MODULE, Place, component, tool, wasm};
use std::fs;

#[track_caller]
fn refused(content: &[u8], expected: &str) {
    let place = Place::new();
    place.write("in.wasm", content);
    place.write("out.wasm", b"as it was");
    let said = place
        .heft("optimize in.wasm -o out.wasm --names t.wasm --record r.json")
        .refused();
    assert!(
        said.contains("`in.wasm`") && said.contains(expected),
        "{said}"
    );
    assert_eq!(place.read("out.wasm"), b"as it was");
    assert_eq!(place.list(), ["in.wasm", "out.wasm"]);
}

#[test]
fn an_empty_file_is_refused() {
    refused(b"", "it is empty");
}

#[test]
fn a_text_file_is_refused() {
    refused(
        b"hello\n",
        "it starts with `68 65 6c 6c`, expected `00 61 73 6d`",
    );
}

#[test]
fn webassembly_text_is_refused_with_the_tool_that_turns_it_into_a_binary() {
    refused(b"  (module)\n", "`wasm-tools parse`");
}

#[test]
fn a_truncated_file_is_refused_with_the_offset() {
    for file in [wasm(MODULE), component()] {
        refused(&file[..file.len() - 5], "offset 0x");
        refused(&file[..file.len() / 2], "offset 0x");
        refused(
            &file[..6],
            "the header at offset 0x0 goes past the end at 0x6",
        );
    }
}

#[test]
fn a_component_with_a_corrupt_section_is_refused_with_the_offset() {
    let mut file = component();
    let at = file
        .windows(4)
        .rposition(|w| w == b"\0asm")
        .expect("has core modules");
    // The type section of the last core module claims more types than it has.
    assert_eq!(file[at + 8], 1);
    file[at + 10] += 1;
    refused(&file, "at offset 0x");
}

#[test]
fn an_unknown_version_is_refused() {
    refused(b"\0asm\x02\0\0\0", "binary version 0x00000002");
}

#[test]
fn a_directory_and_a_missing_file_are_refused() {
    let place = Place::new();
    fs::create_dir(place.path("in.wasm")).unwrap();
    let said = place.heft("optimize in.wasm -o out.wasm").refused();
    assert!(said.contains("`in.wasm`: it is a directory"), "{said}");
    let said = place.heft("size none.wasm").refused();
    assert!(said.contains("`none.wasm`"), "{said}");
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn an_output_that_cannot_be_is_refused_before_anything_is_done() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    fs::create_dir(place.path("folder")).unwrap();
    let said = place.heft("optimize in.wasm -o folder").refused();
    assert!(said.contains("`folder`: it is a directory"), "{said}");
    let said = place.heft("optimize in.wasm -o none/out.wasm").refused();
    assert!(
        said.contains("`none/out.wasm`: its folder does not exist"),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_output_as_it_was() {
    // A device that is always full stands in for the disk; the file on it can't be half written.
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    let said = place.heft("optimize in.wasm -o /dev/full").refused();
    assert!(
        said.contains("cannot write `/dev/full`") && said.contains("make room"),
        "{said}"
    );
}

#[test]
fn a_folder_for_temporary_files_that_does_not_work_is_no_reason_to_keep_the_code() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    let env = [("TMPDIR", "/nowhere")];
    let said = place
        .heft_with("optimize in.wasm -o out.wasm", &env, b"")
        .refused();
    assert!(
        said.contains("wasm-opt could not be run") && said.contains("TMPDIR"),
        "{said}"
    );
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn a_record_that_cannot_be_written_keeps_the_artifact_from_appearing() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    place
        .heft("optimize in.wasm -o out.wasm --record none/r.json")
        .refused();
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn size_refuses_what_is_not_webassembly() {
    let place = Place::new();
    place.write("in.wasm", b"hello");
    let said = place.heft("size in.wasm").refused();
    assert!(said.contains("cannot weigh `in.wasm`"), "{said}");
}

#[test]
fn a_component_without_a_core_module_that_is_malformed_is_refused() {
    let empty = wasm("(component)");
    for wrong in [
        &b"\x63\0"[..],
        b"\x01\x03abc",
        b"\x0a\x01\x05",
        b"\x04\x04\0asm",
    ] {
        let place = Place::new();
        place.write("in.wasm", &[&empty[..], wrong].concat());
        for end in ["-o out.wasm", "--check"] {
            place.heft(&format!("optimize in.wasm {end}")).refused();
        }
        assert_eq!(place.list(), ["in.wasm"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_printed_the_exit_code_says_so() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    let run = |script: &str| {
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("'{program}' {script}")])
            .current_dir(place.path(""))
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(run("size none.wasm 2>/dev/full").0, Some(2));
    assert_eq!(run("size none.wasm 2>&-").0, Some(2));
    assert_eq!(run("optimize in.wasm --check 2>/dev/full").0, Some(1));
    place.write("budgets.toml", LOW);
    for command in [
        "size in.wasm",
        "diff in.wasm in.wasm",
        "optimize in.wasm -o -",
        "optimize in.wasm -o /dev/stdout",
        "gate --budgets budgets.toml a=in.wasm",
        "gate --budgets budgets.toml --report - a=in.wasm",
        "report -o - a=in.wasm",
        "doctor",
        "completions bash",
        "--version",
        "size --help",
    ] {
        // Closed, not to be written to, and always full.
        for end in [">&-", "</dev/null 1<&0", ">/dev/full"] {
            let (code, said) = run(&format!("{command} {end}"));
            assert_eq!(code, Some(2), "{command} {end}: {said}");
            assert!(
                said.starts_with("error: cannot write ") && said.lines().count() == 1,
                "{command} {end}: {said}"
            );
        }
        for fine in [">/dev/null", "1<>/dev/null"] {
            assert_ne!(run(&format!("{command} {fine}")).0, Some(2), "{command}");
        }
    }
    // Where nobody can be told, nothing is done.
    let before = place.list();
    for command in [
        "optimize in.wasm -o out.wasm --record r.json",
        "accept --baseline sizes.json --fingerprint a=b a=in.wasm",
        "report -o r.html a=in.wasm",
        "man .",
    ] {
        let (code, said) = run(&format!("{command} >&-"));
        assert_eq!(code, Some(2), "{command}");
        assert_eq!(
            said,
            "error: cannot write to standard output: it is closed\n"
        );
        assert_eq!(place.list(), before, "{command}");
    }
}

/// Budgets that nothing keeps.
const LOW: &[u8] = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 B\" }\n";

/// `head` reads one line and goes: that is not an error, nor a reason to find something else.
#[test]
fn a_reader_that_goes_away_changes_no_answer() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    place.write("budgets.toml", LOW);
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    for (command, code) in [
        ("size in.wasm", 0),
        ("diff in.wasm in.wasm", 0),
        ("size --help", 0),
        ("doctor", 0),
        ("optimize in.wasm -o out.wasm", 0),
        ("gate --budgets budgets.toml a=in.wasm", 1),
        ("gate --budgets budgets.toml --format json a=in.wasm", 1),
        ("gate --budgets budgets.toml --format github a=in.wasm", 1),
        // What was asked for was not delivered.
        ("optimize in.wasm -o -", 2),
        ("report -o - a=in.wasm", 2),
    ] {
        // The reader is gone before anything is printed.
        let script =
            format!("(sleep 0.5; '{program}' {command} 2>said; echo $? >code) | true; cat code");
        let run = tool("sh", &["-c", &script], &place.path(""));
        assert_eq!(
            String::from_utf8(run).unwrap().trim(),
            code.to_string(),
            "{command}"
        );
        let said = String::from_utf8(place.read("said")).unwrap();
        match code {
            0 => assert_eq!(said, "", "{command}"),
            1 => assert!(said.starts_with("error: 1 of 3 sizes is over"), "{said}"),
            _ => assert!(said.starts_with("error: cannot write ") && said.lines().count() == 1),
        }
    }
}

/// Whether some words of a line are in it twice: whoever passes an error on adds to it.
fn says_twice(line: &str) -> Option<String> {
    const WORDS: usize = 4;
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut all: Vec<&[&str]> = words.windows(WORDS).collect();
    all.sort_unstable();
    let twice = all.windows(2).find(|pair| pair[0] == pair[1]);
    twice.map(|pair| pair[0].join(" "))
}

#[test]
fn no_refusal_says_the_same_twice() {
    let place = Place::new();
    let good = wasm(MODULE);
    place.write("good.wasm", &good);
    place.write("text.wasm", b"hello");
    place.write("cut.wasm", &good[..good.len() - 5]);
    place.write("gzip.wasm", b"\x1f\x8b\x08\0");
    let mut code = good;
    let at = code.windows(5).position(|w| w == b"hello").unwrap();
    code[at - 20..at].fill(0xff);
    place.write("code.wasm", &code);
    place.write("bad.json", b"{ \"schema\": 1, \"output\": 7 }");
    place.write("bad.toml", b"schema = 1\n[[budget]]\nlimit = 7\n");
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n";
    place.write("budgets.toml", budgets);
    for file in ["text", "cut", "gzip", "code", "none"] {
        for command in [
            "optimize FILE -o out.wasm",
            "optimize FILE --check",
            "size FILE",
            "size --names FILE good.wasm",
            "diff good.wasm FILE",
            "gate --budgets budgets.toml a=FILE",
            "gate --sound a=FILE",
            "accept --baseline sizes.json --fingerprint a=b a=FILE",
            "report a=FILE -o out.html",
        ] {
            let command = command.replace("FILE", &format!("{file}.wasm"));
            let run = place.heft(&command);
            if run.code() == 2 {
                let said = run.refused();
                assert_eq!(says_twice(&said), None, "{command}: {said}");
            }
        }
    }
    for command in [
        "diff good.wasm good.wasm --record-old bad.json",
        "gate --budgets bad.toml a=good.wasm",
        "gate --budgets budgets.toml --record bad.json a=good.wasm",
        "gate --budgets budgets.toml --baseline bad.json a=good.wasm",
        "gate --budgets budgets.toml --bench bad.json",
        "accept --baseline bad.json --fingerprint a=b a=good.wasm",
        "accept --baseline sizes.json --record bad.json a=good.wasm",
        "plot pages --bench bad.json -o out.svg",
        "decide --criteria bad.toml --bench bad.json",
    ] {
        let said = place.heft(command).refused();
        assert_eq!(says_twice(&said), None, "{command}: {said}");
    }
    let twice = "error: cannot weigh a: cannot attribute the file a: cannot attribute the file";
    assert_eq!(
        says_twice(twice).as_deref(),
        Some("a: cannot attribute the")
    );
}
