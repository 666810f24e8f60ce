use super::*;
use crate::component::used_exports::imports;
use crate::core_modules::core_modules;
use crate::exports::export_names;
use crate::validate::validate;
use wasmparser::WasmFeatures;

/// The component with short names; checked to be valid and to stay the same the second time.
fn shortened(text: &str) -> Vec<u8> {
    let component = wat::parse_str(text).expect("the test's text is right");
    validate(&component, WasmFeatures::all()).expect("valid");
    let short = shorten_names(&component, |_| false).expect("known");
    validate(&short, WasmFeatures::all()).expect("valid with short names");
    let again = shorten_names(&short, |_| false).expect("known");
    assert!(again == short, "the second time something is left to do");
    assert!(short.len() <= component.len());
    short
}

/// What each module imports and exports: `module.name module.name > name name`.
fn modules(component: &[u8]) -> Vec<String> {
    let found = core_modules(component).expect("readable");
    let of_one = |bytes| {
        let imports: Vec<String> = imports(bytes)
            .expect("readable")
            .into_iter()
            .map(|(module, name)| format!("{module}.{name}"))
            .collect();
        let exports = export_names(bytes).expect("readable").join(" ");
        format!("{} > {exports}", imports.join(" "))
    };
    found
        .into_iter()
        .map(|module| of_one(module.bytes))
        .collect()
}

#[test]
fn an_import_and_the_export_it_refers_to_get_the_same_short_name() {
    let short = shortened(
        r#"(component
        (core module $lib (func (export "first")) (memory (export "memory") 1) (func (export "second")))
        (core module $main (import "library" "second" (func)) (import "library" "memory" (memory 1))
            (func (export "run")))
        (core instance $l (instantiate $lib))
        (core instance $m (instantiate $main (with "library" (instance $l))))
        (func (export "run") (canon lift (core func $m "run"))))"#,
    );
    assert_eq!(modules(&short), [" > a b c", "a.c a.b > a"]);
}

#[test]
fn options_of_canonical_functions_find_the_exports_they_name() {
    let short = shortened(
        r#"(component
        (import "host" (func $host (param "x" string) (result string)))
        (core module $libc (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $l (instantiate $libc))
        (core func $lowered (canon lower (func $host)
            (memory (core memory $l "memory")) (realloc (core func $l "cabi_realloc"))))
        (core module $main (import "host" "call" (func (param i32 i32 i32)))
            (func (export "greet") (param i32 i32) (result i32) unreachable)
            (func (export "cabi_post_greet") (param i32)))
        (core instance $m (instantiate $main
            (with "host" (instance (export "call" (func $lowered)) (export "unused" (func $lowered))))))
        (func (export "greet") (param "x" string) (result string)
            (canon lift (core func $m "greet") (memory (core memory $l "memory"))
                (realloc (core func $l "cabi_realloc")) (post-return (core func $m "cabi_post_greet")))))"#,
    );
    assert_eq!(modules(&short), [" > a b", "a.a > a b"]);
    assert!(!short.windows(6).any(|word| word == b"unused"));
    assert!(
        short.windows(5).any(|word| word == b"greet"),
        "its own export stays"
    );
}

#[test]
fn one_name_fits_all_instances_that_a_module_gets() {
    // `$main` gets `a` from a module that calls it second and from items that have it alone.
    let short = shortened(
        r#"(component
        (core module $one (func (export "other")) (func $f (export "function")))
        (core module $main (import "library" "function" (func)))
        (core instance $o (instantiate $one))
        (core instance (instantiate $main (with "library" (instance $o))))
        (alias core export $o "other" (core func $other))
        (core instance $items (export "function" (func $other)))
        (core instance (instantiate $main (with "library" (instance $items)))))"#,
    );
    assert_eq!(modules(&short), [" > a b", "a.b > "]);
}

#[test]
fn instances_of_single_items_in_an_alias_are_renamed_too() {
    let short = shortened(
        r#"(component
        (core module $m (func (export "function")))
        (core instance $i (instantiate $m))
        (core instance $items (export "something" (func $i "function")) (export "else" (func $i "function")))
        (alias core export $items "else" (core func $second))
        (func (export "run") (canon lift (core func $second))))"#,
    );
    assert_eq!(modules(&short), [" > a"]);
    for gone in [&b"something"[..], b"else", b"function"] {
        assert!(!short.windows(gone.len()).any(|word| word == gone));
    }
}

