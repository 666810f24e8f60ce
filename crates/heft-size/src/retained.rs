//! What a function keeps in a file, and what nothing keeps: retained sizes by dominators of the call graph,
//! and garbage.
//!
//! Both start where a file can be entered: at the exports of a core module, its start function, its tables
//! and globals. Of a module inside a component only those exports count that something else in the
//! component, or its host, can reach.

use crate::attribution::{Attribution, ModuleInfo};
use crate::call_graph::CallGraph;
use crate::function_size::{FunctionSize, OtherFunctions, function_size};
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use heft_wasm::component::{Used, used_exports};
use heft_wasm::core_modules::IndexPath;
use heft_wasm::references::{Root, read_roots};
use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// A function, or what else keeps functions in a file, and what would go with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Retained {
    /// Its demangled name; of what is not a function: an export, a table, a global, the start function.
    pub name: String,
    /// The crate or library it belongs to; `None` for what is not a function.
    #[serde(rename = "crate")]
    pub krate: Option<String>,
    /// The size of its body with its length; 0 for what is not a function.
    pub bytes: Bytes,
    /// That, and the size of every function that only it leads to.
    pub retained_bytes: Bytes,
    /// The nearest that every way to it goes through; `None` when there are ways that share nothing.
    pub kept_by: Option<String>,
    /// The core module it is in, by its place in the file.
    pub module: IndexPath,
    /// Its index in that module, imported functions first; `None` for what is not a function.
    pub index: Option<u32>,
}

/// Functions that nothing leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Garbage {
    /// The size of all of them.
    pub bytes: Bytes,
    /// The largest, largest first.
    pub functions: Vec<FunctionSize>,
    /// Those that are not listed.
    pub others: OtherFunctions,
}

/// Where a file can be entered: which functions of each core module others can reach by its exports.
struct Entries(BTreeMap<IndexPath, Used>);

impl Entries {
    fn of(file: &[u8], attribution: &Attribution<'_>) -> Self {
        // NB: of a component that can't be followed every export counts, as of a module.
        let used = match attribution.kind {
            Kind::Component => used_exports(file).unwrap_or_default(),
            Kind::Module => BTreeMap::new(),
        };
        Self(used)
    }

    /// The places of a module's functions that something keeps, and what.
    fn roots<'g>(&self, module: &ModuleInfo<'_>, graph: &'g CallGraph) -> Vec<(&'g Root, usize)> {
        let mut roots: Vec<(&Root, usize)> = graph.kept().collect();
        if let Some(used) = self.0.get(&module.index) {
            // NB: of the file itself: the graph has the names of the symbols file, which are longer.
            let mut own = Vec::new();
            if read_roots(module.bytes, &mut own).is_ok() {
                let entered: HashSet<usize> = own
                    .iter()
                    .filter(|(root, _)| matches!(root, Root::Export(name) if used.contains(name)))
                    .filter_map(|(_, index)| graph.local(*index))
                    .collect();
                roots.retain(|(root, local)| {
                    !matches!(root, Root::Export(_)) || entered.contains(local)
                });
            }
        }
        roots
    }
}

/// The functions, and what else keeps functions in the file, that keep the most, most first: `limit` of them.
/// What the code of a module that can't be read refers to is not known; [`unread`] says of which.
#[must_use]
pub fn retained(file: &[u8], attribution: &Attribution<'_>, limit: usize) -> Vec<Retained> {
    let entries = Entries::of(file, attribution);
    let mut rows: Vec<Row<'_>> = Vec::new();
    let trees: Vec<Tree<'_>> = attribution
        .modules
        .iter()
        .map(|module| {
            let graph = attribution.calls(module);
            Tree::new(module, graph, entries.roots(module, graph), attribution)
        })
        .collect();
    for tree in &trees {
        rows.extend(tree.rows());
    }
    // Only what is listed is demangled.
    let by_size = |row: &Row<'_>| {
        (
            Reverse(row.retained),
            row.tree.module.index.clone(),
            row.node,
        )
    };
    rows.sort_by_cached_key(by_size);
    rows.truncate(limit);
    rows.iter().map(|row| row.named(attribution)).collect()
}

