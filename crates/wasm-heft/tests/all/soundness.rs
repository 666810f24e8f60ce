//! Components that corrupt memory, from outside: `size` says so, `gate --sound` refuses them.

use crate::common::{MODULE, Place, wasm};
use crate::schemas::fits;
use serde_json::Value;

/// A component as rustc makes it for wasm32-wasip2, reduced to who calls whom: the host puts the
/// environment into memory from `cabi_realloc`, and wasi-libc gives it to C's `free`.
fn component(rust_alloc: &str) -> Vec<u8> {
    wasm(&format!(
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
            (func $dlmalloc) (func $dlfree)
            (func $malloc call $dlmalloc)
            (func $free call $dlfree)
            (func $__wasilibc_initialize_environ
                i32.const 0 call $__wasm_import_environment_get_environment call $free call $malloc)
            (func $_start (export "run") call $__wasilibc_initialize_environ)
            (func $"talc::base::Talc<S,B>::allocate")
            (func $cabi_realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                call {rust_alloc} i32.const 0))
        (core instance $m (instantiate $main (with "wasi:cli/environment@0.2.0" (instance $e))))
        (core func (canon lower (func $env "get-environment")
            (memory (core memory $m "memory")) (realloc (core func $m "cabi_realloc")))))"#
    ))
}

const TALC: &str = r#"$"talc::base::Talc<S,B>::allocate""#;

fn place() -> Place {
    let place = Place::new();
    place.write("plain.wasm", &component(TALC));
    place.write("sound.wasm", &component("$malloc"));
    place.write("module.wasm", &wasm(MODULE));
    place
}

#[test]
fn size_warns_of_a_component_that_corrupts_memory_and_exits_with_0() {
    let place = place();
    let run = place.heft("size --no-compress plain.wasm").ok();
    let warning = "warning: it corrupts memory: what the host hands in is from talc (`cabi_realloc`), and \
                   wasi-libc gives it to wasi-libc dlmalloc (`free`); put one allocator under both, with \
                   the crate wasi-alloc and its feature one-heap";
    let stdout = run.stdout();
    assert!(stdout.lines().any(|line| line == warning), "{stdout}");
    let github = place.heft("size --no-compress --format github plain.wasm");
    let command = "::error title=wasm-heft size::plain.wasm: it corrupts memory: ";
    assert!(
        github
            .ok()
            .stdout()
            .lines()
            .any(|line| line.starts_with(command))
    );
    for file in ["sound.wasm", "module.wasm"] {
        for format in ["text", "markdown", "github"] {
            let run = place.heft(&format!("size --no-compress --format {format} {file}"));
            let said = run.ok().stdout();
            assert!(!said.contains("corrupts"), "{file} {format}");
            let is_told = said.contains("memory: no mix of allocators found");
            assert_eq!(is_told, file == "sound.wasm", "{file} {format}");
        }
    }
}

#[test]
fn json_says_who_serves_and_who_frees() {
    let place = place();
    let run = place.heft("size --no-compress --format json plain.wasm sound.wasm module.wasm");
    let run = run.ok();
    fits("size", run.stdout_bytes());
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    let found = |file: usize| report["files"][file]["soundness"].clone();
    assert_eq!(
        found(0),
        serde_json::json!({"memory": "corrupts", "realloc_allocator": "talc",
            "free_allocator": "wasi-libc dlmalloc", "unknown_because": null})
    );
    assert_eq!(
        found(1),
        serde_json::json!({"memory": "sound", "realloc_allocator": "wasi-libc dlmalloc",
            "free_allocator": "wasi-libc dlmalloc", "unknown_because": null})
    );
    assert_eq!(found(2), Value::Null);
}

