//! The record beside an artifact.

use crate::common::{Place, component};
use heft_data::record::FileRecord;
use serde_json::Value;

fn record(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&place.read(name)).unwrap()
}

#[test]
fn a_record_says_what_was_done() {
    let place = Place::new();
    place.write("in.wasm", &component());
    let more = "--names names.wasm --record r.json --fingerprint std=plain --fingerprint a=b=c";
    place
        .heft(&format!("optimize in.wasm -o out.wasm {more}"))
        .ok();
    let record = record(&place, "r.json");
    assert_eq!(record["schema"], 2);
    assert_eq!(record["kind"], "component");
    for (key, name) in [
        ("input", "in.wasm"),
        ("output", "out.wasm"),
        ("symbols", "names.wasm"),
    ] {
        let expected = serde_json::to_value(FileRecord::of(name, &place.read(name))).unwrap();
        assert_eq!(record[key], expected);
        assert_eq!(expected["sha256"].as_str().unwrap().len(), 64);
    }
    let steps: Vec<(&str, u64)> = record["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["step"].as_str().unwrap(), s["bytes"].as_u64().unwrap()))
        .collect();
    let size = |name: &str| place.read(name).len() as u64;
    let expected = [
        ("input", size("in.wasm")),
        ("optimized", size("names.wasm")),
        ("stripped", size("out.wasm")),
    ];
    assert_eq!(steps, expected);
    let modules = record["modules"].as_array().unwrap();
    let paths: Vec<&str> = modules
        .iter()
        .map(|m| m["index"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["0", "0.0"]);
    assert_eq!(modules[0]["outcome"], "optimized");
    assert!(modules[0]["why"].is_null());
    let arguments = modules[0]["wasm_opt_args"].as_array().unwrap();
    for expected in [
        "-Oz",
        "--converge",
        "--zero-filled-memory",
        "--mvp-features",
    ] {
        assert!(arguments.contains(&Value::from(expected)), "{arguments:?}");
    }
    let print = &record["fingerprint"];
    assert_eq!(
        (&print["std"], &print["a"]),
        (&Value::from("plain"), &Value::from("b=c"))
    );
    assert_eq!(print["rustc"], "1.97.1 (test)");
    assert_eq!(print["wasm-opt"], record["tools"]["wasm-opt"]);
}

#[test]
fn the_same_input_gives_the_same_record_and_bytes_wherever_it_lies() {
    let (one, two) = (Place::new(), Place::new());
    for place in [&one, &two] {
        place.write("in.wasm", &component());
        let arguments = format!(
            "optimize {0}/in.wasm -o {0}/out.wasm --record r.json",
            place.path("").display()
        );
        place.heft(&arguments).ok();
    }
    assert!(one.read("out.wasm") == two.read("out.wasm"));
    assert!(one.read("r.json") == two.read("r.json"));
    let text = String::from_utf8(one.read("r.json")).unwrap();
    assert!(!text.contains(&one.path("").display().to_string()));
}

#[test]
fn json_on_standard_output_is_the_record() {
    let place = Place::new();
    place.write("in.wasm", &component());
    let run = place
        .heft("optimize in.wasm -o out.wasm --record r.json --format json")
        .ok();
    assert_eq!(run.stdout_bytes(), place.read("r.json"));
}

#[test]
fn converging_can_be_forced_and_forbidden() {
    for (when, expected) in [("always", true), ("never", false)] {
        let place = Place::new();
        place.write("in.wasm", &component());
        place
            .heft(&format!(
                "optimize in.wasm -o out.wasm --record r.json --converge {when}"
            ))
            .ok();
        let text = String::from_utf8(place.read("r.json")).unwrap();
        assert_eq!(text.contains("--converge"), expected);
    }
}
