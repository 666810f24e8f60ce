//! What was not optimized is told from what need not be.

use crate::common::{MODULE, Place, component, wasm};
use serde_json::Value;

/// The stand-ins for a wasm-opt that fails: what it does, and what the warning says.
const FAILURES: [(&str, &str); 4] = [
    ("echo 'Fatal: no' >&2; exit 3", "exit code 3"),
    ("kill -KILL $$", "signal: 9"),
    ("exec sleep 60", "took longer than the time limit of 0.2 s"),
    ("head -c 20 \"$in\" >\"$out\"", "wasm-opt's output"),
];

fn failing(body: &str, input: &[u8]) -> Place {
    let place = Place::new();
    place.write("in.wasm", input);
    place.fake_wasm_opt(body);
    place
}

const FAKE: &str = "--wasm-opt ./wasm-opt --time-limit 0.2";

#[test]
fn what_could_not_be_measured_is_not_optimized() {
    for (body, why) in FAILURES {
        // Nothing but wasm-opt could save anything here.
        let place = failing(body, &wasm("(module (func (export \"f\")))"));
        let run = place.heft(&format!("optimize in.wasm --check {FAKE}"));
        let said = run.stderr();
        assert_eq!(run.code(), 1, "{said}");
        assert!(
            said.contains(why) && said.contains("can't be told of 1 of 1"),
            "{said}"
        );
        assert_eq!(run.stdout(), "");
    }
}

#[test]
fn a_failure_is_in_the_record_and_under_strict_in_the_exit_status() {
    for (body, why) in FAILURES {
        let place = failing(body, &wasm(MODULE));
        let arguments = format!("optimize in.wasm -o out.wasm --record r.json {FAKE}");
        place.heft(&arguments).ok();
        let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
        assert_eq!(record["modules"][0]["outcome"], "failed");
        let told = record["modules"][0]["why"].as_str().unwrap();
        assert!(told.contains(why), "{told}");
        let run = place.heft(&format!("{arguments} --strict"));
        assert_eq!(run.code(), 1, "{}", run.stderr());
        assert!(
            run.stderr()
                .contains("1 of 1 core modules could not be optimized")
        );
        assert!(run.stdout().contains("failed"), "{}", run.stdout());
    }
}

#[test]
fn nothing_to_win_is_fine_under_strict_and_check() {
    let place = failing(
        "cat \"$in\" >\"$out\"",
        &wasm("(module (func (export \"f\")))"),
    );
    let strict = "optimize in.wasm -o out.wasm --strict --record r.json --wasm-opt ./wasm-opt";
    place.heft(strict).ok();
    let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
    assert_eq!(record["modules"][0]["outcome"], "kept");
    place
        .heft("optimize in.wasm --check --wasm-opt ./wasm-opt")
        .ok();
}

#[test]
fn one_failure_in_a_component_is_a_failure_of_it() {
    let once = "if mkdir \"$(dirname \"$0\")/taken\" 2>/dev/null; then exit 1; fi
        exec wasm-opt $args \"$in\" -o \"$out\"";
    let place = failing(once, &component());
    let run = place.heft("optimize in.wasm -o out.wasm --strict --wasm-opt ./wasm-opt");
    assert_eq!(run.code(), 1, "{}", run.stderr());
    assert!(
        run.stderr()
            .contains("1 of 2 core modules could not be optimized")
    );
}

#[test]
fn wrong_options_are_wrong_usage_and_nothing_is_written() {
    for options in [
        "-Ozz",
        "--no-such-pass",
        "-Oz --extract-function",
        "-O3 stray.wasm",
        "--enable-nonsense",
        "-o other.wasm",
        "--emit-text",
        "--version",
        "-Oz --symbolmap=stray.map",
        "-osm stray.map",
        "--emit-spec-wrapper=stray.js",
    ] {
        for end in ["-o out.wasm --record r.json", "--check"] {
            let place = Place::new();
            place.write("in.wasm", &wasm(MODULE));
            let run = place.heft_args(
                &[
                    &["optimize", "in.wasm", "--opt-args", options],
                    &end.split(' ').collect::<Vec<_>>()[..],
                ]
                .concat(),
            );
            let said = run.refused();
            assert!(said.contains("--opt-args"), "{options}: {said}");
            assert_eq!(place.list(), ["in.wasm"]);
        }
    }
}

#[test]
fn a_wasm_opt_that_is_too_old_is_not_fine() {
    let old = "case \"$args\" in *--mvp-features*) echo \"Unknown option '--mvp-features'\" >&2; exit 1;; esac";
    let place = failing(old, &wasm(MODULE));
    for end in ["--check", "-o out.wasm"] {
        let said = place
            .heft(&format!("optimize in.wasm {end} --wasm-opt ./wasm-opt"))
            .refused();
        assert!(said.contains("newer binaryen"), "{said}");
    }
}

