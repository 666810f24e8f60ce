//! Baselines from outside: fuel and pages against what was last accepted.

use crate::baseline;
use crate::common::{Place, Run};
use heft_data::bench_result::{BenchRow, Outcome};
use serde_json::{Value, json};

/// A row of a result: module, case, outcome, fuel and pages.
type Row = (&'static str, &'static str, &'static str, u64, u64);

const ROWS: [Row; 4] = [
    ("talc-wasip1", "churn", "ok", 1_000_000, 10),
    ("talc-wasip1", "serde", "ok", 2_000_000, 20),
    ("lol-wasip2", "churn", "ok", 3_000_000, 30),
    ("lol-wasip2", "longrun", "out-of-memory", 0, 0),
];

fn result(place: &Place, wasmtime: &str, rows: &[Row]) {
    let mut modules: Vec<&str> = rows.iter().map(|row| row.0).collect();
    modules.dedup();
    let modules: Vec<Value> = modules
        .iter()
        .map(|name| {
            json!({ "name": name, "kind": "module", "raw_bytes": 1, "gzip_bytes": 1,
                "brotli_bytes": 1, "sha256": format!("sha of {name}") })
        })
        .collect();
    let rows: Vec<BenchRow> = rows
        .iter()
        .map(|(module, case, outcome, fuel, pages)| {
            let outcome = serde_json::from_value(json!(outcome)).unwrap();
            if outcome != Outcome::Ok {
                let detail = Some("some words".to_owned());
                return BenchRow::ended(module, case, outcome, detail);
            }
            BenchRow {
                fuel: Some(*fuel),
                fuel_bulk_once: Some(fuel / 2),
                initial_pages: Some(17),
                grown_pages: Some(*pages),
                total_pages: Some(17 + pages),
                ..BenchRow::ended(module, case, outcome, None)
            }
        })
        .collect();
    let report = json!({ "schema": 1,
        "engine": { "wasmtime": wasmtime, "platform": "x86_64-linux" },
        "modules": modules, "cases": [], "rows": rows });
    place.write("result.json", report.to_string().as_bytes());
}

fn records(place: &Place, rustc: &str) {
    for name in ["talc-wasip1", "lol-wasip2"] {
        let record = json!({ "output": { "sha256": format!("sha of {name}") },
            "fingerprint": { "rustc": rustc, "cargo-lock": "one" } });
        place.write(&format!("{name}.json"), record.to_string().as_bytes());
    }
}

const WITH: &str = "--bench result.json --bench-baseline bench.json --record talc-wasip1.json --record lol-wasip2.json";

pub(crate) fn accept(place: &Place, arguments: &str) -> Run {
    place.heft(&format!("accept {WITH} {arguments}"))
}

pub(crate) fn gate(place: &Place, arguments: &str) -> Run {
    place.heft(&format!("gate {WITH} {arguments}"))
}

/// A folder in which [`ROWS`] are accepted.
pub(crate) fn accepted() -> Place {
    let place = Place::new();
    records(&place, "1.97.1");
    result(&place, "46.0.1", &ROWS);
    accept(&place, "--date 2026-01-02").ok();
    place
}

/// [`ROWS`] with another first row.
fn first(outcome: &'static str, fuel: u64, pages: u64) -> [Row; 4] {
    let mut rows = ROWS;
    rows[0] = (rows[0].0, rows[0].1, outcome, fuel, pages);
    rows
}

#[test]
fn what_was_accepted_passes_and_each_case_is_one_line() {
    let place = accepted();
    let run = gate(&place, "--locked").ok();
    assert!(
        run.stdout().contains("10 of 10 figures are as accepted"),
        "{}",
        run.stdout()
    );
    let text = String::from_utf8(place.read("bench.json")).unwrap();
    let line = r#""churn": { "fuel": 1000000, "fuel_bulk_once": 500000, "grown_pages": 10 }"#;
    assert!(text.contains(line), "{text}");
    assert!(
        text.contains(r#""longrun": { "outcome": "out-of-memory" }"#),
        "{text}"
    );
}

#[test]
fn fuel_up_to_the_tolerance_passes_and_one_unit_more_does_not() {
    let place = accepted();
    result(&place, "46.0.1", &first("ok", 1_001_000, 10));
    gate(&place, "").ok();
    result(&place, "46.0.1", &first("ok", 1_001_001, 10));
    assert_eq!(gate(&place, "").code(), 1);
}

#[test]
fn one_per_cent_beyond_the_tolerance_fails_with_a_line_that_says_all() {
    let place = accepted();
    result(&place, "46.0.1", &first("ok", 1_011_000, 10));
    let run = gate(&place, "");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(said.contains("`wasm-heft accept --reason TEXT`"), "{said}");
    // Both kinds of fuel got worse: a line each.
    let words = "`churn` of `talc-wasip1`: fuel 1,000,000 -> 1,011,000 (+11,000, +1.10 %, allowed 0.1 %) (bench.json:";
    assert!(said.lines().any(|line| line.contains(words)), "{said}");
    assert_eq!(said.lines().count(), 3, "{said}");
    let text = String::from_utf8(place.read("bench.json")).unwrap();
    let place_of = said.split("bench.json:").nth(1).unwrap();
    let line: usize = place_of.split(')').next().unwrap().parse().unwrap();
    assert!(
        text.lines()
            .nth(line - 1)
            .unwrap()
            .contains("\"fuel\": 1000000"),
        "{said}"
    );
}

#[test]
fn a_single_page_more_fails() {
    let place = accepted();
    result(&place, "46.0.1", &first("ok", 1_000_000, 11));
    let run = gate(&place, "");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(
        said.contains("grown_pages 10 -> 11 (+1, +10.00 %, allowed 0)"),
        "{said}"
    );
}

#[test]
fn a_row_that_newly_traps_fails_and_is_accepted_only_with_a_reason() {
    let place = accepted();
    result(&place, "46.0.1", &first("trapped", 0, 0));
    let run = gate(&place, "");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(
        said.contains("`churn` of `talc-wasip1`: ok -> trapped, some words"),
        "{said}"
    );
    let run = accept(&place, "");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().contains("outcome ok -> trapped"),
        "{}",
        run.stderr()
    );
    accept(&place, "--reason known").ok();
    gate(&place, "").ok();
    // And back: that is better, and passes unless locked.
    result(&place, "46.0.1", &ROWS);
    gate(&place, "").ok();
    assert_eq!(gate(&place, "--locked").code(), 1);
    accept(&place, "").ok();
    gate(&place, "--locked").ok();
}

#[test]
fn what_got_worse_is_accepted_with_a_reason_only_and_what_got_better_freely() {
    let place = accepted();
    let before = place.read("bench.json");
    result(&place, "46.0.1", &first("ok", 1_100_000, 9));
    let run = accept(&place, "");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(said.contains("`talc-wasip1/churn` fuel +100,000"), "{said}");
    assert_eq!(place.read("bench.json"), before);
    accept(&place, "--reason fewer-pages --date 2026-05-06").ok();
    gate(&place, "--locked").ok();
    let history = String::from_utf8(place.read("history.jsonl")).unwrap();
    let line: Value = serde_json::from_str(history.lines().last().unwrap()).unwrap();
    assert_eq!(line["baseline"], "bench");
    assert_eq!(line["what"], "talc-wasip1");
    assert_eq!(line["reason"], "fewer-pages");
    assert_eq!(line["old"]["churn"]["fuel"], 1_000_000);
    assert_eq!(line["new"]["churn"]["fuel"], 1_100_000);
    assert_eq!(line["new"]["serde"], Value::Null);
    result(&place, "46.0.1", &ROWS);
    // More pages again, for less fuel: that needs a reason as well.
    assert_eq!(accept(&place, "").code(), 1);
}

#[test]
fn growth_in_small_steps_does_not_creep_over_the_tolerance() {
    let place = accepted();
    let start = place.read("bench.json");
    for step in 1..=20 {
        result(&place, "46.0.1", &first("ok", 1_000_000 + step * 300, 10));
        let expected = i32::from(step * 300 > 1_000);
        assert_eq!(gate(&place, "").code(), expected, "step {step}");
        assert_eq!(accept(&place, "").code(), expected, "step {step}");
        assert_eq!(place.read("bench.json"), start);
    }
}

#[test]
fn sizes_and_benchmarks_are_accepted_together_or_not_at_all() {
    let place = accepted();
    let both = "--baseline sizes.json --date 2026-01-03 app=app.wasm";
    baseline::artifact(&place, "app", &baseline::module(9), "1.97.1", "one");
    result(&place, "46.0.1", &first("ok", 9_000_000, 10));
    let before = place.list();
    assert_eq!(accept(&place, both).code(), 1);
    assert_eq!(place.list(), before);
    accept(&place, &format!("{both} --reason more")).ok();
    let history = String::from_utf8(place.read("history.jsonl")).unwrap();
    let whats: Vec<Value> = history
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["when"] == "2026-01-03")
        .map(|line| json!([line["baseline"], line["what"], line["reason"]]))
        .collect();
    let expected = [
        json!(["sizes", "app", "more"]),
        json!(["bench", "talc-wasip1", "more"]),
    ];
    assert_eq!(whats, expected);
    let run = gate(&place, "--locked --baseline sizes.json app=app.wasm").ok();
    assert_eq!(
        run.stdout().matches("baseline ").count(),
        3,
        "{}",
        run.stdout()
    );
}

