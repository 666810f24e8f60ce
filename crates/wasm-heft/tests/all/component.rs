//! What `optimize` does across the modules of a component, with the real wasm-opt.

use crate::common::{Place, tool, wasm};
use heft_wasm::core_modules::core_modules;
use heft_wasm::interface::interface;
use serde_json::Value;
use wasmparser::WasmFeatures;

/// A library with an export for each of its functions, all of them more than wasm-opt can make
/// nothing of.
const LIBRARY: &str = r#"(core module $lib
    (memory (export "memory") 1)
    (func (export "used") (param i32) (result i32)
        (i32.store (i32.const 8) (local.get 0)) (i32.load (i32.const 12)))
    (func (export "unused") (param i32) (result i32)
        (i32.store (i32.const 16) (local.get 0)) (i32.load (i32.const 20)))
    (func (export "through-dead-code") (param i32) (result i32)
        (i32.store (i32.const 24) (local.get 0)) (i32.load (i32.const 28))))"#;

/// A program that imports two functions of the library, and loses one of them with its dead code.
const PROGRAM: &str = r#"(core module $main
    (import "lib" "used" (func $used (param i32) (result i32)))
    (import "lib" "through-dead-code" (func $through (param i32) (result i32)))
    (func (export "run") (result i32) (call $used (i32.const 1)))
    (func $dead (result i32) (call $through (i32.const 1))))"#;

fn linked() -> String {
    format!(
        r#"(component {LIBRARY} {PROGRAM}
            (core instance $lib (instantiate $lib))
            (core instance $main (instantiate $main (with "lib" (instance $lib))))
            (func (export "run") (result u32) (canon lift (core func $main "run"))))"#
    )
}

/// A component after the work.
struct Done {
    out: Vec<u8>,
    /// Its symbols file, where names between modules are the long ones.
    named: Vec<u8>,
    record: Value,
}

/// Optimizes a component, and checks that it is valid, no larger and has the same WIT.
#[track_caller]
fn optimized(component: &[u8], more: &str) -> Done {
    optimized_like(component, more, component)
}

/// The same, for a result with the WIT of `like`.
#[track_caller]
fn optimized_like(component: &[u8], more: &str, like: &[u8]) -> Done {
    let place = Place::new();
    place.write("in.wasm", component);
    place.write("like.wasm", like);
    place
        .heft(&format!(
            "optimize in.wasm -o out.wasm --names names.wasm --record r.json {more}"
        ))
        .ok();
    let folder = place.path("");
    for file in ["out.wasm", "names.wasm"] {
        tool("wasm-tools", &["validate", file], &folder);
    }
    let wit = |name: &str| tool("wasm-tools", &["component", "wit", name], &folder);
    assert_eq!(wit("like.wasm"), wit("out.wasm"));
    let (out, named) = (place.read("out.wasm"), place.read("names.wasm"));
    assert!(out.len() <= component.len());
    let paths = |file: &[u8]| -> Vec<String> {
        let modules = core_modules(file).unwrap();
        modules.iter().map(|m| m.index.to_string()).collect()
    };
    assert_eq!(paths(&out), paths(&named));
    for (module, named) in core_modules(&out)
        .unwrap()
        .iter()
        .zip(core_modules(&named).unwrap())
    {
        assert_eq!(code(module.bytes), code(named.bytes));
    }
    let record = serde_json::from_slice(&place.read("r.json")).unwrap();
    Done { out, named, record }
}

/// The code section of a core module.
fn code(module: &[u8]) -> Option<&[u8]> {
    let (_, sections) = heft_wasm::binary::sections(module, 0).unwrap();
    let code = sections.iter().find(|section| section.id == 10);
    code.map(|section| section.body)
}

