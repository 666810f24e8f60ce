use super::*;
use crate::attribution::attribute;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is right")
}

/// The difference of two texts, after checking that every list adds up.
#[track_caller]
fn found(old: &str, new: &str) -> Diff {
    let (old, new) = (wasm(old), wasm(new));
    let found = diff(
        &attribute(&old, None).expect("readable"),
        &attribute(&new, None).expect("readable"),
    );
    let sum = |changes: &[Change]| changes.iter().map(|c| c.delta_bytes.0).sum::<i64>();
    assert_eq!(found.delta_bytes, Bytes::of(&new).minus(Bytes::of(&old)));
    assert_eq!(sum(&found.sections), found.delta_bytes.0);
    if let (Some(crates), Some(functions)) = (&found.crates, &found.functions) {
        assert_eq!(sum(crates), found.delta_bytes.0);
        let inside: i64 = functions.iter().map(|c| c.delta_bytes.0).sum();
        let elsewhere = found.elsewhere_delta_bytes.expect("named");
        assert_eq!(inside + elsewhere.0, found.delta_bytes.0);
    }
    found
}

/// Fate, name and delta of each function that differs.
fn fates(diff: &Diff) -> Vec<(Fate, &str, i64)> {
    let rows = diff.functions.iter().flatten();
    rows.map(|c| (c.fate, c.name.as_str(), c.delta_bytes.0))
        .collect()
}

const LONG: &str = "i32.const 1 i32.const 2 i32.const 3 i32.const 4 drop drop drop drop";

#[test]
fn a_file_does_not_differ_from_itself() {
    let text = r#"(module (func $"a::f" nop) (func $b))"#;
    let diff = found(text, text);
    assert_eq!(diff.delta_bytes, ByteDelta(0));
    assert!(
        diff.sections.is_empty() && diff.crates == Some(vec![]) && diff.functions == Some(vec![])
    );
    assert_eq!(diff.unchanged_functions, Some(2));
}

#[test]
fn a_crate_that_is_new_is_the_first_row() {
    let old = r#"(module (func $"app::run"))"#;
    let new = format!(r#"(module (func $"app::run" nop) (func $"regex::find" {LONG}))"#);
    let diff = found(old, &new);
    assert_eq!(diff.crates.as_ref().expect("named")[0].name, "regex");
    assert_eq!(fates(&diff)[0].0, Fate::Appeared);
}

#[test]
fn a_hash_in_the_name_does_not_make_a_function_new() {
    let old = "(module (func $_ZN3app3run17h0123456789abcdefE))";
    let new = "(module (func $_ZN3app3run17hfedcba9876543210E nop))";
    assert_eq!(fates(&found(old, new)), [(Fate::Grew, "app::run", 1)]);
}

#[test]
fn a_renamed_function_is_known_by_its_content_though_the_indices_moved() {
    let old = format!(
        r#"(module (func $"app::a" call $"app::b") (func $"app::b" {LONG}) (func $"app::c" call $"app::b" {LONG}))"#
    );
    let new = format!(
        r#"(module (func $"app::new") (func $"app::a" call $"app::b") (func $"app::b" {LONG}) (func $"app::d" call $"app::b" {LONG}))"#
    );
    let diff = found(&old, &new);
    assert_eq!(
        fates(&diff),
        [
            (Fate::Appeared, "app::new", 3),
            (Fate::Renamed, "app::d", 0)
        ]
    );
    assert_eq!(
        diff.functions.expect("named")[1].old_name.as_deref(),
        Some("app::c")
    );
}

#[test]
fn instances_of_one_generic_are_told_apart_by_content() {
    // Two functions of one name; the one in the middle goes.
    let one = |hash: &str, body: &str| format!("(func $_ZN3app3run17h{hash}E {body})");
    let old = format!(
        "(module {} {})",
        one("0000000000000001", LONG),
        one("0000000000000002", "nop nop")
    );
    let new = format!("(module {})", one("0000000000000003", "nop nop"));
    let diff = found(&old, &new);
    assert_eq!(fates(&diff), [(Fate::Vanished, "app::run", -15)]);
}

#[test]
fn without_names_there_are_sections_only() {
    let diff = found("(module (func))", "(module (func nop))");
    assert_eq!((diff.crates, diff.functions), (None, None));
    assert_eq!(diff.sections[0].name, "code");
}

#[test]
fn components_are_compared_as_modules_are() {
    let file = |body: &str| format!(r#"(component (core module (func $"app::run" {body})))"#);
    let diff = found(&file("nop"), &file(LONG));
    assert_eq!(diff.crates.as_ref().expect("named")[0].name, "app");
    assert_eq!(diff.sections[0].name, "module 0/code");
}