#[test]
fn another_engine_or_compiler_is_named_and_not_compared() {
    let place = accepted();
    result(&place, "47.0.0", &first("ok", 9_000_000, 99));
    // Nothing would hold it.
    let said = gate(&place, "").refused();
    assert!(said.contains("pass --budgets with a [[ratio]]"), "{said}");
    // What was measured in the same run does.
    let limit = |limit: &str| {
        let text = format!(
            "schema = 1\n[[ratio]]\nof = \"talc-*\"\nto = \"lol-wasip2\"\nmeasures = [\"fuel\"]\nlimit = {limit}\n"
        );
        place.write(
            "ratios.toml",
            text.replace("talc-*", "talc-wasip1").as_bytes(),
        );
    };
    limit("1_000.0");
    let line = "no baseline for these tools yet; `nix run .#accept` starts one";
    let out = gate(&place, "--budgets ratios.toml").ok().stdout();
    assert!(
        out.contains(line) && out.contains("(wasmtime 46.0.1 -> 47.0.0)"),
        "{out}"
    );
    assert!(
        out.contains("only ratios hold talc-wasip1, lol-wasip2"),
        "{out}"
    );
    let out = gate(
        &place,
        "--budgets ratios.toml --format github --summary s.md",
    )
    .ok()
    .stdout();
    let summary = String::from_utf8(place.read("s.md")).unwrap();
    assert!(out.contains(line) && summary.contains(line), "{summary}");
    limit("0.000_1");
    let run = gate(&place, "--budgets ratios.toml");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(
        said.contains("`talc-wasip1` to `lol-wasip2`: fuel is") && said.contains("(ratios.toml:3)"),
        "{said}"
    );
    // Alone, too, and without a record of anything.
    let run = place.heft("gate --bench result.json --budgets ratios.toml");
    assert_eq!(run.code(), 1);
    limit("1_000.0");
    place
        .heft("gate --bench result.json --budgets ratios.toml")
        .ok();
    let said = place.heft("gate --bench result.json").refused();
    assert!(said.contains("--budgets"), "{said}");
    result(&place, "46.0.1", &first("ok", 9_000_000, 99));
    records(&place, "1.98.0");
    let out = gate(&place, "--budgets ratios.toml").ok().stdout();
    assert!(out.contains("(rustc 1.97.1 -> 1.98.0)"), "{out}");
}

