//! Profiles from outside: programs that hand out a layout as a traced one does, and those that hand out
//! something else.

use crate::common::{Place, Run, wasm};
use heft_data::bench_result::Outcome;
use heft_data::profile::ProfileReport;

/// Where the programs below have the layout.
const ADDRESS: usize = 1024;
/// What a layout of this version takes.
const BYTES: usize = 6_416;

/// A layout of three allocations and a free, with two samples.
fn layout() -> Vec<u8> {
    let mut bytes = b"heftheap".to_vec();
    let head = [1, BYTES as u64, 3, 1, 0, 1, 600, 400, 600, 2, 1, 2];
    let mut classes = [0; 19];
    classes[5] = 3;
    let samples = [2, 2, 2, 400, 1, 4, 500, 2];
    for word in head.iter().chain(&classes).chain(&samples) {
        bytes.extend(u64::to_le_bytes(*word));
    }
    bytes.resize(BYTES, 0);
    bytes
}

/// Bytes as a string of the text format.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// A WASI 0.1 command with `layout` at [`ADDRESS`] and `body` as its start.
fn module(layout: &[u8], body: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const {ADDRESS}) "{}")
        (func (export "clawft_alloc_stats") (result i32) (i32.const {ADDRESS}))
        (func (export "_start") {body}))"#,
        escaped(layout)
    )
}

/// A WASI 0.2 command with `layout` and `body`, whose result is 1 if it failed.
fn component(layout: &[u8], body: &str) -> String {
    format!(
        r#"(component
        (core module $m
            (memory (export "memory") 1)
            (data (i32.const {ADDRESS}) "{}")
            (data (i32.const 8) "\00\04\00\00\{:02x}\{:02x}\00\00")
            (func (export "run") (result i32) {body})
            (func (export "read") (result i32) (i32.const 8)))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (func $read (result (list u8)) (canon lift (core func $i "read") (memory (core memory $i "memory"))))
        (instance $command (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $command))
        (instance $stats (export "read" (func $read)))
        (export "wasm-heft:alloc-stats/stats@0.1.0" (instance $stats)))"#,
        escaped(layout),
        layout.len() % 256,
        layout.len() / 256,
    )
}

fn profile(text: &str, arguments: &str) -> Run {
    let place = Place::new();
    place.write("a.wasm", &wasm(text));
    place.heft(&format!("profile a.wasm {arguments}"))
}

#[track_caller]
fn report(run: &Run) -> ProfileReport {
    serde_json::from_slice(run.stdout_bytes())
        .unwrap_or_else(|err| panic!("{err}: {}", run.stderr()))
}

/// The only module's end, and whether there is a profile.
#[track_caller]
fn ends(text: &str) -> (i32, Outcome, String, bool) {
    let run = profile(text, "--format json --timeout 0.5");
    let module = report(&run).modules.remove(0);
    let detail = module.detail.unwrap_or_default();
    (run.code(), module.outcome, detail, module.profile.is_some())
}

#[test]
fn a_module_and_a_component_are_read_alike() {
    let run = profile(&module(&layout(), ""), "--format json").ok();
    crate::schemas::fits("profile", run.stdout_bytes());
    let p1 = report(&run);
    let p2 = report(&profile(&component(&layout(), "(i32.const 0)"), "--format json").ok());
    assert_eq!(p1.modules[0].profile, p2.modules[0].profile);
    let found = p1.modules[0].profile.clone().unwrap();
    assert_eq!((found.allocations, found.frees, found.failures), (3, 1, 1));
    assert_eq!((found.first_pages, found.pages), (1, 2));
    let operations: Vec<u64> = found.samples.iter().map(|s| s.operations).collect();
    assert_eq!(operations, [2, 4, 5]);
    // 600 bytes of two pages.
    assert!((found.peak_live_percent - 0.5).abs() < 1e-9);
}

#[test]
fn the_tables_say_what_was_read() {
    let place = Place::new();
    place.write("a.wasm", &wasm(&module(&layout(), "")));
    place.write("b.wasm", &wasm(&component(&layout(), "unreachable")));
    let run = place.heft("profile one=a.wasm two=b.wasm");
    assert_eq!(run.code(), 1);
    crate::common::golden("profile.txt", &run.stdout());
    let run = place.heft("profile one=a.wasm two=b.wasm --format markdown");
    crate::common::golden("profile.md", &run.stdout());
}

#[test]
fn a_module_is_read_however_it_ends() {
    for (body, outcome, words) in [
        ("(call $exit (i32.const 0))", Outcome::Ok, ""),
        ("(call $exit (i32.const 7))", Outcome::Failed, "exit code 7"),
        ("unreachable", Outcome::Trapped, "unreachable"),
        ("(loop $ever (br $ever))", Outcome::TimedOut, "not done"),
    ] {
        let (code, found, detail, is_read) = ends(&module(&layout(), body));
        assert_eq!((found, is_read), (outcome, true), "{detail}");
        assert_eq!(code, i32::from(outcome != Outcome::Ok));
        assert!(detail.contains(words), "{detail}");
    }
}

