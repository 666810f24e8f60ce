//! Crates depend downward only, and no module imports one that imports it.
//!
//! Read from the manifests and from the `use` lines and paths in the sources. Test modules may import
//! what they test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

/// What is wrong with the dependencies that a manifest declares for its library.
fn wrong_dependencies(name: &str, manifest: &str) -> Vec<String> {
    let (_, may) = LAYERS.iter().find(|(other, _)| *other == name).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut wrong = Vec::new();
    for dependency in manifest["dependencies"].as_table().unwrap().keys() {
        let ours = LAYERS.iter().any(|(other, _)| other == dependency);
        let engine = dependency.starts_with(ENGINE.1) && name != ENGINE.0;
        if engine || (ours && !may.contains(&dependency.as_str())) {
            wrong.push(format!("{name} must not depend on {dependency}"));
        }
    }
    wrong
}

/// The modules of a crate by path (`plot::axis`; the root is empty), and the text of each without tests.
fn modules(source: &Path) -> BTreeMap<Vec<String>, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let relative = path.strip_prefix(source).unwrap().with_extension("");
                let mut module: Vec<String> = relative
                    .iter()
                    .map(|part| part.to_str().unwrap().to_owned())
                    .collect();
                if ["lib", "main", "mod"].contains(&module.last().unwrap().as_str()) {
                    module.pop();
                }
                if module.last().is_none_or(|last| last != "tests") {
                    let text: &mut String = found.entry(module).or_default();
                    text.push_str(&without_tests(&fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    found
}

/// The text up to the test module at its end, without comments.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = code.lines().map(|line| line.split("//").next().unwrap());
    code.collect::<Vec<_>>().join("\n")
}

/// Every path in a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &[String], tree: &str, out: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let split = |path: &str| -> Vec<String> {
        let parts = path.split("::").map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let Some((head, inner)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap();
        out.push([prefix, &split(path)].concat());
        return;
    };
    let prefix = [prefix, &split(head)].concat();
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inner[start..at], out);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inner[start..].trim().is_empty() {
        expand(&prefix, &inner[start..], out);
    }
}

/// The paths that a text imports or writes out.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("use ") {
        if before.ends_with(['\n', ' ']) || before.is_empty() {
            expand(&[], after.split(';').next().unwrap(), &mut out);
        }
        rest = after;
    }
    for start in ["crate::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path = text[at..].split(|c| !is_path(c)).next().unwrap();
            // A tree in braces is one of the above.
            if !path.ends_with("::") {
                expand(&[], path, &mut out);
            }
        }
    }
    out
}

/// Which module imports which.
fn imports(
    modules: &BTreeMap<Vec<String>, String>,
) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let mut graph = BTreeMap::new();
    for (module, text) in modules {
        let edges: &mut BTreeSet<Vec<String>> = graph.entry(module.clone()).or_default();
        for path in paths(text) {
            let absolute = match path.first().map(String::as_str) {
                Some("crate") => path[1..].to_vec(),
                Some("self") => [module, &path[1..]].concat(),
                Some("super") => {
                    let up = path.iter().take_while(|part| *part == "super").count();
                    let base = &module[..module.len().saturating_sub(up)];
                    [base, &path[up..]].concat()
                }
                Some(first) => {
                    let child = [module.as_slice(), &[first.to_owned()]].concat();
                    if !modules.contains_key(&child) {
                        continue;
                    }
                    [module.as_slice(), &path].concat()
                }
                None => continue,
            };
            let mut targets = (0..=absolute.len()).rev().map(|n| &absolute[..n]);
            let target = targets.find(|path| modules.contains_key(*path));
            edges.extend(
                target
                    .filter(|path| *path != module)
                    .map(<[String]>::to_vec),
            );
        }
    }
    graph
}

/// A circle of imports, if there is one: the names of its modules.
fn circle(graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Option<String> {
    fn visit<'g>(
        module: &'g Vec<String>,
        graph: &'g BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
        path: &mut Vec<&'g Vec<String>>,
        done: &mut BTreeSet<&'g Vec<String>>,
    ) -> Option<String> {
        if let Some(at) = path.iter().position(|other| *other == module) {
            let names = path[at..].iter().map(|module| match module.join("::") {
                name if name.is_empty() => "the root".to_owned(),
                name => name,
            });
            return Some(names.collect::<Vec<_>>().join(" -> "));
        }
        if !done.insert(module) {
            return None;
        }
        path.push(module);
        let found = graph[module]
            .iter()
            .find_map(|next| visit(next, graph, path, done));
        path.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|module| visit(module, graph, &mut Vec::new(), &mut done))
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
    let manifest = "[dependencies]\nheft-gate.workspace = true\nheft-wasm.workspace = true\nwasmtime-wasi = \"1\"\nserde = \"1\"\n";
    assert_eq!(
        wrong_dependencies("heft-size", manifest),
        [
            "heft-size must not depend on heft-gate",
            "heft-size must not depend on wasmtime-wasi"
        ]
    );
}

#[test]
fn no_module_imports_one_that_imports_it() {
    for (name, _) in LAYERS {
        let modules = modules(&folder(name).join("src"));
        assert!(!modules.is_empty(), "{name}");
        assert_eq!(circle(&imports(&modules)), None, "{name}");
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
    let downward = [
        ("", "mod a;\nmod b;\npub use a::A;"),
        (
            "a",
            "use crate::b::B; // use crate::a::A;\n#[cfg(test)]\nmod tests { use crate::A; }",
        ),
        ("b", "use heft_wasm::a::A;"),
    ];
    assert_eq!(graph(&downward), None);
}
