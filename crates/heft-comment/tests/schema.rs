//! What the gate may write, by its schema, is what a comment is made from.

use heft_comment::Report;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/gate.schema.json");
    let text = fs::read_to_string(path).expect("the gate's schema");
    serde_json::from_str(&text).expect("JSON")
}

/// The variants of a type of the schema.
fn variants(schema: &Value, name: &str) -> Vec<Value> {
    let kind = &schema["$defs"][name];
    let listed = kind["enum"].as_array().cloned().unwrap_or_default();
    let one_of = kind["oneOf"].as_array().cloned().unwrap_or_default();
    let described = one_of.iter().map(|one| one["const"].clone());
    let variants: Vec<Value> = listed.into_iter().chain(described).collect();
    assert!(!variants.is_empty(), "{name}");
    variants
}

/// A report with one row of each kind.
fn report() -> Value {
    json!({
        "schema": 1, "passed": false, "budgets": "b.toml",
        "rows": [{ "artifact": "a", "measure": "raw", "size_bytes": 1, "limit_bytes": 1, "judgment": "ok" }],
        "baseline": { "baseline": "s.json", "locked": false, "notes": [], "causes": [
            { "artifact": "a", "source_changed": [], "rows": [{ "name": "c", "change_bytes": 1 }] }],
          "rows": [{ "artifact": "a", "measure": "raw", "size_bytes": 1, "change_bytes": 1, "judgment": "same" }] },
        "bench": { "baseline": "b.json", "locked": false, "notes": [], "rows": [
            { "module": "m", "case": "c", "figure": "fuel", "value": 1, "change": 1, "judgment": "same" }] },
        "ratios": [{ "of": "a", "to": "b", "figure": "fuel", "mean": 1.0, "limit": 1.0, "judgment": "ok" }],
        "unsound": [{ "artifact": "a", "memory": "unknown" }]
    })
}

#[test]
fn every_word_of_the_gates_schema_is_known() {
    let schema = schema();
    for (name, place) in [
        ("Judgment", "/rows/0/judgment"),
        ("Measure", "/rows/0/measure"),
        ("SizeJudgment", "/baseline/rows/0/judgment"),
        ("BenchJudgment", "/bench/rows/0/judgment"),
        ("Figure", "/bench/rows/0/figure"),
        ("RatioJudgment", "/ratios/0/judgment"),
        ("Memory", "/unsound/0/memory"),
    ] {
        for word in variants(&schema, name) {
            let mut report = report();
            *report.pointer_mut(place).expect("it is there") = word.clone();
            let read = Report::parse("gate.json", &report.to_string());
            assert!(read.is_ok(), "{name} {word}: {read:?}");
        }
    }
}

#[test]
fn every_key_that_is_read_is_one_that_the_gate_always_writes() {
    let schema = schema();
    let report = report();
    for (name, place) in [
        ("", ""),
        ("Row", "/rows/0"),
        ("SizesGate", "/baseline"),
        ("SizeRow", "/baseline/rows/0"),
        ("Causes", "/baseline/causes/0"),
        ("Cause", "/baseline/causes/0/rows/0"),
        ("BenchGate", "/bench"),
        ("BenchRow", "/bench/rows/0"),
        ("RatioRow", "/ratios/0"),
        ("Unsound", "/unsound/0"),
    ] {
        let kind = if name.is_empty() {
            &schema
        } else {
            &schema["$defs"][name]
        };
        let always = kind["required"].as_array().expect("keys");
        let read = report
            .pointer(place)
            .and_then(Value::as_object)
            .expect("it is there");
        for key in read.keys() {
            assert!(always.iter().any(|known| known == key), "{name} {key}");
        }
    }
}
