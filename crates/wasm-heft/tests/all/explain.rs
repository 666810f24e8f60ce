//! What `size` and `diff` say about crates, functions and causes, from outside.

use crate::common::{MODULE, Place, component, wasm};
use serde_json::Value;

/// An application with a function or two of its own.
fn app(more: &str) -> Vec<u8> {
    wasm(&format!(
        r#"(module (memory 1) (data (i32.const 0) "some data")
            (func $_ZN3app3run17h0123456789abcdefE (export "run")
                call $_RNvNtCsaeYBpMJDXx8_4core9panicking5panic)
            (func $_RNvNtCsaeYBpMJDXx8_4core9panicking5panic unreachable)
            {more})"#
    ))
}

/// One more dependency, used: its functions are called from the application.
const DEPENDENCY: &str = r#"(func $_ZN5regex4find17h0123456789abcdefE (export "find")
        i32.const 1000 i32.const 2000 i32.add drop call $_ZN5regex4more17h0123456789abcdefE)
    (func $_ZN5regex4more17h0123456789abcdefE i32.const 3000 drop)"#;

fn in_component(module: &[u8]) -> Vec<u8> {
    let mut out = heft_wasm::binary::header(heft_wasm::binary::Kind::Component);
    heft_wasm::binary::push_section(&mut out, 1, module);
    out
}

fn json(place: &Place, arguments: &str) -> Value {
    serde_json::from_str(&place.heft(arguments).ok().stdout()).unwrap()
}

fn sum(rows: &Value, key: &str) -> i64 {
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row[key].as_i64().unwrap()).sum()
}

#[test]
fn crates_add_up_to_the_file_and_code_is_counted_apart() {
    let place = Place::new();
    place.write("m.wasm", &app(DEPENDENCY));
    place.write("c.wasm", &component());
    let report = json(&place, "size --format json --no-compress m.wasm c.wasm");
    assert!(report["files"][0]["gzip_bytes"].is_null());
    for file in report["files"].as_array().unwrap() {
        assert_eq!(
            sum(&file["crates"], "bytes"),
            file["raw_bytes"].as_i64().unwrap()
        );
        assert_eq!(
            sum(&file["crates"], "code_bytes"),
            file["code_bytes"].as_i64().unwrap()
        );
    }
    let first = &report["files"][0]["crates"];
    let regex = first
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "regex")
        .unwrap();
    assert!(regex["code_bytes"].as_u64().unwrap() > 10);
}

#[test]
fn a_new_dependency_is_the_first_cause_in_modules_and_components() {
    let place = Place::new();
    for (name, wrap) in [("m", false), ("c", true)] {
        for (file, more) in [("old", ""), ("new", DEPENDENCY)] {
            let module = app(more);
            let content = if wrap { in_component(&module) } else { module };
            place.write(&format!("{name}-{file}.wasm"), &content);
        }
        let arguments = format!("diff --format json --no-compress {name}-old.wasm {name}-new.wasm");
        let diff = json(&place, &arguments);
        assert_eq!(diff["crates"][0]["name"], "regex");
        assert_eq!(diff["functions"][0]["name"], "regex::find");
        assert_eq!(diff["functions"][0]["fate"], "appeared");
        let delta = diff["delta_bytes"].as_i64().unwrap();
        assert_eq!(sum(&diff["crates"], "delta_bytes"), delta);
        assert_eq!(sum(&diff["sections"], "delta_bytes"), delta);
        let elsewhere = diff["elsewhere_delta_bytes"].as_i64().unwrap();
        assert_eq!(sum(&diff["functions"], "delta_bytes") + elsewhere, delta);
    }
}

