//! Crates depend downward only, and no module imports one that imports it.
//!
//! Read from the manifests and from the `use` lines and paths in the sources. Test modules may import
//! what they test. The programs for wasm are looked at by `clawft-wasm/tests/layers.rs`.

mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use imports::{circle, crates, imports, without_tests};

/// The crates of the tool, each with those it may depend on, lowest first.
const LAYERS: [(&str, &[&str]); 10] = [
    ("heft-wasm", &[]),
    ("heft-data", &["heft-wasm"]),
    ("heft-comment", &["heft-data"]),
    ("heft-project", &["heft-data"]),
    ("heft-size", &["heft-data", "heft-wasm"]),
    ("heft-optimize", &["heft-data", "heft-wasm"]),
    ("heft-bench", &["heft-data", "heft-wasm"]),
    ("heft-gate", &["heft-data", "heft-size", "heft-wasm"]),
    (
        "heft-report",
        &["heft-data", "heft-gate", "heft-size", "heft-wasm"],
    ),
    (
        "wasm-heft",
        &[
            "heft-bench",
            "heft-comment",
            "heft-data",
            "heft-gate",
            "heft-optimize",
            "heft-project",
            "heft-report",
            "heft-size",
            "heft-wasm",
        ],
    ),
];

/// The only crate with the engine, and what tells the engine.
const ENGINE: (&str, &str) = ("heft-bench", "wasmtime");

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// What a manifest declares for its library and for what builds it, on any target.
fn dependencies(manifest: &toml::Table) -> Vec<&String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(toml::Table::values);
    let tables = targets.filter_map(toml::Value::as_table).chain([manifest]);
    let kinds =
        tables.flat_map(|table| ["dependencies", "build-dependencies"].map(|kind| table.get(kind)));
    let declared = kinds.flatten().filter_map(toml::Value::as_table);
    declared.flat_map(toml::Table::keys).collect()
}

/// What is wrong with the dependencies that a manifest declares.
fn wrong_dependencies(name: &str, manifest: &str) -> Vec<String> {
    let (_, may) = LAYERS.iter().find(|(other, _)| *other == name).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut wrong = Vec::new();
    for dependency in dependencies(&manifest) {
        let ours = LAYERS.iter().any(|(other, _)| other == dependency);
        let engine = dependency.starts_with(ENGINE.1) && name != ENGINE.0;
        if engine || (ours && !may.contains(&dependency.as_str())) {
            wrong.push(format!("{name} must not depend on {dependency}"));
        }
    }
    wrong
}

#[test]
fn every_crate_of_the_tool_has_its_layer() {
    let mut found: Vec<String> = fs::read_dir(folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("heft-") || name == "wasm-heft")
        .collect();
    found.sort();
    let mut known = LAYERS.map(|(name, _)| name);
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn crates_depend_downward_and_one_has_the_engine() {
    for (name, _) in LAYERS {
        let manifest = fs::read_to_string(folder(name).join("Cargo.toml")).unwrap();
        assert_eq!(wrong_dependencies(name, &manifest), [""; 0]);
    }
}

#[test]
fn a_dependency_upward_and_a_second_engine_are_found() {
    let declared = "heft-gate.workspace = true\nheft-wasm.workspace = true\nwasmtime-wasi = \"1\"\nserde = \"1\"\n";
    for table in [
        "dependencies",
        "build-dependencies",
        "target.'cfg(unix)'.dependencies",
        "target.'cfg(unix)'.build-dependencies",
    ] {
        assert_eq!(
            wrong_dependencies("heft-size", &format!("[{table}]\n{declared}")),
            [
                "heft-size must not depend on heft-gate",
                "heft-size must not depend on wasmtime-wasi"
            ],
            "{table}"
        );
    }
    let tests = format!("[dev-dependencies]\n{declared}");
    assert_eq!(wrong_dependencies("heft-size", &tests), [""; 0]);
}

#[test]
fn no_module_imports_one_that_imports_it() {
    for (name, _) in LAYERS {
        for modules in crates(&folder(name).join("src")) {
            assert!(!modules.is_empty(), "{name}");
            assert_eq!(circle(&imports(&modules)), None, "{name}");
        }
    }
}

#[test]
fn a_circle_of_modules_is_found_however_it_is_written() {
    let graph = |texts: &[(&str, &str)]| {
        let modules = texts.iter().map(|(name, text)| {
            let path = name.split("::").filter(|part| !part.is_empty());
            (path.map(str::to_owned).collect(), without_tests(text))
        });
        circle(&imports(&modules.collect()))
    };
    let found = |texts: &[(&str, &str)]| graph(texts).unwrap();
    assert_eq!(
        found(&[("a", "use crate::b::B;"), ("b", "use super::a::{A, C};")]),
        "a -> b"
    );
    assert_eq!(
        found(&[
            ("a", "pub use c::C;"),
            ("a::c", "use crate::{d::D, e};"),
            ("d", "fn f() { super::a::g() }"),
            ("e", ""),
        ]),
        "a -> a::c -> d"
    );
    assert_eq!(
        found(&[("", "mod a;\npub use a::A;"), ("a", "use crate::A;")]),
        "the root -> a"
    );
    assert_eq!(
        found(&[
            (
                "a",
                "mod inner {\n    mod inmost {\n        use super::super::super::b::B;\n    }\n}"
            ),
            ("b", "use crate::a::A;"),
        ]),
        "a -> b"
    );
    let downward = [
        ("", "mod a;\nmod b;\npub use a::A;"),
        (
            "a",
            "use c::C;\nuse crate::b::B; // use crate::a::A;\n#[cfg(test)]\nmod tests { use crate::A; }",
        ),
        ("a::c", "fn f() { super::super::b::g() }"),
        (
            "b",
            "pub(crate) mod inner {\n    use super::B;\n    const N: usize = super::N;\n}\nuse heft_wasm::a::A;",
        ),
    ];
    assert_eq!(graph(&downward), None);
}