#[test]
fn cases_that_are_missing_or_extra_fail_by_name() {
    let place = accepted();
    let mut rows = ROWS.to_vec();
    rows.insert(2, ("talc-wasip1", "vector", "ok", 5, 5));
    result(&place, "46.0.1", &rows);
    let said = gate(&place, "");
    assert_eq!(said.code(), 1);
    assert!(
        said.stderr()
            .contains("`vector` of `talc-wasip1`: the case is not in the baseline"),
        "{}",
        said.stderr()
    );
    result(&place, "46.0.1", &ROWS[..3]);
    let said = gate(&place, "");
    assert_eq!(said.code(), 1);
    assert!(
        said.stderr().contains(
            "`longrun` of `lol-wasip2`: the case is in the baseline and was not measured"
        ),
        "{}",
        said.stderr()
    );
    gate(&place, "--partial").ok();
    assert_eq!(accept(&place, "").code(), 1);
    accept(&place, "--remove-missing").ok();
    gate(&place, "--locked").ok();
}

#[test]
fn a_module_without_a_record_is_refused_by_name() {
    let place = accepted();
    let said = place
        .heft("gate --bench result.json --bench-baseline bench.json --record lol-wasip2.json")
        .refused();
    assert!(
        said.contains("no record given describes module `talc-wasip1`"),
        "{said}"
    );
}

