//! The functions of the artifacts, small enough to go into a page.

use heft_size::attribution::{Attribution, CrateSize};
use heft_wasm::bytes::Bytes;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What the functions may take of a page: a quarter of the megabyte that it should stay below.
const ROOM: usize = 250_000;

/// What an entry takes beyond its name: `[1234,56789],`.
const ENTRY: usize = 13;

/// The first limit that is tried where not all functions fit; then it is doubled.
const FIRST_LIMIT: u64 = 16;

/// The functions of one artifact: a list for each row of its crates, names with their sizes, largest first.
pub(crate) type OfArtifact = Vec<Vec<(String, Bytes)>>;

/// The functions of all artifacts, each name once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionTable {
    /// Names without generic arguments: instances of one function are added up.
    pub names: Vec<String>,
    /// Smaller functions than this are left out, so that the page stays small; 0 if none are.
    pub at_least_bytes: Bytes,
    /// For each artifact, and for each row of its `crates`: places in `names`, and sizes, largest first.
    /// Nothing for an artifact without names.
    pub artifacts: Vec<Vec<Vec<(usize, Bytes)>>>,
}

/// The functions of each crate.
pub(crate) fn of(attribution: &Attribution<'_>, crates: &[CrateSize]) -> OfArtifact {
    let mut found: HashMap<&str, BTreeMap<String, u64>> = HashMap::new();
    for function in &attribution.functions {
        let of_crate = found.entry(attribution.crate_of(function)).or_default();
        *of_crate.entry(function.folded_name()).or_default() += function.bytes.0;
    }
    let list = |row: &CrateSize| {
        let functions = found.remove(row.name.as_str()).unwrap_or_default();
        let mut list: Vec<_> = functions
            .into_iter()
            .map(|(name, bytes)| (name, Bytes(bytes)))
            .collect();
        // NB: a stable sort; equal ones stay in the order of their names.
        list.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        list
    };
    crates.iter().map(list).collect()
}

/// Puts the functions of all artifacts together; `None` where no artifact has names.
pub(crate) fn table(artifacts: &[OfArtifact]) -> Option<FunctionTable> {
    if artifacts.iter().all(Vec::is_empty) {
        return None;
    }
    let mut limit = 0;
    loop {
        let table = with_limit(artifacts, limit);
        if cost(&table) <= ROOM {
            return Some(table);
        }
        limit = (limit * 2).max(FIRST_LIMIT);
    }
}

fn with_limit(artifacts: &[OfArtifact], limit: u64) -> FunctionTable {
    let mut names: Vec<String> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut listed = Vec::new();
    for artifact in artifacts {
        let mut rows = Vec::new();
        for functions in artifact {
            let large = functions.iter().filter(|(_, bytes)| bytes.0 >= limit);
            rows.push(
                large
                    .map(|(name, bytes)| {
                        let next = names.len();
                        let at = *places.entry(name.as_str()).or_insert_with(|| {
                            names.push(name.clone());
                            next
                        });
                        (at, *bytes)
                    })
                    .collect(),
            );
        }
        listed.push(rows);
    }
    FunctionTable {
        names,
        at_least_bytes: Bytes(limit),
        artifacts: listed,
    }
}

/// About what it takes as JSON.
fn cost(table: &FunctionTable) -> usize {
    let names: usize = table.names.iter().map(|name| name.len() + 3).sum();
    let entries: usize = table.artifacts.iter().flatten().map(Vec::len).sum();
    names + entries * ENTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(functions: &[(&str, u64)]) -> OfArtifact {
        let named = |(name, bytes): &(&str, u64)| ((*name).to_owned(), Bytes(*bytes));
        vec![functions.iter().map(named).collect()]
    }

    #[test]
    fn a_name_is_said_once() {
        let artifacts = [one(&[("a", 5), ("b", 3)]), one(&[("b", 4)]), Vec::new()];
        let table = table(&artifacts).expect("some have names");
        assert_eq!(table.names, ["a", "b"]);
        assert_eq!(table.at_least_bytes, Bytes(0));
        let listed = [
            vec![vec![(0, Bytes(5)), (1, Bytes(3))]],
            vec![vec![(1, Bytes(4))]],
            Vec::new(),
        ];
        assert_eq!(table.artifacts, listed);
        assert_eq!(super::table(&[Vec::new(), Vec::new()]), None);
    }

    #[test]
    fn small_functions_are_left_out_where_not_all_fit() {
        let names: Vec<String> = (0..20_000).map(|i| format!("function {i}")).collect();
        let functions: Vec<(&str, u64)> = names
            .iter()
            .map(String::as_str)
            .zip((0..20_000).rev())
            .collect();
        let table = table(&[one(&functions)]).expect("it has names");
        assert!(cost(&table) <= ROOM);
        let limit = table.at_least_bytes;
        assert!(limit > Bytes(0));
        assert!(
            table.artifacts[0][0]
                .iter()
                .all(|(_, bytes)| *bytes >= limit)
        );
    }
}
