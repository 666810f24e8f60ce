//! `optimize --panics trap`, with the real wasm-opt.

use crate::common::{MODULE, Place, tool, wasm};
use heft_wasm::core_modules::core_modules;
use heft_wasm::interface::interface;
use serde_json::{Value, json};
use wasmparser::WasmFeatures;

/// A module as rustc makes it, in its two manglings: `run` panics when it is given 0, and only a panic formats. What
/// is called `app::core::panicking::panic` only looks alike, and `catch_unwind` returns.
pub(crate) fn rust(more: &str) -> String {
    let formats: String = (1..40)
        .map(|n| {
            format!("(i32.store offset={n} (local.get 0) (i32.mul (local.get 1) (i32.const {n})))")
        })
        .collect();
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func $_ZN3app3run17h0123456789abcdefE (export "run") (param i32) (result i32)
            (if (i32.eqz (local.get 0))
                (then (call $_RNvNtCsaeYBpMJDXx8_4core6option13unwrap_failed) (unreachable)))
            (if (i32.eq (local.get 0) (i32.const 1))
                (then (call $_ZN4core9panicking9panic_fmt17h0123456789abcdefE (i32.const 16) (i32.const 7)) (unreachable)))
            (if (i32.eq (local.get 0) (i32.const 2))
                (then (call $_ZN3app4core9panicking5panic17h0123456789abcdefE) (unreachable)))
            (i32.add (local.get 0) (i32.const 1)))
        (func $_RNvNtCsaeYBpMJDXx8_4core6option13unwrap_failed
            (call $_ZN4core9panicking9panic_fmt17h0123456789abcdefE (i32.const 8) (i32.const 9)) unreachable)
        (func $_ZN4core9panicking9panic_fmt17h0123456789abcdefE (param i32 i32)
            {formats}
            (call $write (local.get 0) (local.get 1)) unreachable)
        (func $_ZN3app4core9panicking5panic17h0123456789abcdefE
            (call $exit (i32.const 3)) unreachable)
        {more})"#
    )
}

struct Done {
    place: Place,
    out: Vec<u8>,
    record: Value,
    said: String,
}

#[track_caller]
fn optimized(input: &[u8], more: &str) -> Done {
    let place = Place::new();
    place.write("in.wasm", input);
    let arguments =
        format!("optimize in.wasm -o out.wasm --names names.wasm --record r.json {more}");
    let run = place.heft(&arguments).ok();
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
    Done {
        out: place.read("out.wasm"),
        record: serde_json::from_slice(&place.read("r.json")).unwrap(),
        said: run.stdout() + &run.stderr(),
        place,
    }
}

#[test]
fn a_panic_is_a_trap_and_what_only_it_needed_is_gone() {
    let input = wasm(&rust(""));
    let (keep, trap) = (optimized(&input, ""), optimized(&input, "--panics trap"));
    assert!(trap.out.len() + 300 < keep.out.len(), "{}", trap.out.len());
    let module = &trap.record["modules"][0];
    assert_eq!(
        module["trapped_functions"],
        json!(["core::option::unwrap_failed", "core::panicking::panic_fmt"])
    );
    assert_eq!(trap.record["fingerprint"]["panics"], "trap");
    assert_eq!(trap.record["warnings"], json!([]));
    assert_eq!(trap.record["input"], keep.record["input"]);
    assert_eq!(trap.record["steps"][0], keep.record["steps"][0]);
    assert_eq!(module["input_bytes"], input.len());
    let line = "\n2 functions that panicked are traps: a panic ends it without a message\n";
    assert!(trap.said.contains(line), "{}", trap.said);
    // What the program ends itself by is as it was, and the host is asked for the same.
    let text = tool("wasm-tools", &["print", "names.wasm"], &trap.place.path(""));
    assert!(String::from_utf8(text).unwrap().contains("call $exit"));
    let [before, after] = [&input, &trap.out].map(|m| interface(m, WasmFeatures::all()).unwrap());
    assert_eq!(before.exports, after.exports);
    assert_eq!(before.imports, after.imports);
}

#[test]
fn a_panic_stays_one_unless_it_is_to_be_a_trap() {
    let input = wasm(&rust(""));
    let (without, keep) = (optimized(&input, ""), optimized(&input, "--panics keep"));
    assert!(without.out == keep.out);
    assert_eq!(without.record, keep.record);
    assert!(keep.record["modules"][0].get("trapped_functions").is_none());
    assert!(keep.record["fingerprint"].get("panics").is_none());
}

