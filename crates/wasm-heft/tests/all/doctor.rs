//! `doctor`, with a PATH that holds what the test puts there.

use crate::common::{Place, tool};
use serde_json::Value;

/// A folder with programs of these names that answer every question with `answer`.
fn with_programs(names: &[&str], answer: &str) -> Place {
    let place = Place::new();
    place.write("script.txt", format!("#!/bin/sh\n{answer}\n").as_bytes());
    for name in names {
        let copy = format!("mkdir -p bin && cp script.txt bin/{name} && chmod +x bin/{name}");
        tool("sh", &["-c", &copy], &place.path(""));
    }
    place
}

fn json(place: &Place) -> (i32, Value) {
    let path = place.path("bin").display().to_string();
    let run = place.heft_with("doctor --format json", &[("PATH", &path)], b"");
    crate::schemas::fits("doctor", run.stdout_bytes());
    (run.code(), serde_json::from_str(&run.stdout()).unwrap())
}

#[test]
fn wasm_opt_alone_is_enough() {
    let place = with_programs(&["wasm-opt"], "echo wasm-opt version 131");
    let (code, found) = json(&place);
    assert_eq!((code, &found["ok"]), (0, &Value::Bool(true)));
    assert_eq!(found["tools"][0]["version"], "wasm-opt version 131");
    assert!(found["tools"][1]["problem"].is_string());
}

#[test]
fn without_wasm_opt_it_says_no_and_how_to_get_it() {
    let place = Place::new();
    let run = place.heft_with("doctor", &[("PATH", "/nowhere")], b"");
    assert_eq!(run.code(), 1);
    for words in ["NEEDED", "apt install binaryen", "brew install binaryen"] {
        assert!(run.stdout().contains(words), "{}", run.stdout());
    }
}

#[test]
fn a_wasm_opt_that_does_not_work_counts_as_missing() {
    let (code, found) = json(&with_programs(&["wasm-opt"], "exit 3"));
    assert_eq!((code, &found["ok"]), (1, &Value::Bool(false)));
    let problem = found["tools"][0]["problem"].as_str().unwrap();
    assert!(problem.contains("does not work"), "{problem}");
}

#[test]
fn a_target_is_there_when_its_standard_library_is() {
    let place = with_programs(&["rustc", "wasm-opt"], "echo lib");
    let targets = |found: &Value| -> Vec<bool> {
        let tools = found["tools"].as_array().unwrap();
        let targets = tools
            .iter()
            .filter(|t| t["name"].as_str().unwrap().starts_with("wasm32"));
        targets.map(|t| t["problem"].is_null()).collect()
    };
    assert_eq!(targets(&json(&place).1), [false, false]);
    tool(
        "sh",
        &["-c", "mkdir lib && touch lib/libstd-1.rlib"],
        &place.path(""),
    );
    assert_eq!(targets(&json(&place).1), [true, true]);
}

/// The tool of this name.
fn tool_of<'j>(found: &'j Value, name: &str) -> &'j Value {
    let mut tools = found["tools"].as_array().unwrap().iter();
    tools.find(|tool| tool["name"] == name).unwrap()
}

/// Debian has the linker in a package of its own: rustc was there, and each `build` failed at its end.
#[test]
fn a_rustc_without_its_linker_is_told_before_a_build_fails() {
    let place = with_programs(&["rustc", "wasm-opt"], "echo lib");
    let (code, found) = json(&place);
    assert_eq!(code, 0, "only `build` needs it");
    let linker = tool_of(&found, "rust-lld");
    assert_eq!(linker["problem"], "neither with rustc nor in PATH");
    assert_eq!(linker["get"]["debian"], "apt install rust-llvm");
    let path = place.path("bin").display().to_string();
    let text = place.heft_with("doctor", &[("PATH", &path)], b"").stdout();
    assert!(text.contains("\nrust-lld       absent"), "{text}");
}

#[test]
fn the_linker_of_rustc_s_own_folder_comes_before_the_one_in_path() {
    let place = with_programs(&["rustc", "rust-lld", "wasm-opt"], "echo rustlib/host/lib");
    let linker = |found: &Value| tool_of(found, "rust-lld").clone();
    let in_path = linker(&json(&place).1);
    assert!(in_path["problem"].is_null(), "{in_path}");
    assert_eq!(
        in_path["path"],
        place.path("bin/rust-lld").display().to_string()
    );
    let folder = "mkdir -p rustlib/host/bin && cp bin/rust-lld rustlib/host/bin";
    tool("sh", &["-c", folder], &place.path(""));
    let own = linker(&json(&place).1);
    assert_eq!(own["path"], "rustlib/host/bin/rust-lld");
    assert_eq!(own["version"], "rustlib/host/lib");
}

#[test]
fn a_linker_is_asked_as_the_one_of_webassembly() {
    // As lld does, which is several programs.
    let answer = "[ \"$1 $2\" = '-flavor wasm' ] || exit 1; echo LLD 22.1.8";
    let place = with_programs(&["rust-lld"], answer);
    let (_, found) = json(&place);
    let linker = tool_of(&found, "rust-lld");
    assert_eq!(linker["version"], "LLD 22.1.8", "{linker}");
}
