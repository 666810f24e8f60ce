//! What makes two measurements comparable.

use super::source::json::Map;
use crate::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys of a record's fingerprint that end like this describe the source: the lock's hash changes
/// with every dependency, and a dependency that grew must not pass for a change of tools.
const SOURCE_SUFFIX: &str = "-lock";

/// Hexadecimal digits of a fingerprint's id: 48 bits, for a handful of fingerprints in a file.
const ID_DIGITS: usize = 12;

/// How many names a sentence has before it counts the others.
const NAMED: usize = 10;

/// The tools and their settings, as pairs. Stored once under a short id that entries refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transparent))]
#[serde(transparent)]
pub struct Fingerprint(pub Map<String>);

impl Fingerprint {
    /// A fingerprint of these pairs.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The first digits of the SHA-256 of the sorted pairs.
    #[must_use]
    pub fn id(&self) -> String {
        let mut pairs = String::new();
        for (key, value) in self.0.iter() {
            // JSON, so that no two sets of pairs are one text.
            let pair = serde_json::Value::from([key.as_str(), value.as_str()].as_slice());
            pairs.push_str(&pair.to_string());
        }
        sha256::hex(pairs)[..ID_DIGITS].to_owned()
    }

    /// How `self` became `new`, in words: `rustc 1.97.1 -> 1.98.0, std none -> plain`.
    #[must_use]
    pub fn changes_to(&self, new: &Self) -> String {
        let keys: std::collections::BTreeSet<&String> = self.0.keys().chain(new.0.keys()).collect();
        let changed = keys.into_iter().filter_map(|key| {
            let (old, new) = (self.0.get(key), new.0.get(key));
            (old != new).then(|| change_text(key, old, new))
        });
        changed.collect::<Vec<_>>().join(", ")
    }

    fn distance(&self, other: &Self) -> usize {
        let missing = |a: &Self, b: &Self| a.0.keys().filter(|key| !b.0.contains_key(*key)).count();
        let differ =
            |(key, value): (&String, &String)| other.0.get(key).is_some_and(|v| v != value);
        missing(self, other)
            + missing(other, self)
            + self.0.iter().filter(|pair| differ(*pair)).count()
    }
}

fn change_text(key: &str, old: Option<&String>, new: Option<&String>) -> String {
    let [old, new] = [old, new].map(|value| value.map_or("none", String::as_str));
    // `1.97.1 (8bab26f4f 2026-07-14) (built from ...)`: the first word, if that tells them apart.
    let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    if first(old) == first(new) {
        format!("{key} {old} -> {new}")
    } else {
        format!("{key} {} -> {}", first(old), first(new))
    }
}

/// The known fingerprint that differs least from an unknown one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Its id.
    pub id: String,
    /// What is different.
    pub changes: String,
}

impl Nearest {
    /// Looks among `known`. `None` if there is none.
    #[must_use]
    pub fn to(unknown: &Fingerprint, known: &Map<Fingerprint>) -> Option<Self> {
        let (id, nearest) = known
            .iter()
            .min_by_key(|(id, candidate)| (candidate.distance(unknown), (*id).clone()))?;
        Some(Self {
            id: id.clone(),
            changes: nearest.changes_to(unknown),
        })
    }
}

/// What the gate says of measurements by tools that no entry of a baseline is by: the same words for
/// sizes and for benchmarks, and for whoever looks for them in a log.
pub fn no_baseline(file: &str, nearest: Option<Nearest>, held: &str, names: &[&str]) -> String {
    let other = match nearest {
        Some(nearest) => format!("has others ({})", nearest.changes),
        None => "is empty".to_owned(),
    };
    let named: Vec<&str> = names.iter().copied().take(NAMED).collect();
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!(
        "no baseline for these tools yet; `nix run .#accept` starts one, as `wasm-heft accept` does: {file} {other}; only {held} {}{more}",
        named.join(", ")
    )
}

/// Splits the pairs of a record's fingerprint: the tools, which decide whether sizes are
/// comparable, and the source, which is what a comparison is about.
#[must_use]
pub fn split(pairs: BTreeMap<String, String>) -> (Fingerprint, Map<String>) {
    let (source, tools): (BTreeMap<_, _>, BTreeMap<_, _>) = pairs
        .into_iter()
        .partition(|(key, _)| key.ends_with(SOURCE_SUFFIX));
    (Fingerprint(Map(tools)), Map(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(pairs: &[(&str, &str)]) -> Fingerprint {
        Fingerprint::new(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )
    }

    #[test]
    fn the_lock_is_part_of_the_source_and_not_of_the_tools() {
        let pairs = [("rustc", "1"), ("cargo-lock", "abc")];
        let (tools, source) = split(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert_eq!(tools, print(&[("rustc", "1")]));
        assert_eq!(source.get("cargo-lock").map(String::as_str), Some("abc"));
    }

    #[test]
    fn other_pairs_have_another_id() {
        let id = print(&[("a", "b"), ("c", "d")]).id();
        assert_eq!(id.len(), ID_DIGITS);
        for other in [
            &[("a", "b")][..],
            &[("a", "bc"), ("", "d")],
            &[("a", "d"), ("c", "b")],
        ] {
            assert_ne!(print(other).id(), id);
        }
    }

    #[test]
    fn a_change_is_named_by_its_first_word_where_that_tells_them_apart() {
        let old = print(&[
            ("rustc", "1.97.1 (abc)"),
            ("wasm-opt", "wasm-opt version 131"),
        ]);
        let new = print(&[
            ("rustc", "1.98.0 (def)"),
            ("std", "plain"),
            ("wasm-opt", "wasm-opt version 132"),
        ]);
        let words = "rustc 1.97.1 -> 1.98.0, std none -> plain, wasm-opt wasm-opt version 131 -> wasm-opt version 132";
        assert_eq!(old.changes_to(&new), words);
    }

    #[test]
    fn the_nearest_differs_in_the_fewest_pairs() {
        let known = [
            print(&[("rustc", "1"), ("o", "z")]),
            print(&[("rustc", "3"), ("o", "3")]),
        ];
        let known: Map<Fingerprint> = known.into_iter().map(|p| (p.id(), p)).collect();
        let nearest = Nearest::to(&print(&[("rustc", "2"), ("o", "z")]), &known);
        assert_eq!(nearest.expect("there are two").changes, "rustc 1 -> 2");
    }
}
