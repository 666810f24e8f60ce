//! What `size` prints.

use crate::common::{MODULE, Place, component, tool, wasm};
use serde_json::Value;

#[test]
fn json_has_every_size_and_parts_that_add_up() {
    let place = Place::new();
    place.write("m.wasm", &wasm(MODULE));
    place.write("c.wasm", &component());
    let run = place.heft("size --format json m.wasm c.wasm").ok();
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(report["schema"], 2);
    for (file, name, kind) in [(0, "m.wasm", "module"), (1, "c.wasm", "component")] {
        let file = &report["files"][file];
        assert_eq!(
            (&file["path"], &file["kind"]),
            (&Value::from(name), &Value::from(kind))
        );
        let raw = place.read(name).len() as u64;
        assert_eq!(file["raw_bytes"], raw);
        let parts = file["sections"].as_array().unwrap();
        assert_eq!(
            parts
                .iter()
                .map(|part| part["bytes"].as_u64().unwrap())
                .sum::<u64>(),
            raw
        );
        assert!(file["gzip_bytes"].as_u64().unwrap() > 20);
        assert_eq!(file["allocators"], Value::Array(vec![]));
    }
}

#[test]
fn a_file_without_names_has_unknown_allocators() {
    let place = Place::new();
    place.write("m.wasm", &wasm("(module (func))"));
    let report: Value =
        serde_json::from_str(&place.heft("size --format json m.wasm").ok().stdout()).unwrap();
    assert!(report["files"][0]["allocators"].is_null());
    assert!(
        place
            .heft("size m.wasm")
            .ok()
            .stdout()
            .contains("allocators: not known")
    );
}

#[test]
fn the_allocators_are_named_with_family_functions_and_bytes() {
    let place = Place::new();
    place.write(
        "m.wasm",
        &wasm("(module (func $dlmalloc nop) (func $dlfree))"),
    );
    let report: Value =
        serde_json::from_str(&place.heft("size --format json m.wasm").ok().stdout()).unwrap();
    let expected = serde_json::json!([
        { "family": "wasi-libc dlmalloc", "functions": 2, "code_bytes": 7, "reachable_functions": 0 }
    ]);
    assert_eq!(report["files"][0]["allocators"], expected);
}

#[test]
fn compressed_sizes_are_close_to_those_of_the_command_line_tools() {
    // Other encoders of the same level make slightly different choices.
    let place = Place::new();
    let program = std::fs::read(env!("CARGO_BIN_EXE_wasm-heft")).unwrap();
    let mut module = wasm("(module)");
    heft_wasm::binary::push_section(
        &mut module,
        0,
        &[&b"\x04data"[..], &program[..300_000]].concat(),
    );
    place.write("m.wasm", &module);
    let report: Value =
        serde_json::from_str(&place.heft("size --format json m.wasm").ok().stdout()).unwrap();
    let by_tool = tool("gzip", &["-9nc", "m.wasm"], &place.path("")).len();
    let ours = usize::try_from(report["files"][0]["gzip_bytes"].as_u64().unwrap()).unwrap();
    // What was 0.4 to 1.2 % above it was a surprise: less than half a percent is none.
    assert!(
        ours <= by_tool + by_tool / 200 && ours + by_tool / 50 > by_tool,
        "{ours} and {by_tool}"
    );
}