#[test]
fn a_component_is_read_unless_it_trapped() {
    let (code, outcome, _, is_read) = ends(&component(&layout(), "(i32.const 1)"));
    assert_eq!((code, outcome, is_read), (1, Outcome::Failed, true));
    for body in ["unreachable", "(loop $ever (br $ever)) (i32.const 0)"] {
        let (code, _, detail, is_read) = ends(&component(&layout(), body));
        assert_eq!((code, is_read), (1, false), "{detail}");
        assert!(
            detail.contains("no profile: a component that traps"),
            "{detail}"
        );
    }
}

#[test]
fn a_program_that_is_not_traced_is_refused_with_the_way_to_build_it() {
    let plain = module(&layout(), "").replace("clawft_alloc_stats", "other");
    let said = profile(&plain, "").refused();
    assert!(
        said.contains("`a`: it is not traced: it exports no function `clawft_alloc_stats`")
            && said.contains("`alloc-tracing`"),
        "{said}"
    );
    let plain = component(&layout(), "(i32.const 0)").replace("alloc-stats/stats", "other/stats");
    let said = profile(&plain, "").refused();
    assert!(
        said.contains("no interface `wasm-heft:alloc-stats/stats`"),
        "{said}"
    );
}

#[test]
fn what_is_no_layout_is_refused() {
    let with = |at: usize, byte: u8| {
        let mut layout = layout();
        layout[at] = byte;
        layout
    };
    for (layout, words) in [
        (with(0, b'H'), "begins with `Heftheap`, expected `heftheap`"),
        (with(8, 2), "layout version 2, and only version 1"),
        (with(17, 1), "says that it has "),
        (with(24, 0), "sample 1 is of operation 4"),
        (with(265, 200), "51,202 samples, and room for 256"),
    ] {
        for text in [module(&layout, ""), component(&layout, "(i32.const 0)")] {
            let said = profile(&text, "--format json --report r.json").refused();
            assert!(said.contains(words), "{said}");
        }
    }
    let said = profile(&component(&layout()[..100], "(i32.const 0)"), "").refused();
    assert!(said.contains("has 100 bytes, expected 6416"), "{said}");
}

#[test]
fn an_export_that_lies_is_refused() {
    let whole = module(&layout(), "");
    let address = format!("(result i32) (i32.const {ADDRESS})");
    for (other, words) in [
        (
            "(result i32) (i32.const 65536)",
            "address 65536, and its memory ends at 65536",
        ),
        ("(result i32) (i32.const -1)", "address 4294967295"),
        ("(result i32) (i32.const 65500)", "begins with `\\x00"),
        ("(result i32) (i32.const 65530)", "has 6 bytes"),
        ("(result i32) (i32.const 0)", "begins with `\\x00"),
        (
            "(result i64) (i64.const 0)",
            "not a function that returns an address",
        ),
        ("(result i32) unreachable", "`clawft_alloc_stats` failed"),
        (
            "(result i32) (loop $ever (br $ever)) unreachable",
            "did not answer after 0.5 s",
        ),
    ] {
        let said = profile(&whole.replace(&address, other), "--timeout 0.5").refused();
        assert!(said.contains(words), "{said}");
    }
    let cut = module(&layout()[..100], "").replace("1024", "65436");
    let said = profile(&cut, "").refused();
    assert!(said.contains("has 100 bytes, expected 6416"), "{said}");
    let hidden = whole.replace(
        "(memory (export \"memory\") 1)",
        "(memory (export \"mine\") 1)",
    );
    let said = profile(&hidden, "").refused();
    assert!(said.contains("exports no memory `memory`"), "{said}");
    let other =
        component(&layout(), "(i32.const 0)").replace("(result (list u8))", "(result string)");
    let said = profile(&other, "").refused();
    assert!(
        said.contains("no function `read` that returns a list of bytes"),
        "{said}"
    );
}

#[test]
fn a_picture_has_a_line_for_each_module_and_is_the_same_every_time() {
    let place = Place::new();
    place.write("a.wasm", &wasm(&module(&layout(), "")));
    place.write("b.wasm", &wasm(&component(&layout(), "(i32.const 0)")));
    let draw = || {
        place
            .heft("profile one=a.wasm two=b.wasm --svg out.svg -- work")
            .ok();
        String::from_utf8(place.read("out.svg")).unwrap()
    };
    let svg = draw();
    assert_eq!(svg, draw());
    assert!(svg.contains("prefers-color-scheme:dark"));
    for line in ["one 0.12", "two 0.12"] {
        assert!(svg.lines().any(|l| l == line), "{line}: {svg}");
    }
    // Nothing to draw leaves what was there.
    place.write("c.wasm", &wasm(&component(&layout(), "unreachable")));
    assert_eq!(place.heft("profile c.wasm --svg out.svg").code(), 1);
    assert_eq!(place.read("out.svg"), svg.as_bytes());
}
