//! Baselines from outside: sizes against what was last accepted, and accepting.

use crate::common::{Place, Run, tool, wasm};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fs;

/// A module with `extra` bytes of data that compress to next to nothing: only its raw size moves.
pub(crate) fn module(extra: usize) -> Vec<u8> {
    wasm(&format!(
        r#"(module (memory (export "memory") 1)
            (data (i32.const 16) "{}")
            (func (export "run") (result i32) (i32.const 1)))"#,
        "x".repeat(2_000 + extra),
    ))
}

/// Writes an artifact and the record beside it.
pub(crate) fn artifact(place: &Place, name: &str, content: &[u8], rustc: &str, lock: &str) {
    let digest: String = Sha256::digest(content)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let record = json!({
        "schema": 1,
        "output": { "name": name, "bytes": content.len(), "sha256": digest },
        "steps": [],
        "tools": {},
        "fingerprint": { "rustc": format!("{rustc} (abc 2026-01-01)"), "cargo-lock": lock },
    });
    place.write(&format!("{name}.wasm"), content);
    place.write(&format!("{name}.json"), record.to_string().as_bytes());
}

/// A folder with an artifact whose size is accepted.
pub(crate) fn accepted() -> Place {
    let place = Place::new();
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n",
    );
    artifact(&place, "app", &module(1_000), "1.97.1", "one");
    accept(&place, "--date 2026-01-02 app=app.wasm").ok();
    place
}

fn accept(place: &Place, arguments: &str) -> Run {
    place.heft(&format!("accept --baseline sizes.json {arguments}"))
}

pub(crate) fn gate(place: &Place, arguments: &str) -> Run {
    place.heft(&format!(
        "gate --budgets budgets.toml --baseline sizes.json {arguments}"
    ))
}

fn baseline(place: &Place) -> Value {
    serde_json::from_slice(&place.read("sizes.json")).unwrap()
}

/// The only entry of an artifact.
fn entry(place: &Place, name: &str) -> Value {
    let sizes = baseline(place)["sizes"].clone();
    let ids = sizes.as_object().unwrap();
    assert_eq!(ids.len(), 1);
    ids.values().next().unwrap()[name].clone()
}