#[test]
fn text_markdown_and_github_carry_the_numbers_of_the_json() {
    let place = Place::new();
    place.write("old.wasm", &app(""));
    place.write("new.wasm", &app(DEPENDENCY));
    for (command, lists) in [
        (
            "size new.wasm",
            &["files", "sections", "crates", "functions"][..],
        ),
        (
            "diff --top 99 old.wasm new.wasm",
            &["sections", "crates", "functions"][..],
        ),
    ] {
        let report = json(&place, &format!("{command} --format json"));
        let root = if report["files"].is_array() {
            &report["files"][0]
        } else {
            &report
        };
        let shown: Vec<String> = ["text", "markdown", "github"]
            .iter()
            .map(|format| {
                place
                    .heft(&format!("{command} --format {format}"))
                    .ok()
                    .stdout()
            })
            .collect();
        let mut numbers = 0;
        for row in lists
            .iter()
            .filter_map(|list| root[*list].as_array())
            .flatten()
        {
            for (key, value) in row.as_object().unwrap() {
                let expected = match value.as_i64() {
                    // Nothing at all is shown as a dash.
                    Some(0) => continue,
                    Some(n) if key == "delta_bytes" => heft_wasm::bytes::ByteDelta(n).to_string(),
                    Some(n) => heft_wasm::bytes::Bytes(u64::try_from(n).unwrap()).to_string(),
                    None => match value.as_str() {
                        Some(text) => text.to_owned(),
                        None => continue,
                    },
                };
                if key == "instances" {
                    continue;
                }
                numbers += 1;
                for text in &shown {
                    assert!(
                        text.contains(&expected),
                        "{key} {expected} is not in:\n{text}"
                    );
                }
            }
        }
        for total in ["gzip_bytes", "brotli_bytes"] {
            let side = if root["new"].is_object() {
                &root["new"]
            } else {
                root
            };
            let expected = heft_wasm::bytes::Bytes(side[total].as_u64().unwrap()).to_string();
            assert!(
                shown.iter().all(|text| text.contains(&expected)),
                "{total} {expected}"
            );
        }
        assert!(numbers > 20, "{numbers} values were compared");
    }
}

#[test]
fn a_symbols_file_beside_the_file_gives_its_names_and_one_with_other_code_does_not() {
    let place = Place::new();
    let symbols = app(DEPENDENCY);
    let stripped =
        heft_wasm::custom_sections::strip(&symbols, heft_wasm::custom_sections::Names::Drop)
            .unwrap();
    place.write("app.wasm", &stripped);
    let before = place.heft("size --no-compress app.wasm").ok().stdout();
    assert!(before.contains("allocators: not known"), "{before}");
    place.write("app.names.wasm", &symbols);
    let report = json(&place, "size --format json --no-compress app.wasm");
    assert_eq!(report["files"][0]["names"], "app.names.wasm");
    assert_eq!(
        sum(&report["files"][0]["crates"], "bytes"),
        stripped.len() as i64
    );
    place.write("app.names.wasm", &app(""));
    let report = json(&place, "size --format json --no-compress app.wasm");
    assert!(report["files"][0]["names"].is_null());
    let note = report["files"][0]["notes"][0].as_str().unwrap();
    assert!(
        note.contains("`app.names.wasm` is not used") && note.contains("other code"),
        "{note}"
    );
    let said = place.heft("size --names app.names.wasm app.wasm").refused();
    assert!(said.contains("other code in module 0"), "{said}");
    let said = place.heft("size --names app.wasm app.wasm").refused();
    assert!(said.contains("has no function names"), "{said}");
    let said = place
        .heft("size --names app.names.wasm app.wasm app.wasm")
        .refused();
    assert!(said.contains("symbols file of one file"), "{said}");
}

#[test]
fn two_files_of_different_kinds_are_refused() {
    let place = Place::new();
    place.write("m.wasm", &wasm(MODULE));
    place.write("c.wasm", &component());
    let said = place.heft("diff m.wasm c.wasm").refused();
    assert!(
        said.contains("the first is a module, the second a component"),
        "{said}"
    );
    place.write("hello.wasm", b"hello");
    let said = place.heft("diff m.wasm hello.wasm").refused();
    assert!(
        said.contains("`hello.wasm`") && said.contains("not WebAssembly"),
        "{said}"
    );
}