fn exports(component: &[u8], module: usize) -> Vec<String> {
    let module = &core_modules(component).unwrap()[module];
    let face = interface(module.bytes, WasmFeatures::all()).unwrap();
    face.exports
        .iter()
        .map(|line| line.split('"').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn exports_that_nothing_uses_go_and_so_do_those_used_by_dead_code() {
    let input = wasm(&linked());
    let Done { out, named, record } = optimized(&input, "");
    assert_eq!(exports(&named, 0), ["used"]);
    assert_eq!(exports(&named, 1), ["run"]);
    let dropped = &record["modules"][0]["dropped_exports"];
    let expected = ["memory", "unused", "through-dead-code"];
    assert_eq!(*dropped, serde_json::json!(expected));
    assert_eq!(
        record["modules"][1]["dropped_exports"],
        serde_json::json!([])
    );
    assert_eq!(record["warnings"], serde_json::json!([]));

    let without = optimized(&input, "--no-cross-module");
    assert!(out.len() + 40 < without.out.len());
    let all = ["memory", "used", "unused", "through-dead-code"];
    assert_eq!(exports(&without.out, 0), all);
    let record = without.record;
    assert_eq!(record["fingerprint"]["cross-module"], "off");
}

#[test]
fn exports_of_a_module_that_others_may_instantiate_stay() {
    for hand_out in [
        r#"(export "m" (core module $lib))"#,
        r#"(component $c (import "m" (core module))) (instance (instantiate $c (with "m" (core module $lib))))"#,
    ] {
        let place = Place::new();
        place.write(
            "in.wasm",
            &wasm(&format!("(component {LIBRARY} {hand_out})")),
        );
        place.heft("optimize in.wasm -o out.wasm").ok();
        assert_eq!(exports(&place.read("out.wasm"), 0).len(), 4, "{hand_out}");
    }
}

#[test]
fn a_module_that_is_never_instantiated_is_left_empty() {
    let out = optimized(&wasm(&format!("(component {LIBRARY})")), "").out;
    assert_eq!(core_modules(&out).unwrap()[0].bytes.len(), 8);
}

#[test]
fn a_canonical_option_keeps_the_export_it_needs() {
    let text = r#"(component
        (core module $m
            (memory (export "memory") 1)
            (memory (export "not-this-one") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
            (func (export "cleanup") (param i32) (i32.store (i32.const 0) (local.get 0)))
            (func (export "f") (param i32 i32) (result i32) (i32.const 16)))
        (core instance $i (instantiate $m))
        (func (export "f") (param "x" string) (result string)
            (canon lift (core func $i "f") (memory (core memory $i "memory"))
                (realloc (core func $i "realloc")) (post-return (core func $i "cleanup")))))"#;
    let done = optimized(&wasm(text), "");
    let expected = ["memory", "realloc", "cleanup", "f"];
    assert_eq!(exports(&done.named, 0), expected);
    assert_eq!(exports(&done.out, 0), ["a", "b", "c", "f"]);
}

#[test]
fn an_object_file_in_a_component_keeps_its_exports() {
    let linking = "(@custom \"linking\" \"\\02\"))";
    let library = format!("{} {linking}", LIBRARY.strip_suffix(')').unwrap());
    let place = Place::new();
    place.write("in.wasm", &wasm(&format!("(component {library})")));
    place.heft("optimize in.wasm -o out.wasm").ok();
    assert_eq!(exports(&place.read("out.wasm"), 0).len(), 4);
}

#[test]
fn modules_and_components_that_are_there_twice_are_stored_once() {
    let twice = format!(
        r#"(component
            (component $a {LIBRARY} (core instance $i (instantiate $lib))
                (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "used"))))
            (component $b {LIBRARY} {PROGRAM}
                (core instance $lib (instantiate $lib))
                (core instance $main (instantiate $main (with "lib" (instance $lib))))
                (func (export "run") (result u32) (canon lift (core func $main "run"))))
            (component $c {LIBRARY} (core instance $i (instantiate $lib))
                (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "used"))))
            (instance $a (instantiate $a)) (instance $b (instantiate $b)) (instance $c (instantiate $c))
            (export "one" (func $a "f")) (export "two" (func $b "run")) (export "three" (func $c "f")))"#
    );
    let input = wasm(&twice);
    let Done { out, record, .. } = optimized(&input, "");
    assert_eq!(
        core_modules(&out).unwrap().len(),
        2,
        "the library and the program"
    );
    let same: Vec<&Value> = record["modules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|module| &module["same_as"])
        .collect();
    assert_eq!(
        same,
        [&Value::Null, &"0.0".into(), &Value::Null, &"0.0".into()]
    );
    let shared = record["shared_bytes"].as_u64().unwrap();
    assert!(shared > 100, "{shared}");
    let without = optimized(&input, "--no-cross-module").out;
    assert!(out.len() as u64 + shared <= without.len() as u64);
    let again = optimized(&out, "");
    assert!(again.out == out);
    assert_eq!(again.record["shared_bytes"], 0);
}

#[test]
fn a_wasm_opt_that_fails_the_second_time_leaves_what_the_first_gave() {
    let place = Place::new();
    place.write("in.wasm", &wasm(&linked()));
    place.fake_wasm_opt(
        "for turn in 1 2; do mkdir \"$(dirname \"$0\")/turn$turn\" 2>/dev/null &&
            exec wasm-opt $args \"$in\" -o \"$out\"; done
        echo 'third time' >&2; exit 1",
    );
    let run = place
        .heft("optimize in.wasm -o out.wasm --names names.wasm --wasm-opt ./wasm-opt")
        .ok();
    let said = run.stderr();
    assert!(
        said.contains(
            "core module 0 is not optimized again without its unused exports: wasm-opt failed"
        ),
        "{said}"
    );
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
    assert_eq!(exports(&place.read("names.wasm"), 0), ["used"]);
}

#[test]
fn names_between_modules_are_short_in_the_artifact_and_long_in_its_symbols_file() {
    let Done { out, named, record } = optimized(&wasm(&linked()), "");
    let modules = record["modules"].as_array().unwrap();
    for (at, long) in ["used", "run"].iter().enumerate() {
        assert_eq!(exports(&out, at), ["a"]);
        assert_eq!(exports(&named, at), [*long]);
        let size = core_modules(&out).unwrap()[at].bytes.len() as u64;
        assert_eq!(modules[at]["output_bytes"], size);
    }
    let again = optimized(&out, "");
    assert!(again.out == out);
}

