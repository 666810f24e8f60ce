//! What `gate` and `optimize` refuse ends with a code, and `explain` has a page for each.

use crate::baseline::{accepted, artifact, module};
use crate::common::{MODULE, Place, wasm};
use std::path::PathBuf;

/// What is before the pages in `docs/explain.md`.
const HEAD: &str = "\
# What each refusal means

`wasm-heft explain CODE` prints these pages. A code keeps its meaning; new ones are added. 0001 to 0099 are of
`gate`, 0101 to 0199 of `optimize`. What any command may say (a file that is not there, a wrong option) has no code.

";

/// A budget of one byte for everything.
const ONE_BYTE: &str = "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 B\" }\n";

/// An empty module.
const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

fn codes(place: &Place) -> Vec<String> {
    let titles = place.heft("explain").ok().stdout();
    let code = |line: &str| line.split(':').next().unwrap().to_owned();
    titles.lines().map(code).collect()
}

#[test]
fn the_pages_in_the_docs_are_those_of_the_program() {
    let place = Place::new();
    let codes = codes(&place);
    assert!(codes.len() >= 25, "{codes:?}");
    let pages = place.heft(&format!("explain {}", codes.join(" ")));
    // One page among others has a heading of the second level.
    let pages = format!("\n{}", pages.ok().stdout()).replace("\n# heft-", "\n## heft-");
    let page = format!("{HEAD}{}", pages.trim_start());
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/explain.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let docs = std::fs::read_to_string(&file).unwrap();
    assert!(docs == page, "docs/explain.md: run this with BLESS=1");
}

#[test]
fn one_page_is_printed_as_it_is() {
    let place = Place::new();
    let page = place.heft("explain heft-0002").ok().stdout();
    assert!(page.starts_with("# heft-0002: a size grew"), "{page}");
    assert!(page.contains("What to do:") && page.contains("--reason TEXT"));
}

#[test]
fn an_unknown_code_is_answered_with_those_near_it() {
    let place = Place::new();
    let said = place.heft("explain heft-0003 heft-101").refused();
    let hint = "there is no code `heft-101`; near it are heft-0101; `wasm-heft explain` lists all";
    assert!(said.contains(hint), "{said}");
    let said = place.heft("explain E0308").refused();
    assert!(
        said.contains("no code `E0308`; `wasm-heft explain`"),
        "{said}"
    );
}

/// Runs a command that has to be refused, and says with which code.
#[track_caller]
fn code_of(place: &Place, arguments: &str) -> String {
    let run = place.heft(arguments);
    assert_ne!(run.code(), 0, "{arguments}");
    let said = run.stderr();
    let head = said.lines().find(|line| line.starts_with("error: "));
    let head = head.unwrap_or_else(|| panic!("{arguments}: {said}"));
    let code = head.rsplit_once("(`wasm-heft explain ");
    let code = code.and_then(|(_, rest)| rest.strip_suffix("`)"));
    code.unwrap_or_else(|| panic!("{arguments}: {head}"))
        .to_owned()
}

#[test]
fn what_the_gate_refuses_ends_with_a_code() {
    let place = Place::new();
    let known = codes(&place);
    place.write("m.wasm", EMPTY);
    place.write("text.wasm", b"hello");
    place.write("budgets.toml", ONE_BYTE.as_bytes());
    place.write("cut.toml", b"schema = ");
    let other = ONE_BYTE.replace('*', "other");
    place.write("other.toml", other.as_bytes());
    for (arguments, expected) in [
        ("--budgets budgets.toml m=m.wasm", "heft-0001"),
        ("m=m.wasm", "heft-0010"),
        ("--baseline sizes.json m=m.wasm", "heft-0011"),
        ("--budgets other.toml m=m.wasm", "heft-0012"),
        ("--budgets budgets.toml m=m.wasm m=m.wasm", "heft-0012"),
        ("--budgets cut.toml m=m.wasm", "heft-0014"),
        (
            "--budgets budgets.toml --bench cut.toml m=m.wasm",
            "heft-0014",
        ),
        ("--budgets budgets.toml m=text.wasm", "heft-0101"),
    ] {
        assert_eq!(
            code_of(&place, &format!("gate {arguments}")),
            expected,
            "{arguments}"
        );
        assert!(known.contains(&expected.to_owned()));
    }
}

#[test]
fn what_a_baseline_refuses_ends_with_a_code() {
    let place = accepted();
    let gate = "gate --budgets budgets.toml --baseline sizes.json";
    place.write("bare.wasm", EMPTY);
    let without_record = code_of(&place, "gate --baseline sizes.json app=bare.wasm");
    assert_eq!(without_record, "heft-0015");
    let new = format!("{gate} --partial new=app.wasm");
    assert_eq!(code_of(&place, &new), "heft-0003");
    artifact(&place, "app", &module(9_000), "1.97.1", "one");
    let grown = format!("{gate} app=app.wasm");
    assert_eq!(code_of(&place, &grown), "heft-0002");
    artifact(&place, "app", &module(0), "1.97.1", "one");
    let better = format!("{gate} --locked app=app.wasm");
    assert_eq!(code_of(&place, &better), "heft-0005");
}

#[test]
fn what_optimize_refuses_ends_with_a_code() {
    let place = Place::new();
    place.write("text.wasm", b"hello");
    place.write("m.wasm", EMPTY);
    // A function section of one function, and no code for it.
    place.write(
        "invalid.wasm",
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0",
    );
    place.fake_wasm_opt("exit 3");
    let fails = "--wasm-opt ./wasm-opt";
    place.write("named.wasm", &wasm(MODULE));
    let caught = "(module (tag) (func $rust_begin_unwind unreachable))";
    place.write("caught.wasm", &wasm(caught));
    for (arguments, expected) in [
        ("text.wasm -o out.wasm".to_owned(), "heft-0101"),
        (format!("invalid.wasm -o out.wasm {fails}"), "heft-0102"),
        (
            "m.wasm -o out.wasm --wasm-opt ./nowhere".to_owned(),
            "heft-0107",
        ),
        (
            format!("m.wasm -o out.wasm {fails} --opt-args=--symbolmap=x"),
            "heft-0108",
        ),
        (
            format!("named.wasm -o out.wasm {fails} --strict"),
            "heft-0109",
        ),
        (format!("named.wasm --check {fails}"), "heft-0110"),
        (
            format!("m.wasm -o out.wasm {fails} --panics trap"),
            "heft-0111",
        ),
        (
            format!("caught.wasm -o out.wasm {fails} --panics trap"),
            "heft-0112",
        ),
        (
            format!("m.wasm -o out.wasm {fails} --keep-exports _start"),
            "heft-0113",
        ),
    ] {
        let arguments = format!("optimize {arguments}");
        assert_eq!(code_of(&place, &arguments), expected, "{arguments}");
    }
}