/// What nothing leads to, `limit` of it by name. Nothing is said of modules whose code can't be read.
#[must_use]
pub fn garbage(file: &[u8], attribution: &Attribution<'_>, limit: usize) -> Garbage {
    let entries = Entries::of(file, attribution);
    let mut found = Vec::new();
    for module in &attribution.modules {
        let graph = attribution.calls(module);
        if !graph.complete {
            continue;
        }
        let roots = entries.roots(module, graph);
        let reachable = graph.reachable_from(roots.iter().map(|(_, local)| *local));
        let functions = &attribution.functions[module.functions.clone()];
        let dead = functions.iter().zip(reachable).filter(|(_, live)| !live);
        found.extend(dead.map(|(function, _)| function));
    }
    found.sort_by_key(|function| (Reverse(function.bytes), function.module, function.index));
    let bytes = found.iter().map(|function| function.bytes).sum();
    let others = found.split_off(limit.min(found.len()));
    Garbage {
        bytes,
        functions: found
            .into_iter()
            .map(|function| function_size(attribution, function, function.display_name()))
            .collect(),
        others: OtherFunctions {
            count: others.len() as u64,
            bytes: others.iter().map(|function| function.bytes).sum(),
        },
    }
}

/// The modules whose code can't be read in full, so that not all calls are known.
#[must_use]
pub fn unread(attribution: &Attribution<'_>) -> Vec<IndexPath> {
    let modules = attribution.modules.iter();
    modules
        .filter(|module| !attribution.calls(module).complete)
        .map(|module| module.index.clone())
        .collect()
}

/// The dominator tree of one module. Its nodes: everything that keeps something, then each thing that does,
/// then the functions.
struct Tree<'t> {
    module: &'t ModuleInfo<'t>,
    roots: Vec<&'t Root>,
    dominators: Dominators<NodeIndex>,
    own: Vec<u64>,
    retained: Vec<u64>,
}

/// The node of everything that keeps something.
const ALL: usize = 0;

impl<'t> Tree<'t> {
    fn new(
        module: &'t ModuleInfo<'t>,
        graph: &'t CallGraph,
        kept: Vec<(&'t Root, usize)>,
        attribution: &Attribution<'_>,
    ) -> Self {
        let mut roots: Vec<&Root> = kept.iter().map(|(root, _)| *root).collect();
        roots.sort();
        roots.dedup();
        let first = 1 + roots.len();
        let functions = &attribution.functions[module.functions.clone()];
        let mut calls = DiGraph::<(), ()>::with_capacity(first + functions.len(), 0);
        let nodes: Vec<NodeIndex> = (0..first + functions.len())
            .map(|_| calls.add_node(()))
            .collect();
        for root in 1..first {
            calls.add_edge(nodes[ALL], nodes[root], ());
        }
        for (root, local) in kept {
            let place = roots.partition_point(|other| *other < root);
            calls.add_edge(nodes[1 + place], nodes[first + local], ());
        }
        for local in 0..functions.len() {
            for target in graph.targets(local) {
                calls.add_edge(nodes[first + local], nodes[first + target], ());
            }
        }
        let dominators = simple_fast(&calls, nodes[ALL]);
        let none = std::iter::repeat_n(0, first);
        let own: Vec<u64> = none.chain(functions.iter().map(|f| f.bytes.0)).collect();
        let retained = sums(&dominators, &own);
        Self {
            module,
            roots,
            dominators,
            own,
            retained,
        }
    }

    /// The node that every way to this one goes through; not [`ALL`].
    fn keeper(&self, node: usize) -> Option<usize> {
        let found = self.dominators.immediate_dominator(NodeIndex::new(node))?;
        Some(found.index()).filter(|keeper| *keeper != ALL)
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let reached = |node: &usize| {
            let found = self.dominators.immediate_dominator(NodeIndex::new(*node));
            found.is_some()
        };
        (1..self.own.len()).filter(reached).map(|node| Row {
            tree: self,
            node,
            retained: self.retained[node],
        })
    }

    /// The place of a node's function in the module.
    fn local(&self, node: usize) -> Option<usize> {
        node.checked_sub(1 + self.roots.len())
    }

    fn name(&self, node: usize, attribution: &Attribution<'_>) -> String {
        match self.local(node) {
            Some(local) => {
                attribution.functions[self.module.functions.start + local].display_name()
            }
            None => self.roots[node - 1].to_string(),
        }
    }
}

/// The sum over each node and what it dominates.
fn sums(dominators: &Dominators<NodeIndex>, own: &[u64]) -> Vec<u64> {
    let above = |node: usize| {
        let found = dominators.immediate_dominator(NodeIndex::new(node));
        found.map(NodeIndex::index)
    };
    let mut sums = own.to_vec();
    // How many of the nodes below each are not summed up yet; those with none are ready.
    let mut waiting = vec![0_usize; own.len()];
    for keeper in (0..own.len()).filter_map(above) {
        waiting[keeper] += 1;
    }
    let mut ready: Vec<usize> = (0..own.len()).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        if let Some(keeper) = above(node) {
            sums[keeper] += sums[node];
            waiting[keeper] -= 1;
            if waiting[keeper] == 0 {
                ready.push(keeper);
            }
        }
    }
    sums
}