#[test]
fn a_module_of_100_mb_is_weighed() {
    let place = Place::new();
    let data = vec![b'x'; 100_000_000];
    let mut module = wasm_encoder::Module::new();
    let mut memories = wasm_encoder::MemorySection::new();
    memories.memory(wasm_encoder::MemoryType {
        minimum: 2_000,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    module.section(&memories);
    let mut segments = wasm_encoder::DataSection::new();
    segments.active(0, &wasm_encoder::ConstExpr::i32_const(0), data);
    module.section(&segments);
    let module = module.finish();
    place.write("large.wasm", &module);
    let run = place
        .heft("size --no-compress --format json large.wasm")
        .ok();
    let report: Value = serde_json::from_slice(run.stdout_bytes()).unwrap();
    let file = &report["files"][0];
    assert_eq!(file["raw_bytes"], module.len());
    let sections = file["sections"].as_array().unwrap();
    let sum: u64 = sections.iter().map(|s| s["bytes"].as_u64().unwrap()).sum();
    assert_eq!(sum, module.len() as u64);
    place.heft("diff --no-compress large.wasm large.wasm").ok();
}

#[test]
fn an_input_above_the_limit_is_refused_before_it_is_read() {
    let place = Place::new();
    // 8 GiB of nothing: no disk has to hold them.
    let file = std::fs::File::create(place.path("huge.wasm")).unwrap();
    file.set_len(8 << 30).unwrap();
    for command in [
        "size huge.wasm",
        "diff huge.wasm huge.wasm",
        "size --max-file 1MiB huge.wasm",
    ] {
        let said = place.heft(command).refused();
        assert!(
            said.contains("`huge.wasm`: it is larger than") && said.contains("--max-file"),
            "{said}"
        );
    }
    let module = crate::common::wasm("(module)");
    place.write("a.wasm", &module);
    place.heft("size --max-file 8B a.wasm").ok();
    place.heft("size --max-file 7B a.wasm").refused();
    place.heft_with("size --max-file 8B -", &[], &module).ok();
    let said = place
        .heft_with("size --max-file 7B -", &[], &module)
        .refused();
    assert!(said.contains("larger than 7 B"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_and_one_that_nobody_writes_into_is_told() {
    let place = Place::new();
    place.write("a.wasm", &crate::common::wasm("(module)"));
    crate::common::tool("mkfifo", &["pipe"], &place.path(""));
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    let script = format!("(sleep 2; cat a.wasm >pipe) & '{program}' size pipe 2>&1; wait");
    let said = crate::common::tool("sh", &["-c", &script], &place.path(""));
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.starts_with("waiting for `pipe`, which is not a file") && said.contains("8 B"),
        "{said}"
    );
}

#[test]
fn a_pipe_that_nobody_reads_from_is_told_when_it_is_an_output() {
    let place = Place::new();
    place.write("a.wasm", &crate::common::wasm("(module)"));
    let budgets = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 KiB\" }\n";
    place.write("budgets.toml", budgets);
    crate::common::tool("mkfifo", &["pipe"], &place.path(""));
    let program = env!("CARGO_BIN_EXE_wasm-heft");
    let script = format!(
        "(sleep 2; cat pipe >got) & '{program}' gate --budgets budgets.toml a=a.wasm --report pipe 2>&1; wait"
    );
    let said = crate::common::tool("sh", &["-c", &script], &place.path(""));
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.starts_with("waiting for `pipe`, which is not a file: somebody has to read from it"),
        "{said}"
    );
    assert!(
        String::from_utf8(place.read("got"))
            .unwrap()
            .contains("8 B")
    );
}

#[test]
fn functions_of_a_component_say_whose_they_are() {
    let place = Place::new();
    let text = r#"(component (core module (func $a::f)) (core module (import "a" "b" (func)) (func $b::g nop)))"#;
    place.write("a.wasm", &crate::common::wasm(text));
    let run = place.heft("size --no-compress --format json a.wasm").ok();
    let report: serde_json::Value = serde_json::from_slice(run.stdout_bytes()).unwrap();
    let rows = report["files"][0]["functions"].as_array().unwrap();
    let whose: Vec<_> = rows
        .iter()
        .map(|row| (&row["module"], &row["index"]))
        .collect();
    assert_eq!(whose, [(&"1".into(), &1.into()), (&"0".into(), &0.into())]);
    let out = place.heft("size --no-compress a.wasm").ok().stdout();
    let row = out.lines().find(|line| line.ends_with("b::g")).unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells[3..], ["1", "1", "b", "b::g"]);
}

#[test]
fn functions_that_differ_say_whose_they_are_in_either_file() {
    let place = Place::new();
    let old = "(component (core module (func $a::f nop) (func $a::g nop)))";
    let new = r#"(component (core module (func $c::h nop))
        (core module (import "a" "b" (func)) (func $a::f nop nop)))"#;
    place.write("old.wasm", &crate::common::wasm(old));
    place.write("new.wasm", &crate::common::wasm(new));
    let run = place.heft("diff --no-compress --format json old.wasm new.wasm");
    let report: serde_json::Value = serde_json::from_slice(run.ok().stdout_bytes()).unwrap();
    let rows = report["functions"].as_array().unwrap();
    let places = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        (row["old_place"].clone(), row["new_place"].clone())
    };
    let at = |module: &str, index: u32| serde_json::json!({ "module": module, "index": index });
    let none = serde_json::Value::Null;
    assert_eq!(places("a::f"), (at("0", 0), at("1", 1)));
    assert_eq!(places("a::g"), (at("0", 1), none.clone()));
    assert_eq!(places("c::h"), (none, at("0", 0)));
    let out = place
        .heft("diff --no-compress old.wasm new.wasm")
        .ok()
        .stdout();
    let row = |end: &str| {
        let row = out.lines().find(|line| line.ends_with(end)).unwrap();
        row.split_whitespace().rev().take(4).collect::<Vec<_>>()
    };
    assert_eq!(row("a::f"), ["a::f", "a", "1", "1"]);
    assert_eq!(row("a::g"), ["a::g", "a", "1", "0"]);
}

