//! Whole comments, from the gate's JSON. `BLESS=1 cargo test -p heft-comment` rewrites the files;
//! read them before you commit them.

use heft_comment::{Key, Report, render};
use std::fs;
use std::path::Path;

fn comment(json: &str) -> String {
    let report = Report::parse("gate.json", json).expect("as the gate writes it");
    let key: Key = "sizes".parse().expect("a key");
    render(&report, &key, Some("https://github.com/o/r/actions/runs/1"))
}

/// Compares the comment of `tests/golden/NAME.json` with `tests/golden/NAME.md`.
fn golden(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let json = fs::read_to_string(folder.join(format!("{name}.json"))).expect("there");
    let found = comment(&json);
    let path = folder.join(format!("{name}.md"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{}:\n{}\nif that is meant, run with BLESS=1, then read `git diff`",
        path.display(),
        first_difference(&expected, &found)
    );
}

fn first_difference(expected: &str, found: &str) -> String {
    let mut lines = expected.lines().zip(found.lines()).enumerate();
    match lines.find(|(_, (expected, found))| expected != found) {
        Some((i, (expected, found))) => {
            format!("line {}\nexpected {expected}\nfound    {found}", i + 1)
        }
        None => format!(
            "expected {} lines, found {}",
            expected.lines().count(),
            found.lines().count()
        ),
    }
}

#[test]
fn a_grown_artifact_is_named_with_its_causes_and_what_to_do() {
    golden("grown");
}

#[test]
fn a_shrunk_artifact_is_good_news() {
    golden("shrunk");
}

#[test]
fn an_unchanged_artifact_is_one_line() {
    golden("unchanged");
}

#[test]
fn an_artifact_over_its_budget_is_told_without_a_baseline() {
    golden("over");
}

#[test]
fn figures_ratios_soundness_and_notes_are_told() {
    golden("everything");
}

#[test]
fn names_of_a_file_are_shown_and_never_obeyed() {
    golden("hostile");
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/hostile.md"));
    let text = text.expect("there");
    // Outside of code there is nothing of the names.
    let mut outside = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let inside = &rest[at + fence.len()..];
        let end = inside.find(&fence).expect("every span ends");
        rest = &inside[end + fence.len()..];
    }
    outside.push_str(rest);
    for bad in ["@everyone", "<script", "[click]", "![", "evil"] {
        assert!(!outside.contains(bad), "{bad}: {outside}");
    }
    // A row of the table has the cells of the table.
    for row in text.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
    assert_eq!(outside.matches("<!--").count(), 1, "{outside}");
}

#[test]
fn a_comment_fits_into_githubs_limit_whatever_there_is() {
    let rows: Vec<serde_json::Value> = (0..500)
        .map(|n| {
            serde_json::json!({
            "artifact": format!("{n}{}", "`".repeat(200)), "measure": "raw", "size_bytes": u64::MAX,
            "change_bytes": i64::MIN, "judgment": "grew" })
        })
        .collect();
    let causes: Vec<serde_json::Value> = (0..500)
        .map(|n| serde_json::json!({
            "artifact": format!("{n}{}", "`".repeat(200)), "source_changed": ["x", "y"],
            "rows": vec![serde_json::json!({ "name": "`".repeat(1_000), "change_bytes": i64::MAX / 10_000 - n }); 8] }))
        .collect();
    let notes: Vec<String> = (0..500)
        .map(|n| format!("{n}: {}", "*".repeat(150)))
        .collect();
    let json = serde_json::json!({
        "schema": 1, "passed": false, "budgets": null, "rows": [], "bench": null, "ratios": [], "unsound": null,
        "baseline": { "baseline": "s.json", "locked": false, "rows": rows, "causes": causes, "notes": notes } });
    let found = comment(&json.to_string());
    // <https://github.com/orgs/community/discussions/27190>: 65,536 characters.
    assert!(found.chars().count() < 65_536, "{}", found.chars().count());
}

#[test]
fn another_file_is_refused_in_one_line() {
    for (json, start) in [
        ("", "gate.json:1: EOF while parsing"),
        ("{}", "gate.json:1: missing field"),
        (
            "{\"schema\": 1, \"passed\": true, \"rows\": [\n{\"artifact\": 7}]}",
            "gate.json:2: `rows[0].artifact`: invalid type: integer `7`, expected a string; expected the JSON of",
        ),
        (
            r#"{"schema":2,"passed":true,"budgets":null,"rows":[],"baseline":null,"bench":null,"ratios":[],"unsound":null}"#,
            "gate.json: schema 2 is not known, expected 1",
        ),
    ] {
        let refused = Report::parse("gate.json", json).expect_err("it is another file");
        assert!(
            refused.starts_with(start) && !refused.contains('\n'),
            "{refused}"
        );
    }
}

#[test]
fn a_key_cannot_end_the_marker() {
    for bad in ["", "a--b", "a -->", "a\nb", "ä"] {
        assert!(bad.parse::<Key>().is_err(), "{bad}");
    }
    let key: Key = "sizes-1.x_y".parse().expect("plain");
    assert_eq!(key.marker(), "<!-- wasm-heft gate: sizes-1.x_y -->");
}

#[test]
fn an_address_that_would_end_the_link_is_left_out() {
    let json = r#"{"schema":1,"passed":true,"budgets":null,"rows":[],"baseline":null,"bench":null,"ratios":[],"unsound":null}"#;
    let report = Report::parse("gate.json", json).expect("as the gate writes it");
    let key: Key = "k".parse().expect("a key");
    for bad in ["javascript:alert(1)", "https://x/) [a](b", "http://x"] {
        assert!(
            !render(&report, &key, Some(bad)).contains("All numbers"),
            "{bad}"
        );
    }
}
