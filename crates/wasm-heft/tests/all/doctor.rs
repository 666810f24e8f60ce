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
