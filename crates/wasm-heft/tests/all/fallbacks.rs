//! Whatever wasm-opt does, the result is valid, no larger and needs nothing new.

use crate::common::{MODULE, Place, component, tool, wasm};
use heft_wasm::custom_sections::{Names, strip};
use std::time::Instant;

/// Runs `optimize` on [`MODULE`] with a stand-in for wasm-opt that does `body`. Returns the warning,
/// after checking that the module kept its code.
#[track_caller]
fn kept(body: &str, more: &str) -> String {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    place.fake_wasm_opt(body);
    let run = place
        .heft(&format!(
            "optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt {more}"
        ))
        .ok();
    let kept = strip(&wasm(MODULE), Names::Drop).unwrap();
    assert!(
        place.read("out.wasm") == kept,
        "the code is as it was, without names"
    );
    run.stderr()
}

#[track_caller]
fn kept_because(body: &str, why: &str) {
    let said = kept(body, "");
    assert!(
        said.starts_with("warning: `in.wasm`: core module 0 keeps its code: "),
        "{said}"
    );
    assert!(said.contains(why), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_wasm_opt_that_fails_changes_nothing() {
    kept_because(
        "echo 'Fatal: no' >&2; exit 3",
        "wasm-opt failed (exit code 3): Fatal: no",
    );
}

#[test]
fn a_wasm_opt_that_crashes_changes_nothing() {
    kept_because("kill -SEGV $$", "wasm-opt failed (signal: 11");
}

#[test]
fn a_wasm_opt_that_writes_nothing_changes_nothing() {
    kept_because("exit 0", "wasm-opt failed (no output");
}

#[test]
fn a_wasm_opt_that_writes_rubbish_changes_nothing() {
    kept_because("echo rubbish >\"$out\"", "wasm-opt's output is broken");
    kept_because("head -c 60 \"$in\" >\"$out\"", "wasm-opt's output");
}

#[test]
fn a_wasm_opt_that_takes_too_long_is_stopped() {
    let start = Instant::now();
    let said = kept("exec sleep 60", "--time-limit 0.3");
    assert!(
        said.contains("wasm-opt took longer than the time limit of 0.3 s"),
        "{said}"
    );
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn a_wasm_opt_that_makes_it_no_smaller_changes_nothing_and_needs_no_warning() {
    assert_eq!(kept("cat \"$in\" >\"$out\"", ""), "");
}

/// A module with the interface of [`MODULE`], but for `change`, for a stand-in to write.
fn lookalike(change: impl Fn(&str) -> String) -> Vec<u8> {
    let small = r#"(module
        (import "host" "used" (func (param i32))) (import "host" "unused" (func))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (i32.const 0))
        (export "wasm-heft:keep-import:0" (func 0)) (export "wasm-heft:keep-import:1" (func 1))
        (@custom "contract" "keep me"))"#;
    wasm(&change(small))
}

#[track_caller]
fn answers(answer: &[u8]) -> (String, Vec<u8>) {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    place.write("answer", answer);
    let answer = place.path("answer").display().to_string();
    place.fake_wasm_opt(&format!("cp '{answer}' \"$out\""));
    let run = place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt")
        .ok();
    (run.stderr(), place.read("out.wasm"))
}

#[test]
fn an_output_with_the_same_interface_is_taken() {
    let (said, out) = answers(&lookalike(str::to_owned));
    assert_eq!(said, "");
    let plain = lookalike(|t| {
        let lines = t.lines().filter(|line| !line.contains("keep-import"));
        lines.collect::<Vec<_>>().join("\n")
    });
    assert!(out == plain);
}

#[test]
fn an_output_that_needs_more_than_the_input_is_not_taken() {
    let (said, _) = answers(&lookalike(|t| {
        t.replace("(i32.const 0))", "(i32.extend8_s (i32.const 0)))")
    }));
    assert!(
        said.contains("does not validate with the features of the input (none)"),
        "{said}"
    );
}

#[test]
fn an_output_with_another_interface_is_not_taken() {
    for (from, to, why) in [
        ("\"run\"", "\"walk\"", "it would no longer export \"run\""),
        ("(param i32)", "(param i64)", "which it did not before"),
        (
            "\"memory\") 1",
            "\"memory\") 2",
            "it would no longer export \"memory\"",
        ),
        (
            "(import \"host\" \"unused\" (func))",
            "(func)",
            "it would no longer import",
        ),
        (
            "(@custom \"contract\" \"keep me\")",
            "",
            "drop or change the section `contract`",
        ),
        (
            "\"keep me\"",
            "\"change me\"",
            "drop or change the section `contract`",
        ),
    ] {
        let (said, out) = answers(&lookalike(|t| t.replace(from, to)));
        assert!(said.contains(why), "{from}: {said}");
        assert!(out == strip(&wasm(MODULE), Names::Drop).unwrap());
    }
}

#[test]
fn features_that_wasm_opt_asks_for_are_given_to_it() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    place.fake_wasm_opt(
        "case \"$args\" in
        *--enable-simd*) exec wasm-opt $args \"$in\" -o \"$out\";;
        *) echo '[wasm-validator error] needs [--enable-simd]' >&2; exit 1;;
        esac",
    );
    let run = place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt --record r.json")
        .ok();
    assert_eq!(run.stderr(), "");
    assert!(
        String::from_utf8(place.read("r.json"))
            .unwrap()
            .contains("--enable-simd")
    );
    assert!(place.read("out.wasm").len() < strip(&wasm(MODULE), Names::Drop).unwrap().len());
}

