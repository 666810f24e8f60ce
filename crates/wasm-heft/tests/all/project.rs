//! `heft.toml`: what `gate`, `accept`, `report` and `bench` take when they are given no files, and `cargo heft`.

use crate::common::{MODULE, Place, Run, component, wasm};
use crate::panics::rust;
use serde_json::{Value, json};
use std::process::Command;

const PROJECT: &str = r#"schema = 1
budgets = "budgets.toml"
baseline = "baselines/sizes.json"
output = "out"

[[artifact]]
name = "app"
package = "app"
targets = ["wasip1", "wasip2"]
"#;

/// A project whose artifacts were built: by `optimize`, as `build` does it.
fn built() -> Place {
    let place = Place::new();
    place.write("heft.toml", PROJECT.as_bytes());
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"app-*\"]\nraw = { limit = \"8 KiB\" }\n",
    );
    for folder in ["out", "baselines", "src"] {
        std::fs::create_dir(place.path(folder)).unwrap();
    }
    place.write("module.wasm", &wasm("(module (func (export \"_start\")))"));
    place.write("component.wasm", &component());
    for (input, name) in [("module", "app-wasip1"), ("component", "app-wasip2")] {
        place
            .heft(&format!(
                "optimize {input}.wasm -o out/{name}.wasm --record out/{name}.json"
            ))
            .ok();
    }
    place
}

#[test]
fn gate_and_accept_take_the_artifacts_of_the_project() {
    let place = built();
    let text = place.heft("gate").ok().stdout();
    assert!(
        text.contains("app-wasip1") && text.contains("app-wasip2"),
        "{text}"
    );
    // Limits are where somebody here would look for them.
    assert!(text.contains("  budgets.toml:4"), "{text}");
    let text = place.heft("accept").ok().stdout();
    assert!(text.contains("added"), "{text}");
    let baseline = String::from_utf8(place.read("baselines/sizes.json")).unwrap();
    assert!(baseline.contains("app-wasip2"), "{baseline}");
    // Now with the baseline: one artifact grows beyond it, and within its budget.
    let grown = format!(
        "(module (memory (export \"memory\") 1) (data (i32.const 0) \"{}\") (func (export \"_start\")))",
        "x".repeat(6000)
    );
    place.write("module.wasm", &wasm(&grown));
    place
        .heft("optimize module.wasm -o out/app-wasip1.wasm --record out/app-wasip1.json")
        .ok();
    let run = place.heft("gate");
    assert_eq!(run.code(), 1, "{}", run.stderr());
    assert!(run.stdout().contains("GREW"), "{}", run.stdout());
}

#[test]
fn an_artifact_that_was_not_built_is_named() {
    let place = built();
    std::fs::remove_file(place.path("out/app-wasip2.wasm")).unwrap();
    for command in ["gate", "accept", "report", "report -o r.html"] {
        let said = place.heft(command).refused();
        let expected = "`app-wasip2` is not built: expected";
        assert!(said.contains(expected), "{command}: {said}");
        assert!(said.contains("wasm-heft build"), "{command}: {said}");
    }
}

#[test]
fn report_takes_artifacts_budgets_and_baseline_of_the_project() {
    let place = built();
    place.heft("accept").ok();
    place.heft("report").ok();
    let page = String::from_utf8(place.read("out/report.html")).unwrap();
    let data = crate::report::data(&page);
    let names = [&data["artifacts"][0]["name"], &data["artifacts"][1]["name"]];
    assert_eq!(names, ["app-wasip1", "app-wasip2"]);
    assert_eq!(data["budgets"]["passed"], true);
    assert_eq!(data["baseline"]["passed"], true);
    // What is said counts for more than the file.
    let limits = "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 B\" }\n";
    place.write("other.toml", limits.as_bytes());
    place.heft("report -o r.html --budgets other.toml").ok();
    let page = String::from_utf8(place.read("r.html")).unwrap();
    assert_eq!(crate::report::data(&page)["budgets"]["passed"], false);
}

#[cfg(feature = "bench")]
#[test]
fn bench_takes_the_artifacts_of_one_program_of_the_project() {
    let place = built();
    // `built` has a component that is not a command; wasip1 is enough here.
    let one = PROJECT.replace("\"wasip1\", \"wasip2\"", "\"wasip1\"");
    place.write("heft.toml", one.as_bytes());
    let command = "(module (memory (export \"memory\") 1) (func (export \"_start\")))";
    place.write("out/app-wasip1.wasm", &wasm(command));
    let text = place.heft("bench --no-time").ok().stdout();
    assert!(text.contains("app-wasip1"), "{text}");
    let said = place.heft("bench --program other --no-time").refused();
    assert!(said.contains("there are `app`"), "{said}");
    let two = format!("{one}\n[[artifact]]\npackage = \"other\"\n");
    place.write("heft.toml", two.as_bytes());
    let said = place.heft("bench --no-time").refused();
    assert!(said.contains("one of `app`, `other`"), "{said}");
    place.heft("bench --program app --no-time").ok();
}

