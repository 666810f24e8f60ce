//! The decision from outside: the matrix, the document that holds it, and what makes it refuse.
//!
//! The numbers in `tests/fixtures` are made up.

use crate::common::{Place, fixture};
use serde_json::Value;

const DECIDE: &str = "decide --criteria decision.toml --bench bench.json";

fn place() -> Place {
    let place = Place::new();
    for name in ["decision.toml", "bench.json"] {
        place.write(name, &fixture(name));
    }
    place
}

/// The place with a text in one of its files replaced.
fn changed(file: &str, from: &str, to: &str) -> Place {
    let place = place();
    let text = String::from_utf8(fixture(file)).unwrap();
    assert!(text.contains(from), "{from}");
    place.write(file, text.replacen(from, to, 1).as_bytes());
    place
}

#[test]
fn the_matrix_in_a_document_is_as_it_was_agreed() {
    let markdown = place()
        .heft(&format!("{DECIDE} --format markdown"))
        .ok()
        .stdout();
    crate::common::golden("decision.md", &markdown);
}

#[test]
fn text_markdown_and_json_hold_the_same_numbers() {
    let place = place();
    let text = place.heft(DECIDE).ok().stdout();
    let markdown = place
        .heft(&format!("{DECIDE} --format markdown"))
        .ok()
        .stdout();
    let json = place.heft(&format!("{DECIDE} --format json")).ok();
    let json: Value = serde_json::from_slice(json.stdout_bytes()).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["winner"], "talc");
    let cells = |line: &str| -> Vec<String> {
        let cells = line.split_whitespace().filter(|cell| *cell != "|");
        cells.map(str::to_owned).collect()
    };
    for row in json["rows"].as_array().unwrap() {
        let ratios = row["ratios"].as_array().unwrap().iter();
        let mut expected = vec![
            row["rank"].to_string(),
            row["candidate"].as_str().unwrap().to_owned(),
        ];
        expected.extend(
            ratios
                .chain([&row["total"]])
                .map(|n| format!("{:.3}", n.as_f64().unwrap())),
        );
        assert!(
            text.lines().any(|line| cells(line) == expected),
            "{expected:?} in\n{text}"
        );
        assert!(
            markdown.lines().any(|line| cells(line) == expected),
            "{expected:?} in\n{markdown}"
        );
    }
}

#[test]
fn who_fails_is_out_with_the_reason() {
    let text = place().heft(DECIDE).ok().stdout();
    assert!(
        text.contains("it never frees; out of memory in `longrun` on wasip1: wanted more"),
        "{text}"
    );
    let from = r#""module": "talc-wasip2", "case": "churn", "outcome": "ok", "detail": null"#;
    let to = r#""module": "talc-wasip2", "case": "churn", "outcome": "trapped", "detail": "unreachable""#;
    let text = changed("bench.json", from, to).heft(DECIDE).ok().stdout();
    assert!(
        text.contains("trapped in `churn` on wasip2: unreachable"),
        "{text}"
    );
    assert!(text.contains("Winner: dlmalloc"), "{text}");
}

#[test]
fn a_weight_that_decides_alone_is_named() {
    let text = place().heft(DECIDE).ok().stdout();
    assert!(
        text.contains("It stays the winner when any single weight"),
        "{text}"
    );
    let from = "weight = 1\nmeasures = [\"maintenance\"]";
    let close = changed("decision.toml", from, &from.replace('1', "2"));
    let text = close.heft(DECIDE).ok().stdout();
    assert!(
        text.contains("Winner: talc") && text.contains("maintenance doubled: dlmalloc"),
        "{text}"
    );
}

#[test]
fn a_document_is_written_and_agrees_until_a_number_changes() {
    let place = place();
    let document = "# Which\n\n<!-- wasm-heft decide: written by the command, do not edit -->\n<!-- wasm-heft decide: end -->\n\nText.\n";
    place.write("adr.md", document.as_bytes());
    assert_eq!(place.heft(&format!("{DECIDE} --check adr.md")).code(), 1);
    place.heft(&format!("{DECIDE} --write adr.md")).ok();
    place.heft(&format!("{DECIDE} --check adr.md")).ok();
    let written = String::from_utf8(place.read("adr.md")).unwrap();
    assert!(
        written.starts_with("# Which\n") && written.ends_with("\n\nText.\n"),
        "{written}"
    );
    // Its counterpart: a number that is another one.
    place.write("adr.md", written.replacen("0.942", "0.941", 1).as_bytes());
    let run = place.heft(&format!("{DECIDE} --check adr.md"));
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(said.starts_with("error: adr.md:"), "{said}");
    assert!(
        said.contains("0.941") && said.contains("0.942") && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn what_can_not_be_decided_is_refused_in_one_line() {
    let refused = |file: &str, from: &str, to: &str| changed(file, from, to).heft(DECIDE).refused();
    let said = refused("decision.toml", "weight = 3", "wieght = 3");
    assert!(
        said.starts_with("error: decision.toml:29: unknown field `wieght`"),
        "{said}"
    );
    let said = refused("decision.toml", "\"vec*\"", "\"vex*\"");
    assert!(
        said.contains("no case is named \"vex*\"; there are startup, churn"),
        "{said}"
    );
    let said = refused(
        "bench.json",
        "\"name\": \"talc-wasip2\"",
        "\"name\": \"other-wasip2\"",
    );
    assert!(said.contains("has no module `talc-wasip2`"), "{said}");
    let said = refused("bench.json", "\"schema\": 1", "\"schema\": 2");
    assert!(
        said.contains("`bench.json`") && said.contains("schema 2 is not known"),
        "{said}"
    );
    let said = refused("bench.json", "\"rows\"", "\"rosw\"");
    assert!(
        said.contains("`bench.json` is not what `wasm-heft bench"),
        "{said}"
    );
    let place = place();
    place.write("adr.md", b"# No markers\n");
    let said = place.heft(&format!("{DECIDE} --write adr.md")).refused();
    assert!(
        said.contains("`adr.md`") && said.contains("add both markers"),
        "{said}"
    );
    assert_eq!(place.read("adr.md"), b"# No markers\n");
}

#[test]
fn the_decision_file_of_this_project_can_be_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../baselines/decision.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let criteria = heft_report::decision::Criteria::parse(file, &text).unwrap();
    let weights: f64 = criteria
        .criteria
        .iter()
        .map(|criterion| criterion.weight)
        .sum();
    assert!(
        (weights - 97.0).abs() < 1e-9,
        "its comment says that they add up to 97"
    );
}
