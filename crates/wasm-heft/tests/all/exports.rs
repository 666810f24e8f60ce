//! `optimize --keep-exports`, with the real wasm-opt.

use crate::common::{Place, component, wasm};
use heft_wasm::exports::export_names;
use serde_json::{Value, json};

/// A command that exports what C finds in it, too: only `_start` and `memory` are for its host.
fn command() -> Vec<u8> {
    let stores: String = (1..40)
        .map(|n| {
            format!("(i32.store offset={n} (local.get 0) (i32.mul (local.get 0) (i32.const {n})))")
        })
        .collect();
    wasm(&format!(
        r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "posix_memalign") (param i32) {stores})
        (func $main (export "__main_void") (call $exit (i32.const 3)))
        (func (export "_start") (call $main)))"#
    ))
}

const KEPT: &str = "--keep-exports _start,memory";

fn optimized(input: &[u8], more: &str) -> (Vec<u8>, Value, String) {
    let place = Place::new();
    place.write("in.wasm", input);
    let arguments =
        format!("optimize in.wasm -o out.wasm --names names.wasm --record r.json {more}");
    let run = place.heft(&arguments).ok();
    let record = serde_json::from_slice(&place.read("r.json")).unwrap();
    (place.read("out.wasm"), record, run.stdout() + &run.stderr())
}

#[test]
fn only_the_exports_that_are_used_stay_and_what_only_the_others_needed_is_gone() {
    let input = command();
    let (all, kept) = (optimized(&input, ""), optimized(&input, KEPT));
    let names = ["memory", "posix_memalign", "__main_void", "_start"];
    assert_eq!(export_names(&all.0).unwrap(), names);
    assert_eq!(export_names(&kept.0).unwrap(), ["memory", "_start"]);
    assert!(kept.0.len() + 300 < all.0.len(), "{}", kept.0.len());
    let (_, record, said) = kept;
    let module = &record["modules"][0];
    assert_eq!(
        module["dropped_exports"],
        json!(["posix_memalign", "__main_void"])
    );
    assert_eq!(module["input_bytes"], input.len());
    assert_eq!(record["input"], all.1["input"]);
    assert_eq!(record["steps"][0], all.1["steps"][0]);
    assert_eq!(record["fingerprint"]["keep-exports"], "_start memory");
    assert_eq!(record["warnings"], json!([]));
    assert!(
        said.contains("\n2 exports that are not to be kept are gone\n"),
        "{said}"
    );
    assert!(all.1["fingerprint"].get("keep-exports").is_none());
}

#[test]
fn a_component_is_the_same_with_it() {
    let input = component();
    let (without, with) = (optimized(&input, ""), optimized(&input, KEPT));
    assert!(without.0 == with.0);
    assert_eq!(without.1, with.1);
}

#[test]
fn an_export_that_is_not_there_is_a_line_and_nothing_is_written() {
    let place = Place::new();
    place.write("in.wasm", &command());
    let said = place
        .heft("optimize in.wasm -o out.wasm --keep-exports _start,memroy")
        .refused();
    assert_eq!(
        said.trim_end(),
        "error: cannot optimize `in.wasm`: it has no export `memroy` to keep; its exports are `memory`, `posix_memalign`, `__main_void`, `_start` (`wasm-heft explain heft-0113`)"
    );
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn panics_may_be_traps_at_the_same_time() {
    let input = wasm(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func $write))
        (func $_ZN4core9panicking9panic_fmt17h0123456789abcdefE (export "other") (call $write) unreachable)
        (func (export "_start") (call $_ZN4core9panicking9panic_fmt17h0123456789abcdefE)))"#,
    );
    let more = "--keep-exports _start --panics trap";
    let (out, record, _) = optimized(&input, more);
    assert_eq!(export_names(&out).unwrap(), ["_start"]);
    let module = &record["modules"][0];
    assert_eq!(module["dropped_exports"], json!(["other"]));
    assert_eq!(
        module["trapped_functions"],
        json!(["core::panicking::panic_fmt"])
    );
    assert_eq!(module["input_bytes"], input.len());
}
