use super::*;

/// Names as they are: the tests write demangled ones.
const AS_THEY_ARE: Panics = Panics {
    readable: str::to_owned,
};

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is right")
}

/// Whether each function of a module traps at once, by name.
fn traps(module: &[u8]) -> Vec<(String, bool)> {
    let found = functions_of(module).expect("readable");
    let own: BTreeSet<u32> = found.iter().map(|function| function.index).collect();
    let all = trap_functions(module, &own).expect("readable");
    let of = |function: &Function<'_>| {
        let one = BTreeSet::from([function.index]);
        // What is a trap already is not changed by becoming one.
        let same = trap_functions(module, &one).expect("readable") == module;
        (function.name.unwrap_or("-").to_owned(), same)
    };
    assert!(all.len() <= module.len());
    found.iter().map(of).collect()
}

fn trapped(file: &[u8]) -> Trapped {
    Trapped::new(file, &AS_THEY_ARE).expect("it can be done")
}

fn refused(file: &[u8]) -> String {
    match Trapped::new(file, &AS_THEY_ARE) {
        Ok(_) => panic!("it is refused"),
        Err(err) => err.to_string(),
    }
}

#[test]
fn a_function_that_panics_traps_and_all_others_stay() {
    let module = wasm(
        r#"(module (import "a" "f" (func $f)) (memory 1)
            (func $"core::panicking::panic_fmt" (param i32 i32) call $f unreachable)
            (func $"core::panicking::panic_display" (param i32) (local i32) call $f)
            (func $"core::option::unwrap_failed" (result i32) unreachable)
            (func $"app::core::panicking::panic" call $f unreachable)
            (func $"std::process::exit" (param i32) call $f unreachable)
            (func (export "run") call $f unreachable))"#,
    );
    let trapped = trapped(&module);
    let found = traps(&trapped.file);
    let found: Vec<(&str, bool)> = found.iter().map(|(name, is)| (&name[..], *is)).collect();
    assert_eq!(
        found,
        [
            ("core::panicking::panic_fmt", true),
            ("core::panicking::panic_display", false),
            ("core::option::unwrap_failed", true),
            ("app::core::panicking::panic", false),
            ("std::process::exit", false),
            ("-", false),
        ]
    );
    assert_eq!(
        trapped.functions[&IndexPath(vec![0])],
        ["core::panicking::panic_fmt"]
    );
    // One has no end that traps, one has a result.
    assert_eq!(trapped.notes.len(), 2, "{:?}", trapped.notes);
    assert!(trapped.notes[0].contains("`core::panicking::panic_display` may return"));
}

#[test]
fn modules_of_a_component_are_looked_at_one_by_one() {
    let file = wasm(
        r#"(component
            (core module (func $"core::panicking::panic" nop unreachable))
            (core module (func $other nop unreachable))
            (component (core module (func $rust_begin_unwind nop unreachable))))"#,
    );
    let trapped = trapped(&file);
    let indices: Vec<String> = trapped.functions.keys().map(IndexPath::to_string).collect();
    assert_eq!(indices, ["0", "0.0"]);
    let modules = core_modules(&trapped.file).expect("readable");
    let sizes: Vec<usize> = modules.iter().map(|module| module.bytes.len()).collect();
    let before = core_modules(&file).expect("readable");
    let less: Vec<usize> = (before.iter().zip(sizes))
        .map(|(module, size)| module.bytes.len() - size)
        .collect();
    assert_eq!(less, [1, 0, 1]);
}

#[test]
fn a_file_without_names_is_refused() {
    let said = refused(&wasm("(module (func unreachable))"));
    assert!(said.contains("it names no functions"), "{said}");
}

#[test]
fn a_module_that_may_catch_a_panic_is_refused_and_another_beside_it_is_not() {
    let panic = r#"(func $"core::panicking::panic" nop unreachable)"#;
    for more in [
        "(tag (param i32))",
        r#"(import "env" "exception" (tag))"#,
        "(func (block (try_table (catch_all 0))))",
        r#"(import "env" "invoke_vi" (func (param i32 i32)))"#,
    ] {
        let said = refused(&wasm(&format!("(module {more} {panic})")));
        assert!(said.contains("core module 0 handles exceptions"), "{said}");
        // It has no function that panics.
        let apart = wasm(&format!(
            "(component (core module {more} (func $f)) (core module {panic}))"
        ));
        assert_eq!(trapped(&apart).functions.len(), 1);
    }
    let other = format!(r#"(module (import "env" "revoke_vi" (func)) {panic})"#);
    assert_eq!(trapped(&wasm(&other)).functions.len(), 1);
}

#[test]
fn an_object_file_is_left_alone() {
    let file =
        wasm(r#"(module (func $rust_begin_unwind nop unreachable) (@custom "linking" "\02"))"#);
    let trapped = trapped(&file);
    assert!(trapped.file == file && trapped.functions.is_empty());
}

#[test]
fn hints_that_point_into_the_code_go_with_a_note() {
    let hinted = r#"(@custom "metadata.code.branch_hint" "\00") (@custom "mine" "stays")"#;
    let panic = "(func $rust_begin_unwind nop unreachable)";
    let changed = trapped(&wasm(&format!("(module {panic} {hinted})")));
    let (_, sections) = sections(&changed.file, 0).expect("readable");
    let names: Vec<&str> = sections
        .iter()
        .filter_map(|s| Some(s.custom()?.0))
        .collect();
    assert_eq!(names, ["mine", "name"]);
    assert!(changed.notes[0].contains("`metadata.code.branch_hint` is gone"));
    // Nothing was changed, so they still fit.
    let same = wasm(&format!("(module (func $f) {hinted})"));
    assert!(trapped(&same).file == same);
}

#[test]
fn names_that_are_long_or_strange_are_only_looked_at() {
    let long = "core::panicking".repeat(20_000);
    for name in [
        &long[..],
        "<<<<<<",
        "core::panicking::\u{202e}\\0a",
        "_R",
        "_ZN",
    ] {
        let mut module = wasm("(module (func nop unreachable))");
        let mut names = vec![1];
        let mut map = vec![1, 0];
        wasm_name(&mut map, name.as_bytes());
        wasm_name(&mut names, &map);
        let mut section = b"\x04name".to_vec();
        section.extend(names);
        heft_wasm::binary::push_section(&mut module, 0, &section);
        let expected = usize::from(name.starts_with("core::panicking::\u{202e}"));
        assert_eq!(trapped(&module).functions.len(), expected);
    }
}

/// Bytes with their number before.
fn wasm_name(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    loop {
        let low = u8::try_from(length & 0x7f).expect("seven bits");
        length >>= 7;
        if length == 0 {
            out.push(low);
            break;
        }
        out.push(low | 0x80);
    }
    out.extend(bytes);
}