#[test]
fn one_module_that_fails_does_not_keep_the_others_from_being_optimized() {
    let place = Place::new();
    place.write("in.wasm", &component());
    place.fake_wasm_opt(
        "if mkdir \"$(dirname \"$0\")/taken\" 2>/dev/null; then echo first >&2; exit 1; fi
        exec wasm-opt $args \"$in\" -o \"$out\"",
    );
    let run = place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt")
        .ok();
    assert_eq!(
        run.stderr().matches("keeps its code").count(),
        1,
        "{}",
        run.stderr()
    );
    assert_eq!(
        run.stdout().matches("optimized").count(),
        1,
        "{}",
        run.stdout()
    );
    tool("wasm-tools", &["validate", "out.wasm"], &place.path(""));
}

#[test]
fn a_missing_wasm_opt_names_the_package_to_install() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    let said = place
        .heft_with("optimize in.wasm -o out.wasm", &[("PATH", "/nowhere")], b"")
        .refused();
    assert!(
        said.contains("wasm-opt not found") && said.contains("`binaryen`"),
        "{said}"
    );
    let said = place
        .heft_with(
            "optimize in.wasm -o out.wasm",
            &[("WASM_OPT", "./none")],
            b"",
        )
        .refused();
    assert!(said.contains("tried `./none`"), "{said}");
    assert_eq!(place.list(), ["in.wasm"]);
}

#[test]
fn a_proposal_that_only_wasm_opt_knows_keeps_its_code() {
    // `stringref`: (func (export "f") (result (ref string)) string.const 0), which this program's
    // validator has never heard of.
    let mut file = b"\0asm\x01\0\0\0".to_vec();
    file.extend(b"\x01\x06\x01\x60\0\x01\x64\x67"); // type: () -> (ref string)
    file.extend(b"\x03\x02\x01\0");
    file.extend(b"\x07\x05\x01\x01f\0\0");
    file.extend(b"\x0e\x05\0\x01\x02hi"); // the strings
    file.extend(b"\x0a\x08\x01\x06\0\xfb\x82\x01\0\x0b");
    file.extend(b"\0\x05\x04name");
    let place = Place::new();
    place.write("in.wasm", &file);
    let run = place.heft("optimize in.wasm -o out.wasm");
    if run.code() == 2 {
        panic!("{}", run.stderr());
    }
    assert!(
        run.stderr()
            .contains("a proposal that this program can't check"),
        "{}",
        run.stderr()
    );
    assert!(place.read("out.wasm") == file[..file.len() - 7]);
}

#[test]
fn a_wasm_opt_that_does_not_even_tell_its_version_is_given_up() {
    let place = Place::new();
    place.write("in.wasm", &wasm(MODULE));
    // As a wrapper that waits for something: the program under it is another one.
    place.script("wasm-opt", "#!/bin/sh\nsleep 1000; true\n");
    let said = place
        .heft("optimize in.wasm -o out.wasm --wasm-opt ./wasm-opt --time-limit 1")
        .refused();
    assert!(said.contains("did not answer within 30 s"), "{said}");
    assert_eq!(place.list(), ["in.wasm", "wasm-opt"]);
}

#[test]
fn a_program_that_is_not_wasm_opt_is_wrong_usage() {
    for version in ["wasm-ld 19", "", "1.0", "optimizer of wasm"] {
        let place = Place::new();
        place.write("in.wasm", &wasm(MODULE));
        place.script("other", &format!("#!/bin/sh\necho '{version}'\n"));
        for end in ["-o out.wasm", "--check"] {
            let said = place
                .heft(&format!("optimize in.wasm {end} --wasm-opt ./other"))
                .refused();
            let expected = format!(
                "`./other` does not work as wasm-opt: its version is `{version}`, and wasm-opt's"
            );
            assert!(said.contains(&expected), "{said}");
        }
        assert_eq!(place.list(), ["in.wasm", "other"]);
    }
}