#[test]
fn what_another_tool_has_yet_to_work_on_stays_byte_for_byte() {
    let debug = r#"(@custom ".debug_info" "x") (@producers (language "Rust" ""))
        (@custom "target_features" "\01+\04simd")"#;
    for (section, advice) in [
        (r#"(@custom "linking" "\02")"#, "link it first"),
        (r#"(@custom "reloc.CODE" "\00\00")"#, "link it first"),
        (r#"(@custom "reloc..debug_info" "\00\00")"#, "link it first"),
        (
            r#"(@custom "__wasm_bindgen_unstable" "x")"#,
            "run wasm-bindgen first",
        ),
    ] {
        let input = wasm(&format!(
            "(module $m (func $f (drop (i32.const 1))) {debug} {section})"
        ));
        let place = Place::new();
        place.write("in.wasm", &input);
        let run = place
            .heft("optimize in.wasm -o out.wasm --names t.wasm --record r.json")
            .ok();
        assert!(run.stderr().contains(advice), "{}", run.stderr());
        for name in ["out.wasm", "t.wasm"] {
            assert!(place.read(name) == input, "{section}: {name}");
        }
        let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
        assert_eq!(record["modules"][0]["outcome"], "untouched");
        let run = place.heft("optimize in.wasm --check");
        assert_eq!(run.code(), 1);
        assert!(
            !run.stderr().contains("run `wasm-heft optimize`"),
            "{}",
            run.stderr()
        );
    }
}

#[test]
fn a_module_for_a_linking_tool_keeps_what_it_reads() {
    let code = r#"(func $f (export "f") (result i32) (i32.add (i32.const 1) (i32.const 2)))
        (global $state (mut i32) (i32.const 1)) (global $__stack_pointer (mut i32) (i32.const 9))
        (func $g (export "g") (global.set $__stack_pointer (global.get $state))
            (global.set $state (i32.const 7)))
        (func (export "h") (result i32) (global.get $__stack_pointer))
        (@producers (language "Rust" "")) (@custom "target_features" "\01+\0bbulk-memory")"#;
    for (mark, names) in [
        (r#"(@custom "component-type:x" "y")"#, true),
        (r#"(@custom "component-type" "y")"#, true),
        ("(@dylink.0 (mem-info (memory 4 2)))", false),
        (r#"(@custom "other" "y")"#, false),
    ] {
        let place = Place::new();
        place.write("in.wasm", &wasm(&format!("(module $m {mark} {code})")));
        place
            .heft("optimize in.wasm -o out.wasm --names t.wasm")
            .ok();
        let out = place.read("out.wasm");
        assert!(out.len() < place.read("in.wasm").len());
        let holds = |words: &str| out.windows(words.len()).any(|w| w == words.as_bytes());
        let linked = !mark.contains("other");
        assert_eq!(holds("target_features"), linked, "{mark}");
        assert_eq!(holds("producers"), linked, "{mark}");
        assert_eq!(holds("__stack_pointer"), names, "{mark}");
        assert_eq!(holds("\u{5}state"), names, "{mark}");
        let again = place.heft("optimize out.wasm --check").ok();
        assert!(
            again.stdout().contains("would save 0 B"),
            "{}",
            again.stdout()
        );
    }
}

#[test]
fn a_name_section_that_cannot_be_read_does_not_keep_the_code() {
    let fields = r#"(module (type $s (struct (field $a i32) (field $b i32)))
        (func $f (export "f") (result i32) (local $x i32)
            (local.set $x (i32.mul (i32.const 3) (i32.const 4)))
            (struct.get $s $a (struct.new $s (local.get $x) (i32.const 2)))))"#;
    // One more field, or a longer name, than there is.
    let good = wasm(fields);
    let field = good
        .windows(6)
        .rposition(|w| w == b"\0\x01a\x01\x01b")
        .unwrap();
    for (at, value) in [(field - 1, 3), (field + 4, 9), (field - 3, 2)] {
        let mut input = good.clone();
        input[at] = value;
        let place = Place::new();
        place.write("in.wasm", &input);
        let run = place
            .heft("optimize in.wasm -o out.wasm --record r.json --strict")
            .ok();
        let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
        assert_eq!(
            record["modules"][0]["outcome"],
            "optimized",
            "{}",
            run.stderr()
        );
        assert!(
            run.stderr().contains("its names are gone"),
            "{}",
            run.stderr()
        );
    }
}

#[test]
fn hints_that_are_dropped_are_told() {
    let place = Place::new();
    let code = r#"(module (func $f (export "f") (result i32) (i32.add (i32.const 1) (i32.const 2)))
        (@custom "metadata.code.compilation_priority" (before code) "\00")
        (@custom "metadata.code.unheard_of" (before code) "\00"))"#;
    place.write("in.wasm", &wasm(code));
    let run = place
        .heft("optimize in.wasm -o out.wasm --record r.json")
        .ok();
    for name in [
        "metadata.code.compilation_priority",
        "metadata.code.unheard_of",
    ] {
        assert!(
            run.stderr()
                .contains(&format!("its section `{name}` is gone")),
            "{}",
            run.stderr()
        );
    }
}

#[test]
fn passes_that_change_what_a_module_does_run_once() {
    let code = r#"(module (import "env" "sleep" (func $sleep (param i32))) (memory (export "memory") 1)
        (func (export "main") (param i32) (call $sleep (local.get 0)) (call $sleep (i32.const 1))))"#;
    for (passes, export) in [
        ("-Oz --asyncify", "asyncify_start_unwind"),
        (
            "--pass-arg=asyncify-imports@env.sleep --asyncify -O3",
            "asyncify_stop_rewind",
        ),
    ] {
        for converge in ["always", "never"] {
            let place = Place::new();
            place.write("in.wasm", &wasm(code));
            let arguments = [
                "optimize",
                "in.wasm",
                "-o",
                "out.wasm",
                "--strict",
                "--converge",
                converge,
                "--record",
                "r.json",
                "--opt-args",
                passes,
            ];
            place.heft_args(&arguments).ok();
            let out = place.read("out.wasm");
            let face =
                heft_wasm::interface::interface(&out, wasmparser::WasmFeatures::all()).unwrap();
            assert!(
                face.exports.iter().any(|e| e.contains(export)),
                "{:?}",
                face.exports
            );
            let record: Value = serde_json::from_slice(&place.read("r.json")).unwrap();
            let first = record["modules"][0]["first_wasm_opt_args"].to_string();
            assert!(first.contains("--asyncify"), "{first}");
            let rest = record["modules"][0]["wasm_opt_args"].to_string();
            assert!(!rest.contains("asyncify"), "{rest}");
        }
    }
}

#[test]
fn a_pass_that_should_change_the_module_and_cannot_is_an_error() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    let arguments = [
        "optimize",
        "in.wasm",
        "-o",
        "out.wasm",
        "--opt-args",
        "--extract-function=none",
    ];
    let said = place.heft_args(&arguments).refused();
    assert!(
        said.contains("`--extract-function=none` can't be done"),
        "{said}"
    );
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn what_is_malformed_is_refused_and_no_proposal() {
    let section = |id: u8, body: &[u8]| [&[id, u8::try_from(body.len()).unwrap()], body].concat();
    let types = section(1, b"\x01\x60\0\0");
    let functions = section(3, b"\x01\0");
    let exports = section(7, b"\x01\x01f\0\0");
    let code = section(10, b"\x01\x02\0\x0b");
    let memory = section(5, b"\x01\0\x01");
    let start = section(8, b"\0");
    for sections in [
        vec![&types, &functions, &code, &exports],
        vec![&types, &functions, &code, &memory],
        vec![&types, &functions, &start, &exports, &code],
        vec![&types, &types, &functions, &code],
    ] {
        let sections: Vec<u8> = sections.into_iter().flatten().copied().collect();
        let place = Place::new();
        place.write("in.wasm", &[&b"\0asm\x01\0\0\0"[..], &sections].concat());
        let said = place.heft("optimize in.wasm -o out.wasm").refused();
        assert!(
            said.contains("not valid WebAssembly") && !said.contains("proposal"),
            "{said}"
        );
        assert_eq!(place.list(), ["in.wasm"]);
    }
}

#[test]
fn a_module_that_ran_out_of_time_is_not_tried_again() {
    let place = Place::new();
    let linked = r#"(component
        (core module $a (func (export "used")) (func (export "unused")))
        (core module $b (import "a" "used" (func $u)) (import "a" "unused" (func $x))
            (func (export "run") call $u))
        (core instance $a (instantiate $a))
        (core instance $b (instantiate $b (with "a" (instance $a)))))"#;
    place.write("in.wasm", &wasm(linked));
    // Module 0, which has no imports, takes for ever; 1 loses the use of an export of 0.
    place.fake_wasm_opt(
        "echo run >>\"$(dirname \"$0\")/runs\"
        if grep -q unused \"$in\" && ! grep -q run \"$in\"; then exec sleep 60; fi
        exec wasm-opt $args \"$in\" -o \"$out\"",
    );
    let run = place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt --time-limit 2")
        .ok();
    assert!(
        run.stderr()
            .contains("core module 0 keeps its code: wasm-opt took longer"),
        "{}",
        run.stderr()
    );
    assert_eq!(
        String::from_utf8(place.read("runs"))
            .unwrap()
            .lines()
            .count(),
        2
    );
}
