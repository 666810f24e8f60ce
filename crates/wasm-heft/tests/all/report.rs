//! The report from outside: what is in it, that its tables are its JSON, and what makes it refuse.

use crate::common::{MODULE, Place, fixture, wasm};
use serde_json::Value;

const ALL: &str = "report -o r.html --markdown r.md --title Title --budgets budgets.toml --bench bench.json --criteria decision.toml app-wasip1=a.wasm";

fn place() -> Place {
    let place = Place::new();
    for name in ["decision.toml", "bench.json"] {
        place.write(name, &fixture(name));
    }
    let named = wasm(MODULE);
    place.write("a.wasm", &named);
    let budgets = "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 KiB\", stretch = \"1 B\" }\ngzip = { limit = \"1 KiB\" }\nbrotli = { limit = \"1 KiB\" }\n";
    place.write("budgets.toml", budgets.as_bytes());
    place
}

fn read(place: &Place, name: &str) -> String {
    String::from_utf8(place.read(name)).unwrap()
}

/// The JSON in a page.
pub(crate) fn data(page: &str) -> Value {
    let start = page.find("id=\"report-data\">").unwrap() + "id=\"report-data\">".len();
    let end = start + page[start..].find("</script>").unwrap();
    serde_json::from_str(&page[start..end]).unwrap()
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Every cell that says where its text is from: the pointer, the text, and whether it is a number.
fn cells(page: &str) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    for row in page.split("<tr").skip(1) {
        // What the pointers of all cells of a row begin with stands once, before them.
        let place = row
            .strip_prefix(" data-at=\"")
            .map_or("", |rest| rest.split_once('"').unwrap().0);
        for (mark, is_number) in [(" data-text=\"", false), (" data-number=\"", true)] {
            for part in row.split(mark).skip(1) {
                let (pointer, rest) = part.split_once("\">").unwrap();
                let (text, _) = rest.split_once('<').unwrap();
                let pointer = format!("{place}{pointer}");
                found.push((unescape(&pointer), unescape(text), is_number));
            }
        }
    }
    found
}

/// Whether a cell shows a value. A number may be rounded in its last digit.
fn shows(text: &str, value: &Value, is_number: bool) -> bool {
    if !is_number {
        return value.as_str() == Some(text);
    }
    let plain = text.trim_end_matches(" B").replace(',', "");
    let digits = plain.split_once('.').map_or(0, |(_, digits)| digits.len());
    let (Ok(shown), Some(value)) = (plain.parse::<f64>(), value.as_f64()) else {
        return false;
    };
    (shown - value).abs() <= 0.5001 * 10_f64.powi(-i32::try_from(digits).unwrap())
        && (digits > 0 || (shown - value).abs() < 1e-9)
}

#[test]
fn every_number_of_the_page_is_the_one_in_its_json() {
    let place = place();
    place.heft(ALL).ok();
    let page = read(&place, "r.html");
    let data = data(&page);
    let cells = cells(&page);
    assert!(cells.len() > 300, "{}", cells.len());
    for (pointer, text, is_number) in &cells {
        let value = data
            .pointer(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer}"));
        assert!(
            shows(text, value, *is_number),
            "{pointer}: {text} is not {value}"
        );
    }
    // Its counterpart: a number that is another one.
    assert!(!shows("0.941", &serde_json::json!(0.942), true));
    assert!(!shows("1,001 B", &serde_json::json!(1_000), true));
}

#[test]
fn markdown_and_other_commands_say_the_same() {
    let place = place();
    place.heft(ALL).ok();
    let (page, markdown) = (read(&place, "r.html"), read(&place, "r.md"));
    let data = data(&page);
    let gate = place
        .heft("gate --budgets budgets.toml --format json app-wasip1=a.wasm")
        .ok();
    let gate: Value = serde_json::from_slice(gate.stdout_bytes()).unwrap();
    assert_eq!(data["budgets"]["rows"], gate["rows"]);
    let size = place.heft("size --format json a.wasm").ok();
    let size: Value = serde_json::from_slice(size.stdout_bytes()).unwrap();
    for key in ["raw_bytes", "gzip_bytes", "brotli_bytes"] {
        assert_eq!(data["artifacts"][0][key], size["files"][0][key], "{key}");
    }
    let decide = "decide --criteria decision.toml --bench bench.json";
    let json = place.heft(&format!("{decide} --format json")).ok();
    let json: Value = serde_json::from_slice(json.stdout_bytes()).unwrap();
    assert_eq!(data["decision"], json);
    let decided = place
        .heft(&format!("{decide} --format markdown"))
        .ok()
        .stdout();
    let rows: Vec<&str> = decided
        .lines()
        .filter(|line| line.starts_with('|'))
        .collect();
    assert!(rows.len() > 20);
    for row in rows {
        assert!(markdown.contains(row), "{row}");
    }
    // Each number of the page's tables is in the Markdown too, but for those of the crates.
    for (pointer, text, is_number) in cells(&page) {
        if is_number && !pointer.contains("/crates/") {
            assert!(markdown.contains(&text), "{pointer}: {text}");
        }
    }
}

