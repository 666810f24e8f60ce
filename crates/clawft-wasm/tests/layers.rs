//! No module of a program for wasm, or of a library of theirs, imports one that imports it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../wasm-heft/tests/all/layers/imports.rs"]
mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use imports::{circle, crates, imports};

/// All that is not the tool.
const GUESTS: [&str; 4] = [
    "alloc-workloads",
    "clawft-types",
    "clawft-wasm",
    "wasi-alloc",
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

#[test]
fn every_crate_that_is_not_the_tools_is_looked_at() {
    let mut found: Vec<String> = fs::read_dir(folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("heft-") && name != "wasm-heft")
        .collect();
    found.sort();
    assert_eq!(found, GUESTS);
}

#[test]
fn no_module_imports_one_that_imports_it() {
    let mut circles = Vec::new();
    for name in GUESTS {
        for modules in crates(&folder(name).join("src")) {
            assert!(!modules.is_empty(), "{name}");
            let found = circle(&imports(&modules));
            circles.extend(found.map(|found| format!("{name}: {found}")));
        }
    }
    assert_eq!(circles, [""; 0]);
}

#[test]
fn programs_are_crates_of_their_own() {
    let crates = crates(&folder("alloc-workloads").join("src"));
    let root: Vec<String> = Vec::new();
    let has = |module: &str| {
        let module = vec![module.to_owned()];
        crates
            .iter()
            .filter(|modules| modules.contains_key(&module))
            .count()
    };
    // `src/random.rs` and `src/bin/endure/random.rs`.
    assert_eq!((has("random"), has("checksum"), has("bin")), (2, 1, 0));
    assert!(crates.iter().all(|modules| modules.contains_key(&root)));
}
