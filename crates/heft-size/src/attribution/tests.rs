use super::*;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is right")
}

/// Name, bytes, code and data of each row, after checking that they add up.
#[track_caller]
fn rows(file: &[u8], names: Option<&[u8]>) -> Vec<(String, u64, u64, u64)> {
    let found = attribute(file, names).expect("readable");
    let rows = found.by_crate();
    assert_eq!(
        rows.iter().map(|row| row.bytes).sum::<Bytes>(),
        Bytes::of(file)
    );
    let numbers = |row: CrateSize| (row.name, row.bytes.0, row.code_bytes.0, row.data_bytes.0);
    rows.into_iter().map(numbers).collect()
}

const MODULE: &str = r#"(module
    (import "host" "f" (func $imported))
    (memory 1)
    (func $_ZN3app3run17h0123456789abcdefE nop nop)
    (func $_RNvNtCsaeYBpMJDXx8_4core9panicking5panic nop)
    (func $mystery)
    (data $.rodata._ZN3app5TABLE17h0123456789abcdefE "12345")
    (data $.rodata.1 "123"))"#;

#[test]
fn code_goes_to_its_crate_and_data_to_the_symbol_it_is_named_after() {
    let file = wasm(MODULE);
    let rows = rows(&file, None);
    let find = |name: &str| {
        rows.iter()
            .find(|row| row.0 == name)
            .expect("there")
            .clone()
    };
    // Length, number of locals, instructions, end; flags, length, content.
    assert_eq!(find("app"), ("app".to_owned(), 5 + 7, 5, 7));
    assert_eq!(find("core"), ("core".to_owned(), 4, 4, 0));
    assert_eq!(find(UNATTRIBUTED), (UNATTRIBUTED.to_owned(), 3, 3, 0));
    assert_eq!(find("[data]").3, 5);
}

#[test]
fn a_symbols_file_gives_the_names_and_not_the_sizes() {
    let symbols = wasm(MODULE);
    let file = heft_wasm::custom_sections::strip(&symbols, heft_wasm::custom_sections::Names::Drop)
        .expect("sections");
    let rows = rows(&file, Some(&symbols));
    assert!(rows.iter().any(|row| row.0 == "app"), "{rows:?}");
    assert!(!rows.iter().any(|row| row.0 == "[names]"), "{rows:?}");
}

#[test]
fn a_symbols_file_that_does_not_fit_is_refused() {
    let symbols = wasm(MODULE);
    let file = heft_wasm::custom_sections::strip(&symbols, heft_wasm::custom_sections::Names::Drop)
        .expect("sections");
    let other = wasm("(module (func $a nop))");
    let component = wasm("(component)");
    let refused = |names| {
        attribute(&file, Some(names))
            .expect_err("refused")
            .to_string()
    };
    assert!(refused(&other).contains("other code in module 0"));
    assert!(refused(&component).contains("is a component and the file a module"));
    assert!(refused(&file).contains("has no function names"));
    assert!(refused(&symbols[..symbols.len() - 1]).contains("symbols file can't be used"));
}

#[test]
fn without_names_all_code_is_unattributed() {
    let file = wasm("(module (func) (func nop))");
    let found = attribute(&file, None).expect("readable");
    assert!(!found.has_names);
    assert_eq!(found.code_bytes(), Bytes(3 + 4));
    assert_eq!(found.attributed_code_bytes(), Bytes(0));
}

#[test]
fn components_are_counted_at_every_depth() {
    let text = format!(
        "(component (core module {0} (component (core module {0} (@custom \"x\" \"12\")))",
        MODULE.trim_start_matches("(module")
    );
    let file = wasm(&text);
    let rows = rows(&file, None);
    assert_eq!(
        rows.iter().find(|row| row.0 == "app").expect("there").1,
        2 * 12
    );
    assert!(rows.iter().any(|row| row.0 == "[component]"));
}

#[test]
fn code_that_cannot_be_split_is_refused_with_the_offset() {
    let mut file = heft_wasm::binary::header(Kind::Module);
    heft_wasm::binary::push_section(&mut file, CODE, &[2, 2, 0, 0x0b]);
    let said = attribute(&file, None).expect_err("refused").to_string();
    assert!(
        said.contains("code section") && said.contains("0xe"),
        "{said}"
    );
}

#[test]
fn a_nameless_function_belongs_to_its_callers_when_they_agree() {
    let file = wasm(
        r#"(module
            (table 1 funcref) (elem (i32.const 0) func 4)
            (func $"app::a" call 2) (func $"app::b" call 2 call 3 call 4)
            (func nop nop) (func nop) (func)
            (func $"core::c" call 3))"#,
    );
    let rows = rows(&file, None);
    let find = |name: &str| rows.iter().find(|row| row.0 == name).expect("there").2;
    // The first nameless one is the application's; two crates call the second; a table has the third.
    assert_eq!(find("app"), 5 + 9 + 5);
    assert_eq!(find(UNATTRIBUTED), 4 + 3);
}

#[test]
fn the_shim_of_a_component_is_wit_components() {
    let file = wasm(
        r#"(component (core module
            (table (export "$imports") 1 1 funcref) (func (export "0") nop)))"#,
    );
    assert!(rows(&file, None).contains(&("wit-component".to_owned(), 4, 4, 0)));
}

#[test]
fn the_main_that_rustc_makes_is_the_programs_where_the_modules_name_tells_which() {
    let module = |name: &str| {
        wasm(&format!(
            "(module ${name}
                (func $__main_void nop nop)
                (func $_RNvNtCsaeYBpMJDXx8_4core9panicking5panic nop))"
        ))
    };
    let named = rows(&module("my-app-0123456789abcdef.wasm"), None);
    assert!(named.contains(&("my_app".to_owned(), 5, 5, 0)));
    for other in ["my-app.wasm", "app-12345678.wasm", "app-0123456789abcdef"] {
        let rows = rows(&module(other), None);
        assert!(rows.contains(&(RUSTC.to_owned(), 5, 5, 0)), "{other}");
    }
}

#[test]
fn in_a_component_a_symbols_file_may_have_other_names_of_imports_and_exports_but_nothing_else() {
    let component = |module: &str| {
        wasm(&format!(
            "(component (core module {module} (func $f) (func $g) (memory 1)))"
        ))
    };
    let long = r#"(import "library" "function" (func)) (export "one" (func $f))"#;
    let named = component(long);
    for (module, fits) in [
        (long, true),
        (r#"(import "a" "b" (func)) (export "c" (func $f))"#, true),
        (r#"(import "a" "b" (func)) (export "c" (func $g))"#, false),
        (r#"(import "a" "b" (func)) (export "c" (memory 0))"#, false),
        (
            r#"(import "a" "b" (global i32)) (export "c" (func $f))"#,
            false,
        ),
        (
            r#"(import "a" "b" (func)) (export "c" (func $f)) (export "d" (func $f))"#,
            false,
        ),
    ] {
        let fitted = attribute(&component(module), Some(&named)).is_ok();
        assert_eq!(fitted, fits, "{module}");
    }
    let alone = |name: &str| wasm(&format!(r#"(module (func $f (export "{name}")))"#));
    assert!(attribute(&alone("one"), Some(&alone("one"))).is_ok());
    assert!(attribute(&alone("one"), Some(&alone("a"))).is_err());
}