#[test]
fn the_page_is_small_the_same_every_time_and_loads_nothing() {
    let place = place();
    place.heft(ALL).ok();
    let page = read(&place, "r.html");
    place.heft(ALL).ok();
    assert_eq!(read(&place, "r.html"), page);
    assert!(page.len() < 1_000_000);
    let links = page
        .replace("xmlns=\"http://www.w3.org/2000/svg\"", "")
        .replace("href=\"#", "")
        .replace("href=\"data:,\"", "");
    for outside in [
        "http:",
        "https:",
        "href",
        "src=",
        "url(",
        "@font-face",
        "@import",
        "<script src",
        "onload",
    ] {
        assert!(!links.contains(outside), "{outside}");
    }
    let scripts = [
        "application/json\" id=\"report-data\">",
        "id=\"report-script\">",
    ];
    assert_eq!(page.matches("<script").count(), scripts.len());
    for script in scripts {
        assert_eq!(page.matches(script).count(), 1, "{script}");
    }
}

#[test]
fn the_first_screen_says_in_words_what_needs_a_look() {
    let place = place();
    place.heft(ALL).ok();
    assert!(!read(&place, "r.html").contains("over the limit"));
    let tight = "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"9 B\" }\n";
    place.write("budgets.toml", tight.as_bytes());
    place.heft(ALL).ok();
    for name in ["r.html", "r.md"] {
        let text = read(&place, name);
        let at = |words: &str| {
            text.find(words)
                .unwrap_or_else(|| panic!("{words} in {name}"))
        };
        assert!(at("over the limit of 9 B (raw)") < at("gzip"), "{name}");
    }
}

#[test]
fn a_page_has_bars_of_all_artifacts_and_the_functions_of_those_with_names() {
    let place = place();
    place.heft(ALL).ok();
    let page = read(&place, "r.html");
    assert_eq!(page.matches("class=\"track").count(), 1);
    let data = data(&page);
    let functions = &data["functions"];
    assert_eq!(functions["at_least_bytes"], 0);
    // Sizes of a crate's functions are no more than the code of that crate.
    let crates = data["artifacts"][0]["crates"].as_array().unwrap();
    let listed = functions["artifacts"][0].as_array().unwrap();
    assert_eq!(listed.len(), crates.len());
    let mut sum = 0;
    for (row, functions) in crates.iter().zip(listed) {
        let bytes = |function: &Value| function[1].as_u64().unwrap();
        let of_row: u64 = functions.as_array().unwrap().iter().map(bytes).sum();
        assert!(of_row <= row["code_bytes"].as_u64().unwrap(), "{row}");
        sum += of_row;
    }
    assert!(sum > 0);
}

#[test]
fn nothing_that_was_given_is_markup() {
    let place = place();
    let bench = String::from_utf8(fixture("bench.json")).unwrap();
    let bench = bench.replace(
        "wanted more than 1,000 pages",
        "</script><script>alert(1)</script><!--",
    );
    place.write("bench.json", bench.as_bytes());
    let toml = String::from_utf8(fixture("decision.toml")).unwrap();
    place.write(
        "decision.toml",
        toml.replace("it never frees", "<img src=x onerror=alert(1)>")
            .as_bytes(),
    );
    let run = place.heft(
        &ALL.replace("Title", "<b>Title</b>")
            .replace("app-", "<i>app-"),
    );
    run.ok();
    let page = read(&place, "r.html");
    for bad in ["<script>", "<!--", "<img", "<b>", "<i>"] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert_eq!(data(&page)["title"], "<b>Title</b>");
    assert!(page.contains("<h1>&lt;b&gt;Title&lt;/b&gt;</h1>"));
}

#[test]
fn a_part_that_was_not_given_is_left_out_with_a_word() {
    let place = place();
    place.heft("report -o r.html app-wasip1=a.wasm").ok();
    let page = read(&place, "r.html");
    for words in [
        "No budgets were given",
        "No baseline was given",
        "No bench was given",
        "No criteria were given",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("id=\"decision\"") && page.contains("id=\"sizes\""));
    place.heft("report -o r.html --bench bench.json").ok();
    assert!(read(&place, "r.html").contains("No artifacts were given"));
}