#[test]
fn nothing_is_said_of_the_work_where_nobody_looks() {
    let place = Place::new();
    place.write("a.wasm", &crate::common::wasm("(module)"));
    for command in ["size a.wasm", "diff a.wasm a.wasm"] {
        assert_eq!(place.heft(command).ok().stderr(), "");
    }
}

#[test]
fn a_file_and_itself_differ_in_nothing_and_no_table_is_empty() {
    let place = Place::new();
    place.write("a.wasm", &crate::common::wasm("(module (func $a::f))"));
    for format in ["text", "markdown", "github"] {
        let out = place
            .heft(&format!(
                "diff --no-compress --format {format} a.wasm a.wasm"
            ))
            .ok()
            .stdout();
        assert!(out.contains("nothing differs"), "{out}");
        assert!(
            !out.contains("| section") && !out.contains("\nsection"),
            "{out}"
        );
    }
}

/// `run` alone leads to `work`; nothing leads to `lost`, whose name is one for a terminal to obey.
const KEPT: &str = r#"(module
    (func $run (export "run") call $work)
    (func $work nop nop nop)
    (func $lo\1bst nop nop nop nop nop))"#;

#[test]
fn what_keeps_the_most_and_what_nothing_keeps_are_told_when_asked_for() {
    let place = Place::new();
    place.write("m.wasm", &wasm(&KEPT.replace(r"$lo\1bst", r#"$"lo\1bst""#)));
    let run = place.heft("size --dominators --garbage --format json m.wasm");
    let report: Value = serde_json::from_str(&run.ok().stdout()).unwrap();
    let file = &report["files"][0];
    let rows = serde_json::json!([
        { "name": "export \"run\"", "crate": null, "bytes": 0, "retained_bytes": 11, "kept_by": null, "module": "0", "index": null },
        { "name": "run", "crate": "[unattributed]", "bytes": 5, "retained_bytes": 11, "kept_by": "export \"run\"", "module": "0", "index": 0 },
        { "name": "work", "crate": "[unattributed]", "bytes": 6, "retained_bytes": 6, "kept_by": "run", "module": "0", "index": 1 },
    ]);
    assert_eq!(file["dominators"], rows);
    assert_eq!(file["garbage"]["bytes"], 8);
    assert_eq!(file["garbage"]["functions"][0]["index"], 2);
    let text = place
        .heft("size --dominators --garbage --top 2 m.wasm")
        .ok();
    let said = text.stdout();
    assert!(
        said.contains("garbage: 8 B in 1 function that nothing leads to"),
        "{said}"
    );
    assert!(
        !said.contains('\u{1b}') && said.contains("kept by"),
        "{said}"
    );
    assert!(said.contains("11 B"), "{said}");
    // Nobody asked.
    let said = place.heft("size m.wasm").ok().stdout();
    assert!(
        !said.contains("garbage") && !said.contains("retained"),
        "{said}"
    );
}

#[test]
fn a_file_without_names_has_dominators_by_number_and_one_without_garbage_says_so() {
    let place = Place::new();
    place.write("m.wasm", &wasm("(module (func (export \"f\") nop))"));
    let said = place
        .heft("size --dominators --garbage m.wasm")
        .ok()
        .stdout();
    assert!(said.contains("(function 0 of module 0)"), "{said}");
    assert!(
        said.contains("garbage: none, something leads to every function"),
        "{said}"
    );
}