#[test]
fn a_toolchain_change_is_said_first() {
    let place = Place::new();
    let sha = |content: &[u8]| heft_data::record::FileRecord::of("x", content).sha256;
    for (name, content, rustc) in [
        ("old", app(""), "1.96.0"),
        ("new", app(DEPENDENCY), "1.97.1"),
    ] {
        place.write(&format!("{name}.wasm"), &content);
        let record = serde_json::json!({
            "output": { "sha256": sha(&content) },
            "tools": { "wasm-opt": "version 131" },
            "fingerprint": { "rustc": rustc, "cargo-lock": "aa" },
        });
        place.write(&format!("{name}.json"), record.to_string().as_bytes());
    }
    let text = place
        .heft("diff --no-compress old.wasm new.wasm")
        .ok()
        .stdout();
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("fingerprint: the toolchain changed (rustc 1.96.0 -> 1.97.1)"),
        "{first}"
    );
    // A record of another file is not believed.
    let same = place
        .heft("diff --no-compress old.wasm old.wasm --record-new new.json")
        .refused();
    assert!(same.contains("record of another file"), "{same}");
    place.write("new.json", &place.read("old.json"));
    let text = place
        .heft("diff --no-compress old.wasm new.wasm")
        .ok()
        .stdout();
    assert!(
        text.contains("note: `new.json` is not used") && text.contains("not known"),
        "{text}"
    );
}

#[test]
fn why_shows_the_path_and_an_unknown_name_is_refused() {
    let place = Place::new();
    place.write("old.wasm", &app(""));
    place.write("new.wasm", &app(DEPENDENCY));
    for command in [
        "size --no-compress new.wasm",
        "diff --no-compress old.wasm new.wasm",
    ] {
        let text = place
            .heft(&format!("{command} --why regex::more"))
            .ok()
            .stdout();
        let expected = "why regex::more:\n  export \"find\"\n  -> regex::find\n  -> regex::more\n";
        assert!(text.ends_with(expected), "{text}");
        let said = place.heft(&format!("{command} --why nobody")).refused();
        assert!(said.contains("no function is named `nobody`"), "{said}");
    }
}

#[test]
fn instances_of_a_generic_are_folded_when_asked() {
    let place = Place::new();
    place.write(
        "m.wasm",
        &wasm(r#"(module (func $"a::f<u8>" nop) (func $"a::f<u16>" nop nop) (func $"a::g"))"#),
    );
    let report = json(
        &place,
        "size --format json --no-compress --fold --top 1 m.wasm",
    );
    let file = &report["files"][0];
    let expected = serde_json::json!([{ "name": "a::f", "crate": "a", "bytes": 9, "instances": 2, "module": null, "index": null }]);
    assert_eq!(file["functions"], expected);
    assert_eq!(
        file["other_functions"],
        serde_json::json!({ "count": 1, "bytes": 3 })
    );
    let all = json(
        &place,
        "size --format json --no-compress --functions m.wasm",
    );
    assert_eq!(all["files"][0]["functions"].as_array().unwrap().len(), 3);
}

#[test]
fn two_allocators_that_can_be_reached_are_hinted_at() {
    let place = Place::new();
    place.write(
        "m.wasm",
        &wasm(r#"(module (func $dlmalloc (export "a")) (func $"talc::alloc" (export "b")))"#),
    );
    let text = place.heft("size --no-compress m.wasm").ok().stdout();
    assert!(
        text.contains("hint: 2 allocators can be reached (wasi-libc dlmalloc, talc)"),
        "{text}"
    );
}

#[test]
fn names_that_are_broken_are_said_to_be_and_the_rest_is_used() {
    let place = Place::new();
    let mut file =
        heft_wasm::custom_sections::strip(&app(""), heft_wasm::custom_sections::Names::Drop)
            .unwrap();
    // Function names: 0 is `a::b`, again 0, one beyond the end, one that is not text, and a cut.
    let mut names = b"\x04name".to_vec();
    names.extend(b"\x01\x1b\x05\x00\x04a::b\x00\x01x\x7f\x01y\x01\x02\xff\xfe\x02\x20cut off.");
    heft_wasm::binary::push_section(&mut file, 0, &names);
    place.write("m.wasm", &file);
    let report = json(&place, "size --format json --no-compress m.wasm");
    let file = &report["files"][0];
    assert_eq!(
        sum(&file["crates"], "bytes"),
        file["raw_bytes"].as_i64().unwrap()
    );
    assert!(
        file["crates"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["name"] == "a")
    );
    let notes = file["notes"].to_string();
    for expected in [
        "an index that it does not have",
        "has one already",
        "not UTF-8",
        "cut off",
    ] {
        assert!(notes.contains(expected), "{expected} in {notes}");
    }
}
