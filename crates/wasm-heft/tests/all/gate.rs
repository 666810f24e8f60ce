//! The gate from outside: exit codes, tables, and what makes it refuse to judge.

use crate::common::{MODULE, Place, wasm};

fn place(limit: usize) -> Place {
    let place = Place::new();
    place.write("a.wasm", &wasm(MODULE));
    let budgets = format!(
        "schema = 1\n[[budget]]\nartifacts = [\"*-wasip1\"]\nraw = {{ limit = \"{limit} B\", stretch = \"1 B\" }}\n"
    );
    place.write("budgets.toml", budgets.as_bytes());
    place
}

#[test]
fn equal_to_the_limit_passes_and_one_byte_over_fails() {
    let size = wasm(MODULE).len();
    let run = place(size)
        .heft("gate --budgets budgets.toml app-wasip1=a.wasm")
        .ok();
    assert_eq!(run.stderr(), "");
    let run = place(size - 1).heft("gate --budgets budgets.toml app-wasip1=a.wasm");
    assert_eq!(run.code(), 1);
    let expected = "error: 1 of 3 sizes is over budget: `app-wasip1` raw by 1 B (budgets.toml:4)";
    assert!(run.stderr().starts_with(expected), "{}", run.stderr());
}

#[test]
fn the_table_shows_exact_bytes_room_stretch_and_place() {
    let run = place(1_000_000)
        .heft("gate --budgets budgets.toml app-wasip1=a.wasm")
        .ok();
    let raw: Vec<String> = run
        .stdout()
        .lines()
        .find(|line| line.contains(" raw "))
        .expect("a row")
        .split("  ")
        .map(|cell| cell.trim().to_owned())
        .filter(|cell| !cell.is_empty())
        .collect();
    let size = wasm(MODULE).len();
    let room = heft_wasm::bytes::Bytes(1_000_000)
        .minus(heft_wasm::bytes::Bytes(size as u64))
        .to_string();
    let (size, limit) = (format!("{size} B"), "1,000,000 B".to_owned());
    let expected = [
        "app-wasip1",
        "raw",
        &size,
        &limit,
        "-",
        &room,
        "missed (1 B)",
        "ok",
        "budgets.toml:4",
    ];
    assert_eq!(raw, expected);
    assert!(run.stdout().contains("not budgeted"));
}

#[test]
fn json_holds_the_same_numbers_and_the_report_is_written_when_it_fails_too() {
    let place = place(10);
    let run =
        place.heft("gate --budgets budgets.toml --format json --report r.json app-wasip1=a.wasm");
    assert_eq!(run.code(), 1);
    assert_eq!(run.stdout_bytes(), place.read("r.json"));
    let report: serde_json::Value = serde_json::from_slice(&place.read("r.json")).unwrap();
    let size = wasm(MODULE).len();
    assert_eq!(report["schema"], 1);
    assert_eq!(report["passed"], false);
    let row = &report["rows"][0];
    assert_eq!(row["size_bytes"], size);
    assert_eq!(row["room_bytes"], 10 - i64::try_from(size).unwrap());
    assert_eq!(row["judgment"], "over");
    assert_eq!(row["place"], "budgets.toml:4");
    assert_eq!(report["rows"][2]["judgment"], "not-budgeted");
    assert!(report["rows"][2]["limit_bytes"].is_null());
}

#[test]
fn what_does_not_fit_together_is_refused_by_name() {
    let gate =
        |arguments: &str| place(1_000).heft(&format!("gate --budgets budgets.toml {arguments}"));
    let said = gate("app-wasip1=none.wasm").refused();
    assert!(
        said.contains("`app-wasip1`") && said.contains("`none.wasm`"),
        "{said}"
    );
    let said = gate("app-wasip1=a.wasm app-wasip9=a.wasm").refused();
    assert!(said.contains("`app-wasip9` has no budget"), "{said}");
    let said = gate("other=a.wasm").refused();
    assert!(
        said.contains("budgets.toml:3: pattern \"*-wasip1\" matches no artifact"),
        "{said}"
    );
    let run = gate("nonsense");
    assert_eq!(run.code(), 2);
    assert!(
        run.stderr().contains("expected NAME=FILE"),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_wrong_budgets_file_is_refused_with_its_line() {
    let place = place(1_000);
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"350\" }\n",
    );
    let said = place.heft("gate --budgets budgets.toml a=a.wasm").refused();
    assert!(
        said.starts_with("error: budgets.toml:4: size 350 has no unit"),
        "{said}"
    );
}

#[test]
fn a_budget_that_limits_nothing_is_refused() {
    let place = place(1_000);
    place.write(
        "budgets.toml",
        b"schema = 1\n\n[[budget]]\nartifacts = [\"*\"]\n",
    );
    let said = place.heft("gate --budgets budgets.toml a=a.wasm").refused();
    assert!(
        said.starts_with("error: budgets.toml:3: a budget without a limit"),
        "{said}"
    );
    place.write(
        "budgets.toml",
        b"schema = 1\n[[ratio]]\nof = \"a\"\nto = \"b\"\nmeasures = [\"fuel\"]\nlimit = 1.0\n",
    );
    let said = place.heft("gate --budgets budgets.toml a=a.wasm").refused();
    assert!(said.contains("nothing to hold them against"), "{said}");
}

#[test]
fn only_what_has_a_limit_is_compressed() {
    let run = place(1_000_000)
        .heft("gate --budgets budgets.toml --format json app-wasip1=a.wasm")
        .ok();
    let report: serde_json::Value = serde_json::from_slice(run.stdout_bytes()).unwrap();
    assert!(report["rows"][0]["size_bytes"].is_u64());
    assert!(report["rows"][1]["size_bytes"].is_null() && report["rows"][2]["size_bytes"].is_null());
}

#[test]
fn the_budgets_of_this_project_can_be_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../baselines");
    let place = place(1);
    for (file, artifacts) in [
        (
            "budgets.toml",
            "talc-wasip1=a.wasm system-wasip2=a.wasm talc-wasip1-min=a.wasm talc-wasip2-min=a.wasm",
        ),
        ("stubs.toml", "talc-wasip1-stub=a.wasm"),
    ] {
        place
            .heft(&format!("gate --budgets {folder}/{file} {artifacts}"))
            .ok();
    }
}

#[test]
fn color_only_repeats_what_a_word_says() {
    let place = place(10);
    let gate = "gate --budgets budgets.toml app-wasip1=a.wasm";
    let plain = place.heft(gate).stdout();
    let colored = place.heft(&format!("{gate} --color always")).stdout();
    assert!(!plain.contains('\u{1b}') && colored.contains('\u{1b}'));
    let words = colored
        .replace("\u{1b}[31m", "")
        .replace("\u{1b}[32m", "")
        .replace("\u{1b}[0m", "");
    assert_eq!(words, plain);
}