#[test]
fn arguments_that_a_module_imports_nothing_from_go() {
    let short = shortened(
        r#"(component
        (core module $lib (func (export "function")))
        (core module $main)
        (core instance $l (instantiate $lib))
        (core instance (instantiate $main (with "library" (instance $l)))))"#,
    );
    assert!(!short.windows(7).any(|word| word == b"library"));
}

const LIBRARY: &str =
    r#"(core module $lib (import "from" "imported" (func)) (func (export "exported")))"#;

#[test]
fn a_module_that_is_exported_or_passed_on_keeps_its_names() {
    for hand_out in [
        r#"(export "m" (core module $lib))"#,
        r#"(component $c (import "m" (core module (import "from" "imported" (func)))))
           (instance (instantiate $c (with "m" (core module $lib))))"#,
        r#"(instance (export "m" (core module $lib)))"#,
        r#"(component (alias outer 1 0 (core module $again)) (export "m" (core module $again)))"#,
    ] {
        let short = shortened(&format!(
            r#"(component {LIBRARY} {hand_out}
            (core module $one (func (export "exported")) (func (export "imported")))
            (core instance $o (instantiate $one))
            (core instance (instantiate $lib (with "from" (instance $o)))))"#
        ));
        let expected = ["from.imported > exported", " > a imported"];
        assert_eq!(modules(&short), expected, "{hand_out}");
    }
}

#[test]
fn what_an_imported_module_uses_or_gives_keeps_its_names() {
    let short = shortened(
        r#"(component
        (import "outside" (core module $outside
            (import "library" "function" (func)) (export "result" (func))))
        (core module $lib (func (export "function")) (func (export "another")))
        (core instance $l (instantiate $lib))
        (core instance $o (instantiate $outside (with "library" (instance $l))))
        (core module $main (import "there" "result" (func)) (func (export "exported")))
        (core instance $m (instantiate $main (with "there" (instance $o))))
        (alias core export $m "exported" (core func))
        (alias core export $o "result" (core func $result))
        (core instance $items (export "function" (func $result)))
        (core instance (instantiate $outside (with "library" (instance $items)))))"#,
    );
    assert_eq!(modules(&short), [" > function another", "a.result > a"]);
}

#[test]
fn nested_components_may_share_a_module_and_its_names() {
    let short = shortened(
        r#"(component
        (core module $lib (func (export "first")) (func (export "second")))
        (component
            (alias outer 1 0 (core module $m))
            (core instance $i (instantiate $m))
            (core module $main (import "library" "second" (func)))
            (core instance (instantiate $main (with "library" (instance $i)))))
        (core instance $i (instantiate $lib))
        (func (export "run") (canon lift (core func $i "second"))))"#,
    );
    assert_eq!(modules(&short), [" > a b", "a.b > "]);
}

#[test]
fn a_module_that_the_caller_names_keeps_its_names() {
    let text = r#"(component
        (core module $lib (func (export "function")))
        (core module $main (import "library" "function" (func)) (func (export "exported")))
        (core instance $l (instantiate $lib))
        (core instance (instantiate $main (with "library" (instance $l)))))"#;
    let component = wat::parse_str(text).expect("right");
    let main = core_modules(&component).expect("readable")[1]
        .bytes
        .to_vec();
    let short = shorten_names(&component, |module| module == main).expect("known");
    assert!(short == component);
    let lib = core_modules(&component).expect("readable")[0]
        .bytes
        .to_vec();
    let short = shorten_names(&component, |module| module == lib).expect("known");
    assert_eq!(modules(&short), [" > function", "a.function > a"]);
}

#[test]
fn a_component_with_a_section_that_is_not_known_is_refused() {
    let mut component = wat::parse_str("(component)").expect("right");
    crate::binary::push_section(&mut component, 13, b"");
    let why = shorten_names(&component, |_| false).expect_err("not known");
    assert_eq!(why, "it has a section, which is not known");
}

#[test]
fn another_function_of_the_same_type_is_noticed() {
    let component = |name: &str| {
        let text = format!(
            r#"(component
            (core module $lib (func (export "a")) (func (export "b")))
            (core module $main (import "lib" "{name}" (func)))
            (core instance $l (instantiate $lib))
            (core instance (instantiate $main (with "lib" (instance $l)))))"#
        );
        wat::parse_str(text).expect("right")
    };
    let resolved = |component: &[u8]| {
        let wiring = Wiring::read(component, |_| false).expect("known");
        wiring.resolved()
    };
    assert!(resolved(&component("a")) == resolved(&component("a")));
    assert!(resolved(&component("a")) != resolved(&component("b")));
}
