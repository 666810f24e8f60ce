//! What `optimize` promises, with the real wasm-opt.

use crate::common::{MODULE, Place, component, tool, wasm};
use heft_wasm::binary::sections;
use heft_wasm::core_modules::core_modules;
use heft_wasm::interface::interface;
use wasmparser::WasmFeatures;

fn place_with(name: &str, content: &[u8]) -> Place {
    let place = Place::new();
    place.write(name, content);
    place
}

fn custom_sections(module: &[u8]) -> Vec<String> {
    let (_, sections) = sections(module, 0).unwrap();
    sections
        .iter()
        .filter_map(|s| s.custom())
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn a_module_gets_smaller_and_keeps_its_interface_and_its_contract() {
    let place = place_with("in.wasm", &wasm(MODULE));
    place.heft("optimize in.wasm -o out.wasm").ok();
    let (before, after) = (place.read("in.wasm"), place.read("out.wasm"));
    assert!(after.len() < before.len());
    let faces = [&before, &after].map(|file| interface(file, WasmFeatures::all()).unwrap());
    assert_eq!(faces[0].exports, faces[1].exports);
    let mut imports = faces.map(|face| face.imports);
    imports.iter_mut().for_each(|list| list.sort());
    assert_eq!(imports[0], imports[1]);
    assert_eq!(custom_sections(&after), ["contract"]);
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
}

#[test]
fn every_core_module_of_a_component_gets_smaller_and_its_wit_stays() {
    let place = place_with("in.wasm", &component());
    place.heft("optimize in.wasm -o out.wasm").ok();
    let (before, after) = (place.read("in.wasm"), place.read("out.wasm"));
    let pairs = core_modules(&before)
        .unwrap()
        .into_iter()
        .zip(core_modules(&after).unwrap());
    for (old, new) in pairs {
        assert_eq!(old.index, new.index);
        assert!(
            new.bytes.len() < old.bytes.len(),
            "core module {}",
            old.index
        );
    }
    let wit = |name: &str| tool("wasm-tools", &["component", "wit", name], &place.path(""));
    assert_eq!(wit("in.wasm"), wit("out.wasm"));
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
}

#[test]
fn an_optimized_component_is_not_larger_than_one_made_by_hand() {
    let place = place_with("in.wasm", &component());
    place
        .heft("optimize in.wasm -o out.wasm --no-cross-module")
        .ok();
    let after = place.read("out.wasm");
    let inside = core_modules(&after).unwrap();
    for (module, ours) in core_modules(&place.read("in.wasm"))
        .unwrap()
        .iter()
        .zip(inside)
    {
        place.write("module.wasm", module.bytes);
        let by_hand = [
            "-Oz",
            "--converge",
            "--zero-filled-memory",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
            "module.wasm",
            "-o",
            "by-hand.wasm",
        ];
        tool("wasm-opt", &by_hand, &place.path(""));
        assert!(
            ours.bytes.len() <= place.read("by-hand.wasm").len(),
            "{}",
            ours.index
        );
    }
}

#[test]
fn wasm_strip_finds_nothing_left_in_a_core_module_without_lasting_sections() {
    let module = MODULE.replace(r#"(@custom "contract" "keep me")"#, "");
    let place = place_with("in.wasm", &wasm(&module));
    place.heft("optimize in.wasm -o out.wasm").ok();
    tool(
        "wasm-strip",
        &["out.wasm", "-o", "stripped.wasm"],
        &place.path(""),
    );
    assert!(place.read("out.wasm") == place.read("stripped.wasm"));
}

#[test]
fn the_artifact_is_the_symbols_file_without_names_and_the_same_with_or_without_a_symbols_file() {
    for input in [wasm(MODULE), component()] {
        let place = place_with("in.wasm", &input);
        place
            .heft("optimize in.wasm -o out.wasm --names names.wasm")
            .ok();
        place.heft("optimize in.wasm -o alone.wasm").ok();
        assert!(place.read("out.wasm") == place.read("alone.wasm"));
        let (out, symbols) = (place.read("out.wasm"), place.read("names.wasm"));
        let (modules, with_names) = (core_modules(&out).unwrap(), core_modules(&symbols).unwrap());
        for (module, symbols) in modules.iter().zip(&with_names) {
            let named = symbols.bytes;
            assert!(custom_sections(named).contains(&"name".to_owned()));
            let code = |m: &[u8]| {
                let (_, sections) = sections(m, 0).unwrap();
                let code = sections
                    .iter()
                    .find(|s| s.id == 10)
                    .map(|s| s.body.to_vec());
                code.expect("has code")
            };
            assert!(code(module.bytes) == code(named));
        }
        place
            .heft("optimize names.wasm -o again.wasm --opt-args --strip-debug --converge never")
            .ok();
        assert!(place.read("again.wasm").len() <= out.len());
    }
}

#[test]
fn optimizing_twice_saves_nothing_worth_mentioning() {
    let place = place_with("in.wasm", &component());
    assert_eq!(place.heft("optimize in.wasm --check").code(), 1);
    place.heft("optimize in.wasm -o out.wasm").ok();
    place.heft("optimize out.wasm --check").ok();
    assert_eq!(place.list(), ["in.wasm", "out.wasm"]);
}

#[test]
fn check_says_how_much_could_be_saved() {
    let place = place_with("in.wasm", &wasm(MODULE));
    let run = place.heft("optimize in.wasm --check");
    assert_eq!(run.code(), 1);
    let said = run.stderr();
    let size = heft_wasm::bytes::Bytes::of(&place.read("in.wasm")).to_string();
    assert!(
        said.starts_with("error: `in.wasm` is not optimized: ") && said.contains(&size),
        "{said}"
    );
}

#[test]
fn standard_input_and_output_work_as_files_do() {
    let place = place_with("in.wasm", &component());
    place.heft("optimize in.wasm -o out.wasm").ok();
    let run = place.heft_with("optimize - -o -", &[], &component()).ok();
    assert!(run.stdout_bytes() == place.read("out.wasm"));
}

#[test]
fn the_output_may_be_the_input() {
    let place = place_with("a.wasm", &component());
    place.write("b.wasm", &component());
    place.heft("optimize a.wasm -o out.wasm").ok();
    place.heft("optimize b.wasm -o b.wasm").ok();
    assert!(place.read("b.wasm") == place.read("out.wasm"));
}

#[test]
fn a_shared_library_keeps_its_dynamic_linking_section() {
    let text = r#"(module
        (@dylink.0 (mem-info (memory 4 2)) (needed "libc.so"))
        (import "env" "memory" (memory 1))
        (import "GOT.mem" "x" (global (mut i32)))
        (func (export "f") (result i32) (i32.add (global.get 0) (i32.const 0))))"#;
    let place = place_with("in.wasm", &wasm(text));
    place
        .heft("optimize in.wasm -o out.wasm --record r.json")
        .ok();
    let (before, after) = (place.read("in.wasm"), place.read("out.wasm"));
    assert!(after.len() < before.len());
    let first = |file: &[u8]| {
        let (_, sections) = sections(file, 0).unwrap();
        sections[0]
            .custom()
            .map(|(name, body)| (name.to_owned(), body.to_vec()))
    };
    assert_eq!(first(&before), first(&after));
    // Memory from elsewhere may hold anything.
    assert!(
        !String::from_utf8(place.read("r.json"))
            .unwrap()
            .contains("zero-filled")
    );
}

#[test]
fn an_object_file_and_a_file_for_wasm_bindgen_keep_their_code() {
    for (section, advice) in [
        ("linking", "link it first"),
        ("__wasm_bindgen_unstable", "run wasm-bindgen first"),
    ] {
        let text = format!("(module (func (drop (i32.const 1))) (@custom \"{section}\" \"\\02\"))");
        let place = place_with("in.wasm", &wasm(&text));
        let said = place.heft("optimize in.wasm -o out.wasm").ok().stderr();
        assert!(
            said.starts_with("warning: `in.wasm`: core module 0 keeps its code"),
            "{said}"
        );
        assert!(said.contains(advice), "{said}");
        assert!(place.read("out.wasm") == place.read("in.wasm"));
    }
}

#[test]
fn proposals_of_every_sort_come_out_valid_and_no_larger() {
    let cases = [
        (
            "memory64",
            r#"(module (memory i64 1) (func (export "f") (param i64) (result i32) (i32.load (i64.add (local.get 0) (i64.const 0)))))"#,
        ),
        (
            "threads",
            r#"(module (memory 1 1 shared) (func (export "f") (result i32) (i32.atomic.load (i32.const 0))))"#,
        ),
        (
            "simd",
            r#"(module (func (export "f") (result v128) (v128.not (v128.const i64x2 0 0))))"#,
        ),
        (
            "relaxed simd",
            r#"(module (func (export "f") (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))"#,
        ),
        (
            "legacy exceptions",
            r#"(module (tag $t) (func $g (throw $t)) (func (export "f") try call $g catch_all end))"#,
        ),
        (
            "exceptions",
            r#"(module (tag $t) (func $g (throw $t)) (func (export "f") block $b try_table (catch_all $b) call $g end end))"#,
        ),
        (
            "gc",
            r#"(module (type $s (struct (field i32))) (func (export "f") (result i32) (struct.get $s 0 (struct.new $s (i32.const 1)))))"#,
        ),
        (
            "tail calls",
            r#"(module (import "a" "b" (func $g)) (func (export "f") (return_call $g)))"#,
        ),
        (
            "several memories",
            r#"(module (memory $a 1) (memory $b 1) (func (export "f") (result i32) (i32.add (i32.load $a (i32.const 0)) (i32.load $b (i32.const 0)))))"#,
        ),
        (
            "multiple values",
            r#"(module (func (export "f") (result i32 i32) (i32.const 1) (i32.const 2)))"#,
        ),
        (
            "reference types",
            r#"(module (table 1 externref) (func (export "f") (param externref) (table.set (i32.const 0) (local.get 0))))"#,
        ),
        (
            "bulk memory",
            r#"(module (memory (export "m") 1) (data $d "abc") (func (export "f") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3))))"#,
        ),
        (
            "memory copies",
            r#"(module (memory (export "m") 1) (func (export "f") (memory.copy (i32.const 0) (i32.const 9) (i32.const 3))))"#,
        ),
        (
            "extended constants",
            r#"(module (import "a" "b" (global i32)) (global (export "g") i32 (i32.add (global.get 0) (i32.const 1))))"#,
        ),
        (
            "wide arithmetic",
            r#"(module (func (export "f") (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1))))"#,
        ),
        (
            "custom page sizes",
            r#"(module (memory (export "m") 1 (pagesize 1)))"#,
        ),
        (
            "stack switching",
            r#"(module (type $f (func)) (type $c (cont $f)) (func (export "f") (param (ref null $c)) (resume $c (local.get 0))))"#,
        ),
        (
            "typed references",
            r#"(module (type $t (func)) (func (export "f") (param (ref null $t)) (call_ref $t (local.get 0))))"#,
        ),
        (
            "no first release features",
            r#"(module (func (export "f") (result i32) (i32.const 1)))"#,
        ),
    ];
    for (name, text) in cases {
        let place = place_with("in.wasm", &wasm(text));
        let run = place.heft("optimize in.wasm -o out.wasm").ok();
        let (before, after) = (place.read("in.wasm"), place.read("out.wasm"));
        assert!(after.len() <= before.len(), "{name}");
        let needs =
            |file: &[u8]| heft_wasm::features::minimal(file, WasmFeatures::empty()).expect("valid");
        assert!(
            needs(&before).contains(needs(&after)),
            "{name} {}",
            run.stderr()
        );
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let place = place_with("in.wasm", &component());
    let command = format!(
        "'{}' size in.wasm in.wasm in.wasm | head -c 1 >/dev/null",
        env!("CARGO_BIN_EXE_wasm-heft")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &command])
        .current_dir(place.path(""))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// What `optimize` wrote, and its record.
fn with_effort(effort: &str) -> (Vec<u8>, serde_json::Value) {
    let place = place_with("in.wasm", &component());
    place
        .heft(&format!(
            "optimize in.wasm -o out.wasm --record r.json {effort}"
        ))
        .ok();
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
    let record = serde_json::from_slice(&place.read("r.json")).unwrap();
    (place.read("out.wasm"), record)
}

#[test]
fn with_more_effort_several_recipes_are_tried_and_the_smallest_is_kept() {
    let (normal, plain) = with_effort("");
    assert!(plain["fingerprint"].get("effort").is_none());
    assert!(plain["modules"][0].get("recipes").is_none());
    for smallest in ["raw", "gzip", "brotli"] {
        let (max, record) = with_effort(&format!("--effort max --smallest {smallest}"));
        assert_eq!(record["fingerprint"]["effort"], "max");
        assert_eq!(record["fingerprint"]["smallest"], smallest);
        if smallest == "raw" {
            assert!(max.len() <= normal.len());
        }
        for module in record["modules"].as_array().unwrap() {
            let recipes = module["recipes"].as_array().unwrap();
            assert_eq!(recipes.len(), 4);
            let measured = |recipe: &serde_json::Value| recipe["measured"].as_u64();
            let won: Vec<_> = recipes.iter().filter(|r| r["won"] == true).collect();
            let smallest = recipes.iter().filter_map(measured).min();
            assert_eq!(won.len(), usize::from(smallest.is_some()), "{module}");
            assert_eq!(
                won.first().copied().and_then(measured),
                smallest,
                "{module}"
            );
        }
        let (again, same) = with_effort(&format!("--effort max --smallest {smallest}"));
        assert!(again == max && same == record);
    }
}

#[test]
fn with_less_effort_nothing_is_repeated() {
    let arguments = |effort: &str| {
        let (_, record) = with_effort(effort);
        record["modules"][0]["wasm_opt_args"].to_string()
    };
    assert!(arguments("").contains("--converge"));
    assert!(!arguments("--effort fast").contains("--converge"));
    assert!(arguments("--effort fast --converge always").contains("--converge"));
}

/// A wasm-opt that does `body` where it is to reorder functions and works as usual else.
fn with_a_recipe_that(body: &str, more: &str) -> (String, serde_json::Value) {
    let place = place_with("in.wasm", &wasm(MODULE));
    place.fake_wasm_opt(&format!(
        "case \"$args\" in *--reorder-functions*|*--flatten*) {body};; esac
        exec wasm-opt $args \"$in\" -o \"$out\""
    ));
    let run = place.heft(&format!(
        "optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt --effort max --record r.json {more}"
    ));
    let run = run.ok();
    let record = serde_json::from_slice(&place.read("r.json")).unwrap();
    (run.stderr(), record)
}

#[test]
fn a_recipe_that_fails_takes_too_long_or_is_not_known_is_one_less() {
    for (body, more, why) in [
        ("echo no >&2; exit 1", "", "no"),
        (
            "echo \"Unknown option '--flatten'\" >&2; exit 1",
            "",
            "Unknown option",
        ),
        ("sleep 60", "--time-limit 3", "3"),
        ("printf nonsense >\"$out\"; exit 0", "", "broken"),
    ] {
        let (said, record) = with_a_recipe_that(body, more);
        assert_eq!(said, "");
        let module = &record["modules"][0];
        assert_eq!(module["outcome"], "optimized");
        let recipes = module["recipes"].as_array().unwrap();
        assert_eq!(recipes[0]["won"], true);
        for recipe in &recipes[1..] {
            assert_eq!(recipe["won"], false);
            assert!(recipe["bytes"].is_null());
            let found = recipe["why"].as_str().unwrap();
            assert!(found.contains(why), "{found}");
        }
    }
}