#[test]
fn wrong_results_and_baselines_are_refused_with_their_line() {
    let place = accepted();
    let good = String::from_utf8(place.read("bench.json")).unwrap();
    for (from, to, expected) in [
        (
            "\"fuel\": 1000000",
            "\"fuel\": -1",
            "invalid value: integer `-1`",
        ),
        (
            "\"fuel\": 1000000",
            "\"fuel\": 1100000",
            "was changed by hand",
        ),
        (
            "\"fuel\": 1000000",
            "\"fuel\": 18446744073709551616",
            "invalid type",
        ),
        (
            "{ \"outcome\": \"out-of-memory\" }",
            "{ \"outcome\": \"trapped\" }",
            "was changed by hand",
        ),
        (
            "\"fuel\": 1000000",
            "\"fule\": 1000000",
            "unknown field `fule`",
        ),
        (
            "\"outcome\": \"out-of-memory\"",
            "\"outcome\": \"tired\"",
            "unknown variant `tired`",
        ),
        (
            "\"outcome\": \"out-of-memory\"",
            "\"outcome\": \"ok\"",
            "leave \"outcome\" out",
        ),
        (
            "{ \"outcome\": \"out-of-memory\" }",
            "{}",
            "it has neither figures nor an outcome",
        ),
        (
            "\"wasmtime\": \"46.0.1\"",
            "\"wasmtime\": \"46.0.2\"",
            "have the id",
        ),
    ] {
        assert!(good.contains(from), "{good}");
        place.write("bench.json", good.replacen(from, to, 1).as_bytes());
        let said = gate(&place, "").refused();
        assert!(
            said.starts_with("error: bench.json:") && said.contains(expected),
            "{said}"
        );
    }
    place.write("bench.json", good.as_bytes());
    let result = String::from_utf8(place.read("result.json")).unwrap();
    for (to, expected) in [
        (&result[..result.len() / 2], "cut off"),
        ("[]", "result.json:1: invalid length 0"),
        (
            &result.replacen("\"schema\":1", "\"schema\":7", 1),
            "schema 7 is not known",
        ),
        (
            "{ \"schema\": 1, \"engine\": { \"wasmtime\": \"1\", \"platform\": \"x\" }, \"modules\": [], \"cases\": [], \"rows\": [] }",
            "it has no rows, so it holds nothing",
        ),
    ] {
        place.write("result.json", to.as_bytes());
        for said in [
            gate(&place, "--partial").refused(),
            accept(&place, "--partial").refused(),
        ] {
            assert!(
                said.starts_with("error: result.json") && said.contains(expected),
                "{said}"
            );
        }
    }
    assert_eq!(place.read("bench.json"), good.as_bytes());
}