#[test]
fn in_a_component_every_module_that_panics_traps() {
    let input = wasm(&format!(
        r#"(component
        (core module (func $other (export "f")))
        {}
        (component {}))"#,
        rust("").replacen("(module", "(core module", 1),
        rust("").replacen("(module", "(core module", 1),
    ));
    // Nothing instantiates its modules, so across them all would go.
    let more = "--no-cross-module --panics trap";
    let trap = optimized(&input, more);
    let keep = optimized(&input, "--no-cross-module");
    assert!(trap.out.len() + 600 < keep.out.len());
    let count = |module: &Value| module["trapped_functions"].as_array().map(Vec::len);
    let modules = trap.record["modules"].as_array().unwrap();
    let counts: Vec<_> = modules.iter().map(count).collect();
    assert_eq!(counts, [None, Some(2), Some(2)]);
    let sizes: Vec<_> = core_modules(&input)
        .unwrap()
        .iter()
        .map(|m| m.bytes.len())
        .collect();
    let before: Vec<_> = modules.iter().map(|m| m["input_bytes"].clone()).collect();
    assert_eq!(before, sizes);
    assert!(optimized(&input, "--panics trap").out.len() < 200);
}

#[test]
fn without_names_it_is_refused_and_a_symbols_file_has_them() {
    let done = optimized(&wasm(&rust("")), "");
    let place = &done.place;
    let said = place
        .heft("optimize out.wasm -o new.wasm --panics trap")
        .refused();
    let words = "error: cannot optimize `out.wasm`: functions that panic are found by name, and it names no functions; build it without `strip`, or pass its symbols file";
    assert!(said.starts_with(words), "{said}");
    assert!(!place.list().contains(&"new.wasm".to_owned()));
    place
        .heft("optimize names.wasm -o new.wasm --panics trap")
        .ok();
    assert!(place.read("new.wasm").len() + 300 < done.out.len());
}

#[test]
fn what_may_catch_a_panic_is_refused() {
    let place = Place::new();
    place.write("in.wasm", &wasm(&rust("(tag (param i32))")));
    let said = place
        .heft("optimize in.wasm -o new.wasm --panics trap")
        .refused();
    assert!(said.contains("core module 0 handles exceptions"), "{said}");
    assert_eq!(place.list(), ["in.wasm"]);
    place.heft("optimize in.wasm -o new.wasm").ok();
}

#[test]
fn where_nothing_panics_people_are_told() {
    let input = wasm(MODULE);
    let done = optimized(&input, "--panics trap");
    let words = "warning: `in.wasm`: none of its functions is one of Rust's that panic: no panic is a trap now\n";
    assert!(done.said.ends_with(words), "{}", done.said);
    assert!(done.out == optimized(&input, "").out);
    assert_eq!(done.record["fingerprint"]["panics"], "trap");
    // What was done already is nothing new.
    let once = optimized(&wasm(&rust("")), "--panics trap");
    let again = optimized(&once.place.read("names.wasm"), "--panics trap");
    assert!(again.out.len() <= once.out.len());
}

#[test]
fn a_name_that_says_so_does_not_make_a_function_a_trap_that_may_return() {
    let more = r#"(func $"core::panicking::panic\u{1b}[31m" (export "x") (param i32)
        (call $exit (local.get 0)))"#;
    let done = optimized(&wasm(&rust(more)), "--panics trap");
    assert!(
        done.said.contains("may return, so it is not a trap"),
        "{}",
        done.said
    );
    assert!(!done.said.contains('\u{1b}'), "{:?}", done.said);
    let traps = done.record["modules"][0]["trapped_functions"].as_array();
    assert_eq!(traps.map(Vec::len), Some(2));
}

#[test]
fn what_wasm_opt_fails_on_has_its_traps_all_the_same() {
    let place = Place::new();
    let input = wasm(&rust(""));
    place.write("in.wasm", &input);
    place.fake_wasm_opt("exit 3");
    let run = "optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt --record r.json --panics trap";
    place.heft(run).ok();
    let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
    assert_eq!(record["modules"][0]["outcome"], "failed");
    let kept = place.read("out.wasm");
    place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt")
        .ok();
    assert!(kept.len() + 300 < place.read("out.wasm").len());
}

#[test]
fn what_is_not_wasm_is_refused_as_ever() {
    let place = Place::new();
    place.write("text.wasm", b"hello");
    let said = place
        .heft("optimize text.wasm -o new.wasm --panics trap")
        .refused();
    assert!(said.contains("it is not WebAssembly"), "{said}");
    // A function section of one function, and no code for it.
    place.write(
        "in.wasm",
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0",
    );
    let said = place
        .heft("optimize in.wasm -o new.wasm --panics trap")
        .refused();
    assert!(said.contains("it is not valid WebAssembly"), "{said}");
}
