//! Which module of a crate imports which, read from the `use` lines and paths in its sources.
//!
//! The tests of the tool and those of the programs for wasm both have this file: each can read its own sources only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The modules of a crate by path (`plot::axis`; the root is empty), and the text of each without tests.
pub(crate) type Modules = BTreeMap<Vec<String>, String>;

/// Which module imports which.
pub(crate) type Graph = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// The modules of what is compiled from a folder `src`: of the library, and of each program in `bin`.
pub(crate) fn crates(source: &Path) -> Vec<Modules> {
    let mut crates = vec![modules(source)];
    let programs = fs::read_dir(source.join("bin")).into_iter().flatten();
    for path in programs.map(|entry| entry.unwrap().path()) {
        crates.push(if path.is_dir() {
            modules(&path)
        } else {
            let text = fs::read_to_string(&path).unwrap();
            Modules::from([(Vec::new(), without_tests(&text))])
        });
    }
    crates
}

fn modules(source: &Path) -> Modules {
    let mut found = BTreeMap::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Its programs are crates of their own.
                if path != source.join("bin") {
                    folders.push(path);
                }
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
pub(crate) fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = code.lines().map(|line| line.split("//").next().unwrap());
    code.collect::<Vec<_>>().join("\n")
}

/// The text outside of modules within the file, then that in such modules, then that in modules within those:
/// each begins a line with its name and `{`, and ends with a line of `}` below it.
fn by_depth(text: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut ends = Vec::new();
    for line in text.lines() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if line.strip_prefix(indent) == Some("}") && ends.last() == Some(&indent) {
            ends.pop();
        } else if code.trim_end().ends_with('{') && code.split(' ').any(|word| word == "mod") {
            ends.push(indent);
            texts.resize(texts.len().max(ends.len() + 1), String::new());
        } else {
            texts[ends.len()].push_str(line);
            texts[ends.len()].push('\n');
        }
    }
    texts
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
            if text[..at].ends_with("::") {
                continue;
            }
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
pub(crate) fn imports(modules: &Modules) -> Graph {
    let mut graph = Graph::new();
    for (module, text) in modules {
        let edges = graph.entry(module.clone()).or_default();
        for (depth, text) in by_depth(text).iter().enumerate() {
            let targets = paths(text)
                .into_iter()
                .filter_map(|path| target(modules, module, depth, &path));
            edges.extend(targets.filter(|target| target != module));
        }
    }
    graph
}

/// The module that a path leads to or into, as it stands in `module`, within so many modules of the same file.
fn target(
    modules: &Modules,
    module: &[String],
    depth: usize,
    path: &[String],
) -> Option<Vec<String>> {
    let absolute = match path.first()?.as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [module, &path[1..]].concat(),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            let base = &module[..module.len().saturating_sub(up.saturating_sub(depth))];
            [base, &path[up..]].concat()
        }
        first => {
            let child = [module, &[first.to_owned()]].concat();
            if !modules.contains_key(&child) {
                return None;
            }
            [module, path].concat()
        }
    };
    let mut targets = (0..=absolute.len()).rev().map(|n| &absolute[..n]);
    let target = targets.find(|path| modules.contains_key(*path));
    target.map(<[String]>::to_vec)
}

/// A circle of imports, if there is one: the names of its modules.
pub(crate) fn circle(graph: &Graph) -> Option<String> {
    fn visit<'g>(
        module: &'g Vec<String>,
        graph: &'g Graph,
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