fn history(place: &Place) -> Vec<Value> {
    let text = String::from_utf8(place.read("history.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn grow(place: &Place, by: usize) {
    artifact(place, "app", &module(1_000 + by), "1.97.1", "one");
}

/// Writes artifacts of these names, each of a size of its own.
fn artifacts(place: &Place, names: &[String]) {
    for (i, name) in names.iter().enumerate() {
        artifact(place, name, &module(i), "1.97.1", "one");
    }
}

/// Commands that are given artifacts.
const COMMANDS: [&str; 3] = [
    "gate --budgets budgets.toml",
    "gate --baseline sizes.json",
    "accept --baseline sizes.json",
];

/// Each of these commands refuses these arguments in these words.
#[track_caller]
fn refused_by(commands: &[&str], place: &Place, arguments: &str, words: &str) {
    for command in commands {
        let run = place.heft(&format!("{command} {arguments} app=app.wasm"));
        let said = run.refused();
        assert!(said.contains(words), "{command}: {said}");
    }
}

/// The baseline is refused in these words, by whoever reads it.
#[track_caller]
fn baseline_refused(place: &Place, words: &str) {
    for said in [
        gate(place, "app=app.wasm").refused(),
        accept(place, "app=app.wasm").refused(),
    ] {
        assert!(
            said.starts_with("error: sizes.json:") && said.contains(words),
            "{said}"
        );
    }
}

#[test]
fn what_was_accepted_passes() {
    let place = accepted();
    let run = gate(&place, "app=app.wasm").ok();
    assert_eq!(run.stderr(), "");
    assert_eq!(
        run.stdout().matches("  same  ").count(),
        3,
        "{}",
        run.stdout()
    );
    gate(&place, "--locked app=app.wasm").ok();
}

#[test]
fn growth_up_to_the_tolerance_passes_and_one_byte_more_does_not() {
    let place = accepted();
    let before = entry(&place, "app")["raw_bytes"].as_u64().unwrap();
    grow(&place, 64);
    assert_eq!(before + 64, place.read("app.wasm").len() as u64);
    let run = gate(&place, "app=app.wasm");
    let raw = run
        .stdout()
        .lines()
        .find(|l| l.contains("  raw ") && l.contains("sizes.json"))
        .map(str::to_owned);
    assert!(raw.unwrap().contains("  within  "), "{}", run.stdout());
    grow(&place, 65);
    let run = gate(&place, "app=app.wasm");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(said.contains("(+65 B, 1 B beyond the tolerance"), "{said}");
    assert!(
        said.contains("(sizes.json:") && said.contains("`wasm-heft accept --reason TEXT`"),
        "{said}"
    );
}

#[test]
fn twenty_steps_below_the_tolerance_are_refused_once_their_sum_exceeds_it() {
    let place = accepted();
    let start = entry(&place, "app")["raw_bytes"].clone();
    for step in 1..=20 {
        // Each step is 20 bytes; the tolerance is 64.
        grow(&place, step * 20);
        let code = gate(&place, "app=app.wasm").code();
        assert_eq!(code, i32::from(step * 20 > 64), "step {step}");
        // Accepting without a reason does not let it creep either.
        let code = accept(&place, "app=app.wasm").code();
        assert_eq!(code, i32::from(step * 20 > 64), "step {step}");
        assert_eq!(entry(&place, "app")["raw_bytes"], start, "step {step}");
    }
}

#[test]
fn a_growth_without_a_reason_is_refused_by_name_and_amount_and_writes_nothing() {
    let place = accepted();
    let before = (place.read("sizes.json"), place.read("history.jsonl"));
    grow(&place, 500);
    let run = accept(&place, "app=app.wasm");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    assert!(
        said.contains("`app` raw_bytes +500") && said.contains("--reason"),
        "{said}"
    );
    assert_eq!(
        (place.read("sizes.json"), place.read("history.jsonl")),
        before
    );
}

#[test]
fn a_growth_with_a_reason_is_in_the_history_and_the_margin_is_as_before() {
    let place = accepted();
    let old = entry(&place, "app");
    grow(&place, 500);
    let run = place
        .heft_with(
            "accept --baseline sizes.json --date 2026-03-04 --reason because app=app.wasm",
            &[],
            b"",
        )
        .ok();
    assert!(run.stdout().contains("loosened"), "{}", run.stdout());
    let new = entry(&place, "app");
    assert_eq!(new["raw_bytes"], place.read("app.wasm").len());
    let lines = history(&place);
    assert_eq!(lines.len(), 2);
    let line = &lines[1];
    assert_eq!(line["when"], "2026-03-04");
    assert_eq!(line["what"], "app");
    assert_eq!(line["baseline"], "sizes");
    assert_eq!(line["reason"], "because");
    assert_eq!(line["old"]["raw_bytes"], old["raw_bytes"]);
    assert_eq!(line["new"]["raw_bytes"], new["raw_bytes"]);
    let id = line["fingerprint"].as_str().unwrap();
    assert!(!baseline(&place)["sizes"][id].is_null());
    // The tolerance is neither used up nor doubled.
    assert_eq!(
        baseline(&place)["tolerance"],
        json!({ "absolute_bytes": 64, "relative_ppm": 2000 })
    );
    grow(&place, 500 + 65);
    assert_eq!(gate(&place, "app=app.wasm").code(), 1);
}

#[test]
fn a_shrink_is_announced_fails_when_locked_and_tightens() {
    let place = accepted();
    artifact(&place, "app", &module(500), "1.97.1", "one");
    let run = gate(&place, "app=app.wasm").ok();
    assert!(
        run.stdout().contains("`wasm-heft accept` would lock it in"),
        "{}",
        run.stdout()
    );
    let run = gate(&place, "--locked app=app.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().contains("`app` raw shrank by 500 B"),
        "{}",
        run.stderr()
    );
    accept(&place, "app=app.wasm").ok();
    gate(&place, "--locked app=app.wasm").ok();
    assert_eq!(history(&place)[1]["reason"], Value::Null);
    // What it was before is growth now.
    grow(&place, 0);
    assert_eq!(gate(&place, "app=app.wasm").code(), 1);
}

#[test]
fn a_shrink_is_not_a_problem_where_something_else_grew() {
    let place = accepted();
    artifact(&place, "other", &module(1_000), "1.97.1", "one");
    accept(&place, "app=app.wasm other=other.wasm").ok();
    grow(&place, 500);
    artifact(&place, "other", &module(500), "1.97.1", "one");
    let run = gate(&place, "app=app.wasm other=other.wasm");
    assert_eq!(run.code(), 1);
    assert!(!run.stderr().contains("other"), "{}", run.stderr());
}

#[test]
fn other_tools_fall_back_to_budgets_and_one_line_names_them() {
    let place = accepted();
    artifact(&place, "app", &module(5_000), "1.98.0", "one");
    let run = gate(&place, "app=app.wasm").ok();
    let out = run.stdout();
    let note: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with("note: "))
        .collect();
    assert_eq!(note.len(), 1, "{out}");
    assert!(
        note[0].contains("(rustc 1.97.1 -> 1.98.0); only budgets hold app"),
        "{out}"
    );
    let line = "no baseline for these tools yet; `nix run .#accept` starts one";
    assert!(note[0].contains(line), "{out}");
    let run = gate(&place, "--format github --summary s.md app=app.wasm").ok();
    let summary = String::from_utf8(place.read("s.md")).unwrap();
    assert!(
        run.stdout().contains(line) && summary.contains(line),
        "{summary}"
    );
    // Without budgets nothing would hold it.
    let said = place
        .heft("gate --baseline sizes.json app=app.wasm")
        .refused();
    assert!(said.contains("pass --budgets"), "{said}");
}

#[test]
fn another_lock_is_compared_all_the_same() {
    let place = accepted();
    artifact(&place, "app", &module(1_500), "1.97.1", "two");
    let run = gate(&place, "app=app.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stdout().contains("(cargo-lock changed since)"),
        "{}",
        run.stdout()
    );
}

#[test]
fn entries_that_are_missing_or_extra_fail_by_name() {
    let place = accepted();
    artifact(&place, "other", &module(3), "1.97.1", "one");
    let run = gate(&place, "app=app.wasm other=other.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().contains("`other` is not in the baseline"),
        "{}",
        run.stderr()
    );
    accept(&place, "app=app.wasm other=other.wasm").ok();
    let run = gate(&place, "app=app.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr()
            .contains("`other` is in the baseline and was not given"),
        "{}",
        run.stderr()
    );
    gate(&place, "--partial app=app.wasm").ok();
    let said = gate(&place, "app=app.wasm other=none.wasm").refused();
    assert!(
        said.contains("`other`") && said.contains("`none.wasm`"),
        "{said}"
    );
}

#[test]
fn a_variant_that_is_gone_is_kept_or_removed_only_on_request() {
    let place = accepted();
    artifact(&place, "other", &module(3), "1.97.1", "one");
    accept(&place, "--partial other=other.wasm").ok();
    let before = place.read("sizes.json");
    let run = accept(&place, "app=app.wasm");
    assert_eq!(run.code(), 1);
    assert!(run.stderr().contains("`other`"), "{}", run.stderr());
    accept(&place, "--partial app=app.wasm").ok();
    assert_eq!(place.read("sizes.json"), before);
    accept(&place, "--remove-missing app=app.wasm").ok();
    assert_eq!(entry(&place, "other"), Value::Null);
    let last = history(&place).pop().unwrap();
    assert_eq!(
        (&last["what"], &last["new"]),
        (&json!("other"), &Value::Null)
    );
}

#[test]
fn entries_of_other_tools_stay_until_they_are_pruned() {
    let place = accepted();
    artifact(&place, "app", &module(1_000), "1.98.0", "one");
    accept(&place, "app=app.wasm").ok();
    assert_eq!(baseline(&place)["sizes"].as_object().unwrap().len(), 2);
    accept(&place, "--prune app=app.wasm").ok();
    assert_eq!(baseline(&place)["sizes"].as_object().unwrap().len(), 1);
    assert_eq!(
        baseline(&place)["fingerprints"].as_object().unwrap().len(),
        1
    );
    gate(&place, "app=app.wasm").ok();
}

#[test]
fn what_other_tools_made_of_an_artifact_is_pruned_while_they_make_another() {
    let place = accepted();
    artifact(&place, "other", &module(3), "1.97.1", "one");
    artifact(&place, "app", &module(1_000), "1.98.0", "one");
    accept(&place, "app=app.wasm other=other.wasm").ok();
    let names = || -> Vec<String> {
        let sizes = &baseline(&place)["sizes"];
        let entries = sizes.as_object().unwrap().values();
        entries
            .flat_map(|entries| entries.as_object().unwrap().keys().cloned())
            .collect()
    };
    assert_eq!(names().len(), 3);
    accept(&place, "--prune app=app.wasm other=other.wasm").ok();
    let mut left = names();
    left.sort();
    assert_eq!(left, ["app", "other"]);
    assert_eq!(baseline(&place)["sizes"].as_object().unwrap().len(), 2);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = accepted();
    let before = (place.read("sizes.json"), place.list());
    artifact(&place, "app", &module(500), "1.97.1", "one");
    let run = accept(&place, "--dry-run app=app.wasm").ok();
    assert!(run.stdout().contains("tightened") && run.stdout().contains("nothing was written"));
    assert_eq!((place.read("sizes.json"), place.list()), before);
}

#[test]
fn a_record_of_another_file_is_refused() {
    let place = accepted();
    place.write("app.wasm", &module(7));
    let said = gate(&place, "app=app.wasm").refused();
    assert!(
        said.contains("record `app.json` describes another file than `app.wasm`"),
        "{said}"
    );
}

#[test]
fn an_artifact_without_a_record_needs_somebody_who_vouches_for_its_tools() {
    let place = accepted();
    place.write("bare.wasm", &module(7));
    let said = accept(&place, "--partial bare=bare.wasm").refused();
    assert!(
        said.contains("`bare.json`") && said.contains("--fingerprint"),
        "{said}"
    );
    accept(&place, "--partial --fingerprint rustc=1 bare=bare.wasm").ok();
    gate(&place, "--partial --fingerprint rustc=1 bare=bare.wasm").ok();
}

#[test]
fn a_baseline_edited_into_nonsense_is_refused_with_its_line() {
    let place = accepted();
    let good = String::from_utf8(place.read("sizes.json")).unwrap();
    let id = baseline(&place)["fingerprints"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    let raw = format!("\"raw_bytes\": {}", entry(&place, "app")["raw_bytes"]);
    let cases = [
        (
            raw.as_str(),
            "\"raw_bytes\": -1",
            "invalid value: integer `-1`",
        ),
        (raw.as_str(), "\"raw_bytes\": 999999", "its parts add up to"),
        ("\"gzip_bytes\"", "\"gzipped\"", "unknown field `gzipped`"),
        (
            "\"schema\": 2",
            "\"schema\": 9",
            "schema 9 is not known, expected 2",
        ),
        ("\"app\": {", "\"app\": {}, \"app\": {", "missing field"),
        ("\"rustc\": \"1.97.1", "\"rustc\": \"1.98.0", "have the id"),
        (
            "\"sizes\": {\n",
            "\"sizes\": {\n\"0123456789ab\": {},\n",
            "fingerprint `0123456789ab` is not in",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(good.contains(from), "{from}\n{good}");
        place.write("sizes.json", good.replacen(from, to, 1).as_bytes());
        baseline_refused(&place, expected);
    }
    // Numbers that no file has, with their line and their path.
    let line = |text: &str, key: &str| 1 + text.lines().position(|l| l.contains(key)).unwrap();
    let entry = format!("sizes.{id}.app.");
    for (key, within, number) in [
        ("gzip_bytes", &*entry, "9223372036854775808"),
        ("brotli_bytes", &*entry, "18446744073709551615"),
        ("absolute_bytes", "tolerance.", "9999999999999999999"),
    ] {
        let old = good.lines().find(|l| l.contains(key)).unwrap();
        let new = format!(
            "\"{key}\": {number}{}",
            if old.ends_with(',') { "," } else { "" }
        );
        let text = good.replacen(old, &new, 1);
        place.write("sizes.json", text.as_bytes());
        let said = gate(&place, "app=app.wasm").refused();
        let expected = format!(
            "error: sizes.json:{}: `{within}{key}`: {number} bytes are too many",
            line(&text, key)
        );
        assert!(said.starts_with(&expected), "{said}");
    }
    let twice = format!("\"{id}\": {{ \"rustc\": \"x\" }},\n    \"{id}\": {{");
    place.write(
        "sizes.json",
        good.replacen(&format!("\"{id}\": {{"), &twice, 1)
            .as_bytes(),
    );
    let said = gate(&place, "app=app.wasm").refused();
    assert!(said.contains("is there twice"), "{said}");
    place.write("sizes.json", &good.as_bytes()[..good.len() / 2]);
    let said = gate(&place, "app=app.wasm").refused();
    assert!(
        said.starts_with("error: sizes.json:") && said.contains("cut off"),
        "{said}"
    );
    let said = place
        .heft("gate --budgets budgets.toml --baseline none.json app=app.wasm")
        .refused();
    assert!(said.contains("there is no baseline `none.json`"), "{said}");
}

#[test]
fn every_number_changed_by_hand_is_noticed() {
    let place = accepted();
    let good = baseline(&place);
    let id = good["sizes"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    let changes: [fn(&mut Value); 6] = [
        |entry| entry["gzip_bytes"] = json!(entry["gzip_bytes"].as_u64().unwrap() + 1),
        |entry| entry["brotli_bytes"] = json!(1),
        |entry| {
            entry["raw_bytes"] = json!(9);
            entry["sections"] = Value::Null;
        },
        |entry| entry["source"]["cargo-lock"] = json!("two"),
        |entry| {
            // Parts that still add up.
            let sections = entry["sections"].as_object_mut().unwrap();
            let keys: Vec<String> = sections.keys().take(2).cloned().collect();
            for (key, by) in keys.iter().zip([1, -1]) {
                sections[key] = json!(sections[key].as_i64().unwrap() + by);
            }
        },
        |entry| entry["crates"] = entry["sections"].take(),
    ];
    for change in changes {
        let mut other = good.clone();
        change(&mut other["sizes"][&id]["app"]);
        place.write("sizes.json", other.to_string().as_bytes());
        baseline_refused(&place, "changed by hand");
    }
    for (change, expected) in [
        ("/digests", "`app` has no digest"),
        ("/sizes", "`app` has a digest and no entry"),
    ] {
        let mut other = good.clone();
        *other.pointer_mut(change).unwrap() = json!({});
        place.write("sizes.json", other.to_string().as_bytes());
        let said = gate(&place, "app=app.wasm").refused();
        assert!(said.contains(expected), "{said}");
    }
    // The tolerance is people's.
    let mut other = good.clone();
    other["tolerance"]["absolute_bytes"] = json!(100);
    place.write("sizes.json", other.to_string().as_bytes());
    gate(&place, "app=app.wasm").ok();
    // What was written before there were digests is read, and gets them.
    let mut other = good;
    other["schema"] = json!(1);
    other.as_object_mut().unwrap().remove("digests");
    place.write("sizes.json", other.to_string().as_bytes());
    gate(&place, "app=app.wasm").ok();
    accept(&place, "app=app.wasm").ok();
    assert!(baseline(&place)["digests"][&id]["app"].is_string());
}

#[test]
fn any_number_of_accepts_at_once_lose_nothing() {
    let place = accepted();
    let names: Vec<String> = (0..12).map(|i| format!("app{i}")).collect();
    artifacts(&place, &names);
    std::thread::scope(|scope| {
        for name in &names {
            let place = &place;
            scope.spawn(move || accept(place, &format!("--partial {name}={name}.wasm")).ok());
        }
    });
    let told: Vec<Value> = history(&place)
        .iter()
        .map(|line| line["what"].clone())
        .collect();
    for name in &names {
        assert_eq!(
            entry(&place, name)["raw_bytes"],
            place.read(&format!("{name}.wasm")).len()
        );
        assert_eq!(
            told.iter().filter(|what| *what == name).count(),
            1,
            "{name}"
        );
    }
    assert_eq!(told.len(), names.len() + 1);
    // Nothing is left behind.
    assert!(
        place
            .list()
            .iter()
            .all(|name| !name.contains("lock") && !name.starts_with('.'))
    );
}

#[test]
fn a_run_cut_off_between_history_and_baseline_is_completed_by_the_next() {
    let place = accepted();
    let before = place.read("sizes.json");
    artifact(&place, "app", &module(500), "1.97.1", "one");
    accept(&place, "app=app.wasm").ok();
    let (after, told) = (place.read("sizes.json"), place.read("history.jsonl"));
    // As a crash after the first of two renames leaves it.
    place.write("sizes.json", &before);
    gate(&place, "app=app.wasm").ok();
    accept(&place, "app=app.wasm").ok();
    assert_eq!(place.read("sizes.json"), after);
    assert_eq!(place.read("history.jsonl"), told);
    // The same move later is another one.
    grow(&place, 0);
    accept(&place, "--reason back app=app.wasm").ok();
    artifact(&place, "app", &module(500), "1.97.1", "one");
    accept(&place, "app=app.wasm").ok();
    assert_eq!(history(&place).len(), 4);
}

#[test]
fn a_record_that_is_of_nothing_given_is_refused() {
    let place = accepted();
    artifact(&place, "other", &module(7), "1.97.1", "one");
    let words = "`other.json` is of none of the files given";
    refused_by(&COMMANDS, &place, "--record other.json", words);
    for command in COMMANDS {
        place
            .heft(&format!("{command} --record app.json app=app.wasm"))
            .ok();
    }
}

#[test]
fn a_file_beside_the_artifact_that_is_no_record_is_somebody_elses() {
    let place = accepted();
    for content in ["{\"name\": \"app\"}", "[1, 2]", "not even JSON", ""] {
        place.write("app.json", content.as_bytes());
        gate(&place, "--fingerprint rustc=1 app=app.wasm").ok();
        let said = gate(&place, "app=app.wasm").refused();
        assert_eq!(said.matches("not a record of").count(), 1, "{said}");
        assert!(
            said.contains("`app` has no record: expected `app.json`"),
            "{said}"
        );
    }
}

#[test]
fn platforms_live_side_by_side() {
    let place = accepted();
    for rustc in ["1.98.0", "1.99.0"] {
        artifact(&place, "app", &module(2_000), rustc, "one");
        accept(&place, "app=app.wasm").ok();
        gate(&place, "--locked app=app.wasm").ok();
    }
    artifact(&place, "app", &module(1_000), "1.97.1", "one");
    gate(&place, "--locked app=app.wasm").ok();
    artifact(&place, "app", &module(3_000), "1.98.0", "one");
    assert_eq!(gate(&place, "app=app.wasm").code(), 1);
}

#[test]
fn a_history_that_is_cut_off_keeps_the_baseline_from_moving() {
    let place = accepted();
    let before = place.read("sizes.json");
    place.write("history.jsonl", b"{\"when\":\"2026-01-01\",\"bas");
    artifact(&place, "app", &module(500), "1.97.1", "one");
    let said = accept(&place, "app=app.wasm").refused();
    assert!(said.contains("history.jsonl:1: "), "{said}");
    assert_eq!(place.read("sizes.json"), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_all_files_as_they_were() {
    // A limit on the size of files stands in for the disk: the history fits, the baseline does not.
    let place = accepted();
    let before = (place.read("sizes.json"), place.list());
    artifact(&place, "app", &module(500), "1.97.1", "one");
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; '{program}' accept --baseline sizes.json app=app.wasm 2>said; echo $?"
    );
    let code = tool("sh", &["-c", &script], &place.path(""));
    let said = String::from_utf8(place.read("said")).unwrap();
    fs::remove_file(place.path("said")).unwrap();
    assert_eq!(code, b"2\n", "{said}");
    assert!(said.contains("cannot write `sizes.json`"), "{said}");
    assert_eq!((place.read("sizes.json"), place.list()), before);
}

#[test]
fn what_grew_is_the_first_cause() {
    let place = accepted();
    grow(&place, 500);
    let run = gate(&place, "--format json app=app.wasm");
    let report: Value = serde_json::from_slice(run.stdout_bytes()).unwrap();
    let causes = &report["baseline"]["causes"][0];
    let top = &causes["rows"][0];
    assert_eq!(top["change_bytes"], 500, "{causes}");
    assert!(top["name"].as_str().unwrap().contains("data"), "{causes}");
    assert!(run.stderr().contains("most of all"), "{}", run.stderr());
}

/// Sizes and benchmarks have baselines of their own and one history beside them.
#[test]
fn accepts_of_sizes_and_of_benchmarks_at_once_lose_nothing() {
    let place = crate::baseline_bench::accepted();
    let names: Vec<String> = (0..6).map(|i| format!("app{i}")).collect();
    artifacts(&place, &names);
    let before = history(&place).len();
    std::thread::scope(|scope| {
        for name in &names {
            let place = &place;
            scope.spawn(move || accept(place, &format!("--partial {name}={name}.wasm")).ok());
            // Each prunes what is not there: it reads the file, changes it and writes it back.
            scope.spawn(move || crate::baseline_bench::accept(place, "--partial").ok());
        }
    });
    let told = history(&place);
    for name in &names {
        let bytes = place.read(&format!("{name}.wasm")).len();
        assert_eq!(entry(&place, name)["raw_bytes"], bytes);
        let lines = told.iter().filter(|line| line["what"] == *name).count();
        assert_eq!(lines, 1, "{name}");
    }
    assert_eq!(told.len(), before + names.len());
    crate::baseline_bench::gate(&place, "").ok();
}

/// Two at a time, again and again: each pair has one that comes first.
#[test]
fn two_accepts_at_a_time_are_both_in_the_baseline() {
    let place = accepted();
    for round in 0..8 {
        let names = [format!("a{round}"), format!("b{round}")];
        artifacts(&place, &names);
        std::thread::scope(|scope| {
            for name in &names {
                let place = &place;
                scope.spawn(move || accept(place, &format!("--partial {name}={name}.wasm")).ok());
            }
        });
        for name in &names {
            assert!(entry(&place, name).is_object(), "{name} is lost");
        }
        assert_eq!(history(&place).len(), 1 + 2 * (round + 1));
    }
}

#[cfg(unix)]
#[test]
fn a_baseline_or_a_history_that_is_no_file_is_refused() {
    let place = accepted();
    tool("mkfifo", &["pipe"], &place.path(""));
    let before = (place.read("sizes.json"), place.read("history.jsonl"));
    artifact(&place, "app", &module(500), "1.97.1", "one");
    for (arguments, what) in [
        ("--baseline pipe", "the baseline `pipe` is not a file"),
        ("--baseline .", "the baseline `.` is not a file"),
        (
            "--baseline /dev/null",
            "the baseline `/dev/null` is not a file",
        ),
        (
            "--baseline sizes.json --history pipe",
            "the history `pipe` is not a file",
        ),
        (
            "--baseline sizes.json --history /dev/zero",
            "the history `/dev/zero` is not a file",
        ),
    ] {
        let said = place
            .heft(&format!("accept {arguments} app=app.wasm"))
            .refused();
        assert!(said.contains(what), "{said}");
    }
    assert_eq!(
        (place.read("sizes.json"), place.read("history.jsonl")),
        before
    );
}

#[test]
fn a_symbols_file_of_nothing_given_is_refused() {
    let place = accepted();
    let commands = [&COMMANDS[..], &["gate --sound"]].concat();
    let words = "--names is given for `other`, and no such artifact is";
    refused_by(&commands, &place, "--names other=app.wasm", words);
}