#[test]
fn without_a_project_the_next_step_is_said() {
    let place = Place::new();
    for command in ["gate", "accept", "build", "report"] {
        let said = place.heft(command).refused();
        assert!(said.contains("wasm-heft init"), "{command}: {said}");
    }
    let said = place.heft("init").refused();
    assert!(said.contains("Cargo.toml"), "{said}");
    assert!(place.list().is_empty());
}

#[test]
fn artifacts_without_anything_to_hold_them_against_are_wrong_usage() {
    let place = built();
    let said = place.heft("gate app=out/app-wasip1.wasm").refused();
    assert!(said.contains("--budgets"), "{said}");
}

#[test]
fn cargo_runs_it_as_cargo_heft() {
    let place = built();
    let name = place.path("cargo-heft");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_wasm-heft"), &name).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(&name).args(arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let by_cargo = run(&["heft", "size", "--help"]);
    assert_eq!(by_cargo.0, Some(0));
    assert_eq!(by_cargo, run(&["size", "--help"]));
}

#[test]
fn a_heft_toml_is_read_as_any_other_input() {
    let place = built();
    for command in ["gate --report", "report -o", "report --markdown"] {
        let said = place.heft(&format!("{command} heft.toml")).refused();
        assert!(said.contains("are the same file"), "{command}: {said}");
        assert_eq!(place.read("heft.toml"), PROJECT.as_bytes(), "{command}");
    }
    let said = place
        .heft("build --project /dev/zero --max-file 1MiB")
        .refused();
    assert!(
        said.contains("`/dev/zero`: it is larger than 1,048,576 B"),
        "{said}"
    );
    let said = place.heft("build --project out").refused();
    assert!(said.contains("it is a directory"), "{said}");
    // 8 GiB of nothing: no disk has to hold them.
    let file = std::fs::File::create(place.path("heft.toml")).unwrap();
    file.set_len(8 << 30).unwrap();
    for command in ["gate", "accept", "report", "build"] {
        let said = place.heft(command).refused();
        assert!(
            said.contains("heft.toml`: it is larger than 1,073,741,824 B"),
            "{command}: {said}"
        );
    }
    place.write("heft.toml", b"schema = 1 # \xff\n");
    for command in ["gate", "accept", "report", "build"] {
        let said = place.heft(command).refused();
        assert!(said.contains("is not text"), "{command}: {said}");
    }
}

/// What a `heft.toml`, a folder or cargo says is printed by `init` and `build`, too.
#[test]
fn what_a_project_says_is_shown_and_never_obeyed() {
    let hostile = r#"schema = 1
baseline = "a\n::error::b.json"
[[artifact]]
name = "app"
package = "p\n::error::q\u001b[2J"
features = ["f\n##[error]g"]
targets = ["wasip1"]
"#;
    let place = Place::new();
    place.write("heft.toml", hostile.as_bytes());
    let shown = |text: &str| {
        assert!(
            text.lines()
                .all(|line| !line.trim_start().starts_with("::")),
            "{text}"
        );
        assert!(
            !text.contains("##[") && text.chars().all(|c| c == '\n' || !c.is_control()),
            "{text}"
        );
    };
    let run = place.heft("build --dry-run").ok();
    assert_eq!(run.stdout().lines().count(), 1, "{}", run.stdout());
    shown(&run.stdout());

    // A crate in a folder of this name, as cargo tells it.
    let folder = "m\n::error::m\u{1b}[2J";
    let place = Place::new();
    std::fs::create_dir(place.path(folder)).unwrap();
    let root = place.path("").canonicalize().unwrap();
    let manifest = root.join(folder).join("Cargo.toml");
    let metadata = serde_json::json!({
        "workspace_root": root,
        "packages": [{
            "name": "app", "manifest_path": manifest,
            "targets": [{ "name": "app", "kind": ["bin"] }],
        }],
    });
    place.write("metadata", metadata.to_string().as_bytes());
    place.script("cargo", "#!/bin/sh\ncat \"$(dirname \"$0\")/metadata\"\n");
    let cargo = place.path("cargo").display().to_string();
    let run = place.heft_with("init", &[("CARGO", &cargo)], b"").ok();
    assert!(
        run.stdout().contains("m\\n::error::m\\u{1b}[2J/Cargo.toml"),
        "{}",
        run.stdout()
    );
    shown(&run.stdout());
}

/// A project of one program with these settings, and a cargo that has it already: a module as rustc makes it.
fn compiled(settings: &str) -> Place {
    let place = Place::new();
    place.write("heft.toml", format!("schema = 1\noutput = \"out\"\n\n[optimize]\n{settings}\n\n[[artifact]]\npackage = \"app\"\ntargets = [\"wasip1\"]\n").as_bytes());
    place.write("app.wasm", &wasm(&rust("")));
    let message = json!({
        "reason": "compiler-artifact",
        "target": { "name": "app", "kind": ["bin"] },
        "filenames": [place.path("app.wasm")],
    });
    place.write("message", message.to_string().as_bytes());
    place.script(
        "cargo",
        "#!/bin/sh\n[ \"$1\" = metadata ] && exit 1\ncat message; echo\n",
    );
    place.script("rustc", "#!/bin/sh\nexit 1\n");
    place
}