#[test]
fn pictures_compare_with_who_is_named_else_with_the_criterias_reference_else_with_the_first() {
    let place = place();
    let bench = String::from_utf8(fixture("bench.json")).unwrap();
    let bench = bench.replace("longrun", "endure");
    place.write("bench.json", bench.as_bytes());
    let toml = String::from_utf8(fixture("decision.toml")).unwrap();
    let toml = toml.replace("longrun", "endure");
    place.write(
        "decision.toml",
        toml.replace("reference = \"dlmalloc\"", "reference = \"talc\"")
            .as_bytes(),
    );
    for (arguments, reference) in [
        ("", "dlmalloc"),
        ("--reference system", "system"),
        ("--criteria decision.toml", "talc"),
        ("--criteria decision.toml --reference system", "system"),
    ] {
        let command = format!("report -o r.html --bench bench.json {arguments}");
        place.heft(&command).ok();
        let page = read(&place, "r.html");
        assert!(
            page.contains(&format!("fuel, {reference} = 1")),
            "{arguments}"
        );
        assert!(page.contains(&format!("by {reference}\n")), "{arguments}");
        assert!(page.contains("Memory over time in <code>endure</code>"));
    }
}

#[test]
fn the_memory_of_the_case_that_is_named_is_drawn() {
    let place = place();
    let bench = String::from_utf8(fixture("bench.json")).unwrap();
    // A case with a curve that ends lower than the other one.
    let bench = bench.replacen("\"memory_curve\": null", "\"memory_curve\": [[0, 1]]", 1);
    place.write("bench.json", bench.as_bytes());
    for (arguments, case) in [("", "longrun"), ("--memory-case startup", "startup")] {
        let command = format!("report -o r.html --bench bench.json {arguments}");
        place.heft(&command).ok();
        let title = format!("Memory over time in <code>{case}</code>");
        assert!(read(&place, "r.html").contains(&title), "{arguments}");
    }
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let place = place();
    let record = b"{\"output\": {\"sha256\": \"00\"}, \"fingerprint\": {}}";
    place.write("other.json", record);
    place.write("other.wasm", &wasm("(module)"));
    let refused = |arguments: &str| {
        place
            .heft(&format!("report -o r.html {arguments}"))
            .refused()
    };
    assert!(refused("").contains("no NAME=FILE is given"));
    let said = place.heft("report a=a.wasm").refused();
    assert!(said.contains("pass --output FILE"), "{said}");
    assert!(refused("a=missing.wasm").contains("artifact `a`: cannot read `missing.wasm`"));
    assert!(refused("a=other.wasm").contains("artifact `a`: its record is of another file"));
    assert!(refused("a=bench.json").contains("artifact `a`"));
    assert!(refused("--criteria decision.toml a=a.wasm").contains("a decision needs a bench"));
    let said = refused("--bench bench.json --reference tacl");
    assert!(
        said.contains("--reference: the bench has no `tacl`; there are: dlmalloc, talc, lol"),
        "{said}"
    );
    let said = refused("--bench bench.json --memory-case churn");
    assert!(
        said.contains(
            "--memory-case: there is no memory curve of case `churn`; there are curves of: longrun"
        ),
        "{said}"
    );
    for argument in ["--reference talc", "--memory-case longrun"] {
        assert!(refused(&format!("{argument} a=a.wasm")).contains("--bench <FILE>"));
    }
    assert!(refused("--bench decision.toml").contains("`decision.toml` is not what"));
    assert!(!place.list().contains(&"r.html".to_owned()));
}

#[test]
fn files_beside_an_artifact_that_are_somebody_elses_are_told_and_left_out() {
    let place = place();
    place.write("other.wasm", &wasm("(module (func $f (export \"f\")))"));
    let report = || place.heft("report -o r.html other=other.wasm").ok();
    for content in ["{}", "{\"name\": \"other\"}", "[1, 2]", "not even JSON", ""] {
        place.write("other.json", content.as_bytes());
        let said = report().stderr();
        assert!(
            said.starts_with("warning: `other.json` is not used: it is not a record of"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    std::fs::remove_file(place.path("other.json")).unwrap();
    // An old one, of other code.
    place.write(
        "other.names.wasm",
        &wasm("(module (func $g (export \"f\") nop))"),
    );
    let said = report().stderr();
    assert!(
        said.starts_with(
            "warning: `other.names.wasm` is not used: the symbols file has other code"
        ),
        "{said}"
    );
    // One without names, as `optimize --names` writes it for a file that has none; and no module at all.
    for nameless in [wasm("(module (func (export \"f\")))"), b"text".to_vec()] {
        place.write("other.names.wasm", &nameless);
        assert_eq!(report().stderr(), "");
    }
}
