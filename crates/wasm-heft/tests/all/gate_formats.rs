//! One result, four formats: the same numbers in each of them.

use crate::baseline;
use crate::common::{Place, Run, wasm};
use heft_wasm::bytes::{ByteDelta, Bytes};
use serde_json::Value;

/// A gate that fails in every way it can fail for sizes.
fn failing() -> Place {
    let place = baseline::accepted();
    let other = wasm("(module (memory 1))");
    baseline::artifact(&place, "other", &other, "1.97.1", "one");
    baseline::artifact(&place, "app", &baseline::module(1_500), "1.97.1", "two");
    let budgets = "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"100 B\" }\n";
    place.write("budgets.toml", budgets.as_bytes());
    place
}

fn run(place: &Place, format: &str) -> Run {
    let run = baseline::gate(
        place,
        &format!("--format {format} app=app.wasm other=other.wasm"),
    );
    assert_eq!(run.code(), 1, "{}", run.stderr());
    run
}

#[test]
fn the_same_numbers_come_out_of_all_formats() {
    let place = failing();
    let report: Value = serde_json::from_slice(run(&place, "json").stdout_bytes()).unwrap();
    let texts = [
        ("text", run(&place, "text").stdout()),
        ("markdown", run(&place, "markdown").stdout()),
        ("github summary", {
            run(&place, "github --summary summary.md");
            String::from_utf8(place.read("summary.md")).unwrap()
        }),
    ];
    let page = "report -o r.html --budgets budgets.toml --baseline sizes.json app=app.wasm other=other.wasm";
    place.heft(page).ok();
    let page = String::from_utf8(place.read("r.html")).unwrap();
    let bytes = |value: &Value| value.as_u64().map(|n| Bytes(n).to_string());
    let delta = |value: &Value| value.as_i64().map(|n| ByteDelta(n).to_string());
    // Each row as the cells that must stand beside each other in one line.
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in report["rows"].as_array().unwrap() {
        let cells = [
            bytes(&row["size_bytes"]),
            bytes(&row["limit_bytes"]),
            delta(&row["room_bytes"]),
        ];
        rows.push(
            cells
                .into_iter()
                .flatten()
                .chain([text(&row["measure"])])
                .collect(),
        );
    }
    for row in report["baseline"]["rows"].as_array().unwrap() {
        let numbers = [
            bytes(&row["size_bytes"]),
            bytes(&row["baseline_bytes"]),
            delta(&row["change_bytes"]),
            bytes(&row["allowed_bytes"]),
        ];
        rows.push(
            numbers
                .into_iter()
                .flatten()
                .chain([text(&row["place"])])
                .collect(),
        );
    }
    for row in report["baseline"]["causes"][0]["rows"].as_array().unwrap() {
        let numbers = [
            bytes(&row["baseline_bytes"]),
            bytes(&row["size_bytes"]),
            delta(&row["change_bytes"]),
        ];
        rows.push(
            numbers
                .into_iter()
                .flatten()
                .chain([text(&row["name"])])
                .collect(),
        );
    }
    assert!(rows.len() > 12);
    for (format, text) in &texts {
        for row in &rows {
            let together = |line: &str| row.iter().all(|cell| line.contains(cell));
            assert!(
                text.lines().any(together),
                "{format} has no line with {row:?}:\n{text}"
            );
        }
    }
    // The page names no places: there the number is beside the artifact it is of.
    for row in &mut rows {
        row.pop();
    }
    let lines: Vec<String> = page.split("<tr").skip(1).map(text_of_row).collect();
    for row in &rows {
        let together = |line: &String| row.iter().all(|cell| line.contains(cell));
        assert!(
            lines.iter().any(together),
            "the page has no row with {row:?}:\n{lines:#?}"
        );
    }
}

/// What a reader sees of a row of a page, after its `<tr`.
fn text_of_row(row: &str) -> String {
    let row = row.split_once("</tr>").map_or(row, |(row, _)| row);
    let cells = row
        .split('<')
        .map(|part| part.split_once('>').unwrap_or(("", part)).1);
    cells.collect::<Vec<_>>().join("|")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn annotations_point_at_the_line_that_holds_the_limit() {
    let place = failing();
    let run = run(&place, "github");
    let out = run.stdout();
    let report: Value = serde_json::from_slice(self::run(&place, "json").stdout_bytes()).unwrap();
    for row in report["baseline"]["rows"].as_array().unwrap() {
        if row["judgment"] != "grew" {
            continue;
        }
        let (file, line) = row["place"].as_str().unwrap().split_once(':').unwrap();
        let start = format!("::error file={file},line={line},title=app grew::");
        let hit = out
            .lines()
            .find(|l| l.starts_with(&start))
            .unwrap_or_else(|| panic!("{start}\n{out}"));
        let size = Bytes(row["size_bytes"].as_u64().unwrap()).to_string();
        assert!(hit.contains(&size), "{hit}");
    }
    assert!(
        out.contains("::error file=budgets.toml,line=4,title=app is over its budget::"),
        "{out}"
    );
    assert!(
        out.contains("title=other is not in the baseline::"),
        "{out}"
    );
    assert!(out.lines().all(|line| line.starts_with("::")), "{out}");
}

#[test]
fn a_summary_is_appended_and_folds_the_details() {
    let place = failing();
    place.write("summary.md", b"before\n");
    run(&place, "github --summary summary.md");
    let text = String::from_utf8(place.read("summary.md")).unwrap();
    assert!(
        text.starts_with("before\n## wasm-heft gate: failed"),
        "{text}"
    );
    assert!(
        text.contains("<details><summary>app: what changed in it"),
        "{text}"
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    let environment = [("GITHUB_STEP_SUMMARY", "env.md")];
    place.heft_with(
        "gate --format github --budgets budgets.toml app=app.wasm",
        &environment,
        b"",
    );
    assert!(place.list().contains(&"env.md".to_owned()));
    let said = place
        .heft("gate --summary s.md --budgets budgets.toml app=app.wasm")
        .refused();
    assert!(
        said.contains("--summary goes with --format github"),
        "{said}"
    );
}

#[test]
fn a_gate_that_passes_says_so_in_one_notice() {
    let place = baseline::accepted();
    let run = baseline::gate(&place, "--format github app=app.wasm").ok();
    assert_eq!(
        run.stdout(),
        "::notice title=wasm-heft gate::wasm-heft gate: passed, 3 sizes\n"
    );
}
