//! Components of the shapes that toolchains make, reduced to what matters: who is called by whom.

use super::*;
use crate::attribution::attribute;

/// A component that takes the environment from the host, made as wit-component makes it: the import goes
/// through a table, since it needs the memory of the module that it is an import of.
fn component(main: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
        (import "wasi:cli/environment@0.2.0" (instance $env
            (export "get-environment" (func (result (list (tuple string string)))))))
        (core module $shim
            (type $t (func (param i32)))
            (table $table (export "$imports") 1 1 funcref)
            (func (export "0") (type $t) local.get 0 i32.const 0 call_indirect $table (type $t)))
        (core instance $s (instantiate $shim))
        (core instance $e (export "get-environment" (func $s "0")))
        (core module $main
            (import "wasi:cli/environment@0.2.0" "get-environment"
                (func $__wasm_import_environment_get_environment (param i32)))
            (memory (export "memory") 1)
            {main})
        (core instance $m (instantiate $main (with "wasi:cli/environment@0.2.0" (instance $e))))
        (core func $lowered (canon lower (func $env "get-environment")
            (memory (core memory $m "memory")) (realloc (core func $m "cabi_realloc"))))
        (core module $fixup
            (import "" "0" (func (param i32)))
            (import "" "$imports" (table 1 1 funcref))
            (elem (i32.const 0) func 0))
        (core instance $f (export "0" (func $lowered)) (export "$imports" (table $s "$imports")))
        (core instance (instantiate $fixup (with "" (instance $f)))))"#
    );
    wat::parse_str(&text).unwrap_or_else(|err| panic!("{err}"))
}

fn judged(file: &[u8]) -> Soundness {
    let attribution = attribute(file, None).expect("readable");
    soundness(file, &attribution).expect("a component")
}

/// wasi-libc's part of a wasm32-wasip2 program: its malloc, and the bindings that free what the host gave.
const LIBC: &str = r#"
    (func $dlmalloc call $prepend_alloc)
    (func $prepend_alloc)
    (func $dlfree)
    (func $malloc call $dlmalloc)
    (func $free call $dlfree)
    (func $posix_memalign call $dlmalloc)
    (func $realloc call $dlmalloc call $dlfree)
    (func $wasip2_list_tuple2_string_string_free call $free)
    (func $environment_get_environment
        i32.const 0 call $__wasm_import_environment_get_environment)
    (func $__wasilibc_initialize_environ
        call $environment_get_environment call $wasip2_list_tuple2_string_string_free call $malloc)
    (func $_start (export "run") call $__wasilibc_initialize_environ)"#;

/// `cabi_realloc` as the standard library has it: it ends with a message when there is no memory, and
/// printing that takes C's malloc.
fn rust(alloc: &str, more: &str) -> String {
    format!(
        r#"{LIBC}
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call $_RNvCs1_7___rustc12___rust_alloc
            call $_RNvCs1_5alloc5alloc18handle_alloc_error
            i32.const 0)
        (func $_RNvCs1_5alloc5alloc18handle_alloc_error call $malloc unreachable)
        (func $_RNvCs1_7___rustc12___rust_alloc call {alloc})
        {more}"#
    )
}

const TALC: &str = r#"$"<talc::wasm::WasmDynamicTalc as core::alloc::global::GlobalAlloc>::alloc""#;

#[test]
fn a_rust_allocator_beside_cs_corrupts_memory_and_the_remedy_is_named() {
    for (family, function) in [
        ("talc", TALC),
        (
            "dlmalloc crate",
            r#"$"dlmalloc::dlmalloc::Dlmalloc<A>::malloc""#,
        ),
        (
            "lol_alloc",
            r#"$"<lol_alloc::free_list_allocator::FreeListAllocator as core::alloc::GlobalAlloc>::alloc""#,
        ),
        ("rlsf", r#"$"rlsf::flex::FlexTlsf<S>::allocate""#),
        ("wee_alloc", r#"$"wee_alloc::alloc_with_refill""#),
        (
            "wasi-alloc slabs",
            r#"$"<wasi_alloc::slabs::Slabs<M> as core::alloc::global::GlobalAlloc>::alloc""#,
        ),
    ] {
        let body = format!("(func {function})");
        let found = judged(&component(&rust(function, &body)));
        assert_eq!(found.memory, Memory::Corrupts, "{family}");
        assert_eq!(found.realloc_allocator, Some(family));
        assert_eq!(found.free_allocator, Some("wasi-libc dlmalloc"));
        let warning = found.warning().expect("a warning");
        assert!(
            warning.contains("corrupts memory")
                && warning.contains(family)
                && warning.contains("wasi-alloc")
                && warning.contains("one-heap"),
            "{warning}"
        );
    }
}

#[test]
fn the_optimizer_may_inline_the_wrappers_of_both_sides() {
    let main = format!(
        r#"(func $dlmalloc) (func $dlfree)
        (func $wasip2_list_u8_free call $dlfree)
        (func $_start (export "run")
            i32.const 0 call $__wasm_import_environment_get_environment
            call $dlmalloc call $wasip2_list_u8_free)
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call {TALC} i32.const 0)
        (func {TALC})"#
    );
    assert_eq!(judged(&component(&main)).memory, Memory::Corrupts);
}

#[test]
fn one_allocator_is_sound_whichever_it_is() {
    // `system`: Rust's allocator is C's.
    for function in ["$malloc", "$posix_memalign", "$realloc", "$dlmalloc"] {
        let found = judged(&component(&rust(function, "")));
        assert_eq!(found.memory, Memory::Sound, "{function}");
        assert_eq!(found.realloc_allocator, Some("wasi-libc dlmalloc"));
        assert_eq!(found.warning(), None);
    }
    // One heap: C's family is served by the Rust allocator, wasi-libc's own is not linked.
    let main = format!(
        r#"(func $malloc call {TALC}) (func $free call {TALC}) (func {TALC})
        (func $__wasilibc_initialize_environ
            i32.const 0 call $__wasm_import_environment_get_environment call $free call $malloc)
        (func $_start (export "run") call $__wasilibc_initialize_environ)
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call {TALC} i32.const 0)"#
    );
    assert_eq!(judged(&component(&main)), Soundness::sound());
}