#[test]
fn people_are_told_what_is_gone() {
    let place = Place::new();
    place.write("in.wasm", &wasm(&linked()));
    let said = place.heft("optimize in.wasm -o out.wasm").ok().stdout();
    let line = "\n3 exports that nothing in the component uses are gone\n";
    assert!(said.ends_with(line), "{said}");
}

/// A component as wit-component makes it: its program imports a function through a table that another module
/// fills, and two that only dead code calls, one of them through the table as well.
fn with_shims() -> String {
    let shim = |i: u8| {
        format!(
            r#"(func (export "{i}") (param i32 i32)
                (call_indirect (type $t) (local.get 0) (local.get 1) (i32.const {i})))"#
        )
    };
    format!(
        r#"(component
        (import "t:p/said" (instance $said (export "say" (func (param "x" string)))))
        (import "t:p/unsaid" (instance $unsaid (export "say" (func (param "x" string)))))
        (import "t:p/plain" (instance $plain (export "f" (func (param "x" u32)))))
        (core module $main
            (import "said" "say" (func $say (param i32 i32)))
            (import "unsaid" "say" (func $unsay (param i32 i32)))
            (import "plain" "f" (func $plain (param i32)))
            (memory (export "memory") 1)
            (func (export "run") (call $say (i32.const 8) (i32.const 0)))
            (func $dead (call $unsay (i32.const 8) (i32.const 0)) (call $plain (i32.const 1))))
        (core module $shim
            (type $t (func (param i32 i32)))
            (table (export "$imports") 2 2 funcref) {} {})
        (core module $fixup
            (import "" "0" (func (param i32 i32))) (import "" "1" (func (param i32 i32)))
            (import "" "$imports" (table 2 2 funcref))
            (elem (i32.const 0) func 0 1))
        (core instance $shim (instantiate $shim))
        (alias core export $shim "0" (core func $s0))
        (alias core export $shim "1" (core func $s1))
        (core func $f (canon lower (func $plain "f")))
        (core instance $said-core (export "say" (func $s1)))
        (core instance $unsaid-core (export "say" (func $s0)))
        (core instance $plain-core (export "f" (func $f)))
        (core instance $main (instantiate $main
            (with "said" (instance $said-core)) (with "unsaid" (instance $unsaid-core))
            (with "plain" (instance $plain-core))))
        (alias core export $main "memory" (core memory $memory))
        (alias core export $shim "$imports" (core table $table))
        (core func $l0 (canon lower (func $unsaid "say") (memory $memory)))
        (core func $l1 (canon lower (func $said "say") (memory $memory)))
        (core instance $fixes (export "$imports" (table $table))
            (export "0" (func $l0)) (export "1" (func $l1)))
        (core instance (instantiate $fixup (with "" (instance $fixes))))
        (func (export "run") (canon lift (core func $main "run"))))"#,
        shim(0),
        shim(1)
    )
}

#[test]
fn imports_that_only_dead_code_calls_go_if_they_are_to_go() {
    let input = wasm(&with_shims());
    let Done { out, record, .. } = optimized(&input, "");
    assert!(record.get("pruned_imports").is_none());
    assert!(record["fingerprint"].get("prune-imports").is_none());
    let like = wasm(
        r#"(component
        (import "t:p/said" (instance $said (export "say" (func (param "x" string)))))
        (core module $m (func (export "run")))
        (core instance $i (instantiate $m))
        (func (export "run") (canon lift (core func $i "run"))))"#,
    );
    let pruned = optimized_like(&input, "--prune-imports", &like);
    assert_eq!(pruned.record["warnings"], serde_json::json!([]));
    let gone = ["t:p/plain", "t:p/unsaid"];
    assert_eq!(pruned.record["pruned_imports"], serde_json::json!(gone));
    assert_eq!(pruned.record["fingerprint"]["prune-imports"], "on");
    assert!(pruned.out.len() + 100 < out.len());
    let imports = |module: usize| {
        let modules = core_modules(&pruned.out).unwrap();
        let found = interface(modules[module].bytes, WasmFeatures::all()).unwrap();
        found.imports.len()
    };
    assert_eq!([0, 1, 2].map(imports), [1, 0, 2]);
}

#[test]
fn pruning_a_component_with_nothing_to_prune_changes_nothing() {
    let input = wasm(&linked());
    let (with, without) = (optimized(&input, "--prune-imports"), optimized(&input, ""));
    assert!(with.out == without.out);
}

#[test]
fn pruning_needs_the_work_across_modules() {
    let place = Place::new();
    place.write("in.wasm", &wasm(&linked()));
    let run = place.heft("optimize in.wasm -o out.wasm --prune-imports --no-cross-module");
    assert_eq!(run.code(), 2);
    assert!(run.stderr().contains("cannot be used with"));
}

#[test]
fn people_are_told_which_imports_are_gone() {
    let place = Place::new();
    place.write("in.wasm", &wasm(&with_shims()));
    let run = place.heft("optimize in.wasm -o out.wasm --prune-imports");
    let said = run.ok().stdout();
    let line = "\n2 imports of the component that nothing in it calls are gone\n";
    assert!(said.ends_with(line), "{said}");
}