struct Row<'t> {
    tree: &'t Tree<'t>,
    node: usize,
    retained: u64,
}

impl Row<'_> {
    fn named(&self, attribution: &Attribution<'_>) -> Retained {
        let Self { tree, node, .. } = self;
        let function = tree
            .local(*node)
            .map(|local| &attribution.functions[tree.module.functions.start + local]);
        Retained {
            name: tree.name(*node, attribution),
            krate: function.map(|function| attribution.crate_of(function).to_owned()),
            bytes: Bytes(tree.own[*node]),
            retained_bytes: Bytes(self.retained),
            kept_by: tree
                .keeper(*node)
                .map(|keeper| tree.name(keeper, attribution)),
            module: tree.module.index.clone(),
            index: function.map(|function| function.index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::attribute;

    /// `run` and `also` share `both`; `low` is kept by `mid` alone; two functions call one another in vain.
    const MODULE: &str = r#"(module
        (table 1 funcref) (elem (i32.const 0) $indirect)
        (func $run (export "run") call $mid call $both)
        (func $also (export "also") call $both)
        (func $mid call $low call $low)
        (func $low nop nop nop nop)
        (func $both nop nop)
        (func $indirect nop)
        (func $dead call $deader) (func $deader call $dead nop nop))"#;

    fn rows(text: &str, limit: usize) -> Vec<Retained> {
        let file = wat::parse_str(text).expect("the test's text is right");
        retained(&file, &attribute(&file, None).expect("readable"), limit)
    }

    #[test]
    fn a_function_keeps_what_only_it_leads_to() {
        let rows = rows(MODULE, 100);
        let of = |name: &str| rows.iter().find(|row| row.name == name).expect("listed");
        assert_eq!(
            of("mid").retained_bytes.0,
            of("mid").bytes.0 + of("low").bytes.0
        );
        assert_eq!(of("low").kept_by.as_deref(), Some("mid"));
        // Two ways lead to it, from two exports.
        assert_eq!(of("both").kept_by, None);
        assert_eq!(
            of("run").retained_bytes.0,
            of("run").bytes.0 + of("mid").retained_bytes.0
        );
        let export = of("export \"run\"");
        assert_eq!((export.bytes.0, export.index), (0, None));
        assert_eq!(export.retained_bytes, of("run").retained_bytes);
        let table = of("a table (called indirectly)");
        assert_eq!(table.retained_bytes, of("indirect").bytes);
        assert!(rows.iter().all(|row| row.name != "dead"));
        // Most first, and no more than was asked for.
        assert!(rows.is_sorted_by_key(|row| Reverse(row.retained_bytes)));
        assert_eq!(super::tests::rows(MODULE, 3), rows[..3]);
    }

    #[test]
    fn what_nothing_leads_to_is_garbage_though_it_calls_itself() {
        let file = wat::parse_str(MODULE).expect("the test's text is right");
        let attribution = attribute(&file, None).expect("readable");
        let found = garbage(&file, &attribution, 1);
        let names: Vec<&str> = found.functions.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["deader"]);
        assert_eq!(found.others.count, 1);
        assert_eq!(
            found.bytes.0,
            found.functions[0].bytes.0 + found.others.bytes.0
        );
        // All bytes are kept by something, or garbage.
        let kept: u64 = retained(&file, &attribution, usize::MAX)
            .iter()
            .filter(|row| row.kept_by.is_none())
            .map(|row| row.retained_bytes.0)
            .sum();
        assert_eq!(kept + found.bytes.0, attribution.code_bytes().0);
    }

    #[test]
    fn an_export_that_no_other_part_of_a_component_uses_keeps_nothing() {
        let text = r#"(component
            (core module $m
                (func $used (export "used")) (func $unused (export "unused") nop nop))
            (core instance $i (instantiate $m))
            (func (export "used") (canon lift (core func $i "used"))))"#;
        let file = wat::parse_str(text).expect("the test's text is right");
        let attribution = attribute(&file, None).expect("readable");
        let found = garbage(&file, &attribution, 10);
        let names: Vec<&str> = found.functions.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["unused"]);
        let rows = rows(text, 10);
        assert!(rows.iter().all(|row| !row.name.contains("unused")));
    }

    #[test]
    fn a_chain_of_calls_of_any_length_is_summed_up() {
        use std::fmt::Write as _;
        let mut text = String::from("(module (func $f0 (export \"f\") call 1)");
        for next in 2..=50_000 {
            let _ = write!(text, "(func call {next})");
        }
        text += "(func nop))";
        let rows = rows(&text, 2);
        assert_eq!(rows[0].retained_bytes, rows[1].retained_bytes);
        assert!(rows[0].retained_bytes.0 > 50_000 * 4);
    }
}