#[test]
fn a_c_program_is_sound() {
    let main = format!(
        r#"{LIBC}
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call $realloc call $abort i32.const 0)
        (func $abort unreachable)"#
    );
    assert_eq!(judged(&component(&main)).memory, Memory::Sound);
}

#[test]
fn two_heaps_that_never_meet_are_sound() {
    // Rust's own bindings take the list; C's malloc is there and is nobody's but C's.
    let rusts_own = format!(
        r#"(func $dlmalloc) (func $dlfree)
        (func $free call $dlfree)
        (func $"app::environment" i32.const 0 call $__wasm_import_environment_get_environment)
        (func $_start (export "run") call $"app::environment" call $dlmalloc call $free)
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call {TALC} i32.const 0)
        (func {TALC})"#
    );
    assert_eq!(judged(&component(&rusts_own)), Soundness::sound());
    // wasi-libc takes the list, but nothing leads to its malloc: the linker kept it in vain.
    let unused = format!(
        r#"(func $dlmalloc) (func $dlfree)
        (func $_start (export "run") i32.const 0 call $__wasm_import_environment_get_environment)
        (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            call {TALC} i32.const 0)
        (func {TALC})"#
    );
    assert_eq!(judged(&component(&unused)), Soundness::sound());
}

#[test]
fn what_cannot_be_told_is_unknown_and_no_warning() {
    // An allocator of the program's own.
    let own = rust(r#"$"app::Bump::alloc""#, r#"(func $"app::Bump::alloc")"#);
    let found = judged(&component(&own));
    assert_eq!(found.memory, Memory::Unknown);
    assert!(
        found
            .unknown_because
            .expect("why")
            .contains("`cabi_realloc`")
    );
    // No names.
    let named = component(&rust(TALC, &format!("(func {TALC})")));
    let found = judged(&without_names(&named));
    assert_eq!(found.memory, Memory::Unknown);
    assert!(
        found
            .unknown_because
            .expect("why")
            .contains("no function names")
    );
}

/// The same component without its name sections.
fn without_names(file: &[u8]) -> Vec<u8> {
    let stripped: Vec<_> = heft_wasm::core_modules::core_modules(file)
        .expect("readable")
        .into_iter()
        .map(|module| {
            let (kind, sections) = heft_wasm::binary::sections(module.bytes, 0).expect("readable");
            let mut out = heft_wasm::binary::header(kind);
            for section in sections.iter().filter(|section| section.custom().is_none()) {
                heft_wasm::binary::push_section(&mut out, section.id, section.body);
            }
            (module.index, out)
        })
        .collect();
    let module = |at: &heft_wasm::core_modules::IndexPath| {
        let found = stripped.iter().find(|(index, _)| index == at);
        found.expect("the same").1.as_slice()
    };
    heft_wasm::core_modules::rebuild(file, module, |_| true).expect("readable")
}

#[test]
fn a_module_with_a_heap_of_anothers_and_a_core_module_are_not_judged() {
    let text = r#"(component
        (import "a" (func $a (result string)))
        (core module $libc (memory (export "memory") 1))
        (core instance $l (instantiate $libc))
        (core module $adapter (import "env" "memory" (memory 1))
            (func (export "cabi_import_realloc") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $adapter (with "env" (instance $l))))
        (core func (canon lower (func $a)
            (memory (core memory $l "memory")) (realloc (core func $i "cabi_import_realloc")))))"#;
    let file = wat::parse_str(text).expect("right");
    assert_eq!(judged(&file), Soundness::sound());
    let module = wat::parse_str("(module (func $dlfree (export \"free\")))").expect("right");
    let attribution = attribute(&module, None).expect("readable");
    assert_eq!(soundness(&module, &attribution), None);
}

#[test]
fn short_names_in_the_artifact_change_no_verdict() {
    for (alloc, expected) in [
        (TALC, Memory::Corrupts),
        ("$malloc_of_rust", Memory::Unknown),
        ("$malloc", Memory::Sound),
    ] {
        let more = match alloc {
            "$malloc" => String::new(),
            other => format!("(func {other})"),
        };
        let named = component(&rust(alloc, &more));
        let before = judged(&named);
        assert_eq!(before.memory, expected);
        let short = heft_wasm::component::shorten_names(&without_names(&named), |_| false);
        let artifact = short.expect("readable");
        assert!(artifact.len() < without_names(&named).len());
        let attribution = attribute(&artifact, Some(&named)).expect("the same code");
        assert_eq!(soundness(&artifact, &attribution), Some(before));
        let alone = soundness(&artifact, &attribute(&artifact, None).expect("readable"));
        assert_eq!(alone.expect("a component").memory, Memory::Unknown);
    }
}