#[test]
fn the_gate_refuses_what_corrupts_memory_where_it_is_asked_to() {
    let place = place();
    let run = place.heft("gate --sound a=plain.wasm b=sound.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().starts_with("error: `a`: it corrupts memory: "),
        "{}",
        run.stderr()
    );
    assert_eq!(run.stderr().lines().count(), 1);
    let run = place.heft("gate --sound b=sound.wasm c=module.wasm").ok();
    assert_eq!(
        (run.stderr(), run.stdout()),
        (
            String::new(),
            "memory: no mix of allocators found\n".to_owned()
        )
    );

    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n",
    );
    place.heft("gate --budgets budgets.toml a=plain.wasm").ok();
    let run = place.heft("gate --budgets budgets.toml --sound --format json a=plain.wasm");
    assert_eq!(run.code(), 1);
    fits("gate", run.stdout_bytes());
    let report: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(report["passed"], false);
    assert_eq!(report["unsound"][0]["artifact"], "a");
    assert_eq!(report["unsound"][0]["memory"], "corrupts");
}

#[test]
fn what_a_heft_toml_builds_has_to_be_sound() {
    let place = place();
    place.write(
        "heft.toml",
        b"schema = 1\nbudgets = \"budgets.toml\"\noutput = \"out\"\n[[artifact]]\nname = \"app\"\npackage = \"app\"\ntargets = [\"wasip2\"]\n",
    );
    place.write(
        "budgets.toml",
        b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 MiB\" }\n",
    );
    std::fs::create_dir(place.path("out")).unwrap();
    place.write("out/app-wasip2.wasm", &place.read("sound.wasm"));
    let said = place.heft("gate").ok().stdout();
    assert!(
        said.ends_with("memory: no mix of allocators found\n"),
        "{said}"
    );
    // Of a component without names it is not known, and nobody asked.
    place.write(
        "out/app-wasip2.wasm",
        &without_names(&place.read("plain.wasm")),
    );
    place.heft("gate").ok();
    place.write("out/app-wasip2.wasm", &place.read("plain.wasm"));
    let run = place.heft("gate");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr()
            .starts_with("error: `app-wasip2`: it corrupts memory: "),
        "{}",
        run.stderr()
    );
    // It is not a limit that somebody set: without one nothing is held.
    let toml = String::from_utf8(place.read("heft.toml")).unwrap();
    place.write(
        "heft.toml",
        toml.replace("budgets = \"budgets.toml\"\n", "").as_bytes(),
    );
    let said = place.heft("gate").refused();
    assert!(said.contains("heft-0010"), "{said}");
}

#[test]
fn names_beside_a_file_tell_and_without_any_the_gate_refuses() {
    let place = place();
    let named = place.read("plain.wasm");
    let nameless = without_names(&named);
    place.write("bare.wasm", &nameless);
    let run = place.heft("gate --sound a=bare.wasm");
    assert_eq!(run.code(), 1);
    let expected = "error: `a`: whether it corrupts memory is not known: ";
    assert!(run.stderr().starts_with(expected), "{}", run.stderr());
    let shown = place.heft("size --no-compress bare.wasm").ok().stdout();
    assert!(
        shown.contains("\nnote: whether it corrupts memory is not known")
            && !shown.contains("warning"),
        "{shown}"
    );
    place.write("bare.names.wasm", &named);
    let run = place.heft("gate --sound a=bare.wasm");
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().contains("it corrupts memory: "),
        "{}",
        run.stderr()
    );
    let run = place.heft("gate --sound");
    assert_eq!(run.code(), 2);
}

fn without_names(file: &[u8]) -> Vec<u8> {
    use heft_wasm::binary::{header, push_section, sections};
    let modules: Vec<_> = heft_wasm::core_modules::core_modules(file)
        .unwrap()
        .into_iter()
        .map(|module| {
            let (kind, sections) = sections(module.bytes, 0).unwrap();
            let mut out = header(kind);
            for section in sections.iter().filter(|section| section.custom().is_none()) {
                push_section(&mut out, section.id, section.body);
            }
            (module.index, out)
        })
        .collect();
    let module = |at: &heft_wasm::core_modules::IndexPath| {
        let found = modules.iter().find(|(index, _)| index == at);
        found.unwrap().1.as_slice()
    };
    heft_wasm::core_modules::rebuild(file, module, |_| true).unwrap()
}