/// Runs `build` with that cargo, and with a wasm-opt that is there, too.
fn build_in(place: &Place, arguments: &str) -> Run {
    let [cargo, rustc] = ["cargo", "rustc"].map(|name| place.path(name).display().to_string());
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", place.path("").display());
    let env = [("CARGO", &*cargo), ("RUSTC", &*rustc), ("PATH", &*path)];
    place.heft_with(&format!("build {arguments}"), &env, b"")
}

fn build(settings: &str) -> (Place, Run) {
    let place = compiled(settings);
    let run = build_in(&place, "");
    (place, run)
}

/// `build` once told how far it is in any case, but for what takes longest.
#[test]
fn build_tells_how_far_it_is_as_other_commands_do() {
    let place = compiled("effort = \"fast\"");
    place.write("app.wasm", &wasm(MODULE));
    place.fake_wasm_opt("sleep 1.3; cat \"$in\" >\"$out\"");
    for quiet in ["--force", "--force --progress=never"] {
        let run = build_in(&place, quiet).ok();
        assert_eq!(run.stderr(), "", "{quiet}");
        assert!(run.stdout().contains("app-wasip1"), "{}", run.stdout());
    }
    let said = build_in(&place, "--force --progress=always").ok().stderr();
    let lines: Vec<&str> = said.lines().collect();
    let [compiling, optimizing, running, module, done] = lines[..] else {
        panic!("{said}");
    };
    assert_eq!(compiling, "[1/1] app-wasip1: compiling");
    assert_eq!(optimizing, "app-wasip1: optimizing");
    assert!(running.starts_with("app-wasip1: core module 0 ("), "{said}");
    assert!(running.ends_with("wasm-opt at work for 1 s"), "{said}");
    assert!(module.starts_with("app-wasip1: core module 0: "), "{said}");
    assert_eq!(done, "app-wasip1: done");
}

#[test]
fn a_warning_of_build_is_shown_whatever_progress_is() {
    let place = compiled("");
    place.fake_wasm_opt("echo no >&2; exit 1");
    let said = build_in(&place, "--progress=never").ok().stderr();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("warning: `"), "{said}");
    let colored = build_in(&place, "--force --progress=never --color always");
    let warning = "\u{1b}[33mwarning\u{1b}[0m";
    assert_eq!(colored.ok().stderr(), said.replacen("warning", warning, 1));
}

#[test]
fn what_a_heft_toml_says_of_optimizing_is_in_the_record() {
    let record = |settings: &str| -> Value {
        let (place, run) = build(settings);
        run.ok();
        serde_json::from_slice(&place.read("out/app-wasip1.json")).unwrap()
    };
    let plain = record("");
    for key in ["panics", "effort", "smallest", "prune-imports"] {
        assert!(plain["fingerprint"].get(key).is_none(), "{plain}");
    }
    let trap = record("panics = \"trap\"");
    assert_eq!(trap["fingerprint"]["panics"], "trap");
    assert_eq!(
        trap["modules"][0]["trapped_functions"],
        json!(["core::option::unwrap_failed", "core::panicking::panic_fmt"])
    );
    let bytes = |record: &Value| record["output"]["bytes"].as_u64().unwrap();
    assert!(bytes(&trap) < bytes(&plain), "{trap}");
    let max = record("effort = \"max\"\nsmallest = \"brotli\"\ncross-module = false");
    assert_eq!(max["fingerprint"]["effort"], "max");
    assert_eq!(max["fingerprint"]["smallest"], "brotli");
    assert!(max["modules"][0]["recipes"].is_array(), "{max}");
    assert_eq!(max["fingerprint"]["cross-module"], "off");
    let fast = record("effort = \"fast\"\nprune-imports = true");
    assert_eq!(fast["fingerprint"]["effort"], "fast");
    assert_eq!(fast["fingerprint"]["prune-imports"], "on");
}

#[test]
fn a_wrong_setting_is_answered_with_the_nearest_before_anything_is_built() {
    for (setting, answer) in [
        (
            "panics = \"traps\"",
            "value `traps` is not known; did you mean `trap`?",
        ),
        (
            "effort = \"maxi\"",
            "value `maxi` is not known; did you mean `max`?",
        ),
        (
            "smallest = \"brotly\"",
            "value `brotly` is not known; did you mean `brotli`?",
        ),
        (
            "panic = \"trap\"",
            "key `panic` is unknown; did you mean `panics`?",
        ),
    ] {
        let (place, run) = build(setting);
        let said = run.refused();
        assert!(
            said.contains("heft.toml:5: ") && said.contains(answer),
            "{said}"
        );
        assert!(!place.list().contains(&"out".to_owned()), "{setting}");
    }
}
