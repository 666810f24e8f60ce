//! What two files differ by: sections, crates, functions; and whether they were made with the same
//! tools.
//!
//! The deltas of each list add up to the difference of the files' sizes. Those of functions do so
//! together with [`Diff::elsewhere_delta_bytes`].

mod matching;
pub mod render;
mod toolchain;

pub use toolchain::{
    Cause, Fingerprint, FingerprintChange, Fingerprints, RecordError, State, compare, of_file,
};

use crate::attribution::{Attribution, CrateSize, Function};
use crate::why::Why;
use heft_wasm::binary::Kind;
use heft_wasm::bytes::{ByteDelta, Bytes};
use heft_wasm::core_modules::IndexPath;
use matching::{Pair, pairs};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the shape of [`DiffReport`].
pub const SCHEMA: u32 = 1;

/// What `wasm-heft diff` says of two files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffReport {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The old file.
    pub old: Side,
    /// The new file.
    pub new: Side,
    /// Whether both were made with the same tools, arguments and lock.
    pub fingerprints: Fingerprints,
    /// What they differ by.
    #[serde(flatten)]
    pub diff: Diff,
    /// What keeps the function that was asked about.
    pub why: Option<Why>,
    /// What could not be read as it should be, one sentence each.
    pub notes: Vec<String>,
}

/// One of the two files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Side {
    /// The file as it was named.
    pub path: String,
    /// Where the function names are from; `None` without any.
    pub names: Option<String>,
    /// Its size as gzip level 9; `None` when not asked for.
    pub gzip_bytes: Option<Bytes>,
    /// Its size as brotli quality 11; `None` when not asked for.
    pub brotli_bytes: Option<Bytes>,
}

/// What two files differ by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diff {
    /// Module or component.
    pub kind: Kind,
    /// The size of the old file.
    pub old_bytes: Bytes,
    /// The size of the new file.
    pub new_bytes: Bytes,
    /// New less old.
    pub delta_bytes: ByteDelta,
    /// Sections that differ in size, largest difference first; the deltas add up.
    pub sections: Vec<Change>,
    /// Crates and libraries that differ in size, largest difference first, then parts of the format;
    /// the deltas add up. `None` when one of the files has no function names.
    pub crates: Option<Vec<Change>>,
    /// Functions that differ, largest difference first. `None` as above.
    pub functions: Option<Vec<FunctionChange>>,
    /// What of the difference is not in functions. `None` as above.
    pub elsewhere_delta_bytes: Option<ByteDelta>,
    /// How many functions are in both files with the same name and size. `None` as above.
    pub unchanged_functions: Option<u64>,
}

/// A section, crate or part of the format that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// What it is.
    pub name: String,
    /// Its size in the old file; 0 when it is not there.
    pub old_bytes: Bytes,
    /// Its size in the new file; 0 when it is not there.
    pub new_bytes: Bytes,
    /// New less old.
    pub delta_bytes: ByteDelta,
}

/// What became of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is larger.
    Grew,
    /// It is smaller.
    Shrank,
    /// It is new.
    Appeared,
    /// It is gone.
    Vanished,
    /// The same content under another name.
    Renamed,
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Grew => "grew",
            Self::Shrank => "shrank",
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
            Self::Renamed => "renamed",
        })
    }
}

/// A function that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionChange {
    /// What became of it.
    pub fate: Fate,
    /// Its demangled name, the new one if it was renamed.
    pub name: String,
    /// The name it had before it was renamed.
    pub old_name: Option<String>,
    /// The crate or library it belongs to.
    #[serde(rename = "crate")]
    pub krate: String,
    /// Where it is in the old file; `None` when it is not there.
    pub old_place: Option<FunctionPlace>,
    /// Where it is in the new file; `None` when it is not there.
    pub new_place: Option<FunctionPlace>,
    /// Its size in the old file; 0 when it is not there.
    pub old_bytes: Bytes,
    /// Its size in the new file; 0 when it is not there.
    pub new_bytes: Bytes,
    /// New less old.
    pub delta_bytes: ByteDelta,
}

/// Where a function is in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionPlace {
    /// The core module it is in, by its place in the file.
    pub module: IndexPath,
    /// Its index in that module, imported functions first.
    pub index: u32,
}

impl FunctionPlace {
    fn of(attribution: &Attribution<'_>, function: &Function<'_>) -> Option<Self> {
        let module = attribution.modules.get(function.module)?;
        Some(Self {
            module: module.index.clone(),
            index: function.index,
        })
    }
}

/// Compares two files of one kind.
#[must_use]
pub fn diff(old: &Attribution<'_>, new: &Attribution<'_>) -> Diff {
    let named = old.has_names && new.has_names;
    let functions = named.then(|| function_changes(old, new));
    let delta_bytes = new.file_bytes.minus(old.file_bytes);
    let elsewhere = functions.as_ref().map(|(changes, _)| {
        let inside: i64 = changes.iter().map(|change| change.delta_bytes.0).sum();
        ByteDelta(delta_bytes.0 - inside)
    });
    let (functions, unchanged_functions) = functions.unzip();
    let section = |attribution: &Attribution<'_>| -> Vec<(String, Bytes)> {
        let parts = attribution.sections.iter();
        parts.map(|part| (part.name.clone(), part.bytes)).collect()
    };
    Diff {
        kind: new.kind,
        old_bytes: old.file_bytes,
        new_bytes: new.file_bytes,
        delta_bytes,
        sections: changes(section(old), section(new)),
        crates: named.then(|| crate_changes(&old.by_crate(), &new.by_crate())),
        functions,
        elsewhere_delta_bytes: elsewhere,
        unchanged_functions,
    }
}

/// What crates and parts of the format differ by, crates first, each largest difference first. Also
/// for sizes that were written down earlier.
#[must_use]
pub fn crate_changes(old: &[CrateSize], new: &[CrateSize]) -> Vec<Change> {
    let pairs = |rows: &[CrateSize]| -> Vec<(String, Bytes)> {
        rows.iter()
            .map(|row| (row.name.clone(), row.bytes))
            .collect()
    };
    let mut found = changes(pairs(old), pairs(new));
    // Stable: within crates and within parts the order stays.
    found.sort_by_key(|change| change.name.starts_with('['));
    found
}

fn changes(old: Vec<(String, Bytes)>, new: Vec<(String, Bytes)>) -> Vec<Change> {
    let mut sizes: BTreeMap<String, (Bytes, Bytes)> = BTreeMap::new();
    for (name, bytes) in old {
        sizes.entry(name).or_default().0.0 += bytes.0;
    }
    for (name, bytes) in new {
        sizes.entry(name).or_default().1.0 += bytes.0;
    }
    let mut found: Vec<Change> = sizes
        .into_iter()
        .filter(|(_, (old, new))| old != new)
        .map(|(name, (old_bytes, new_bytes))| Change {
            name,
            old_bytes,
            new_bytes,
            delta_bytes: new_bytes.minus(old_bytes),
        })
        .collect();
    found.sort_by(|a, b| {
        let size = |change: &Change| change.delta_bytes.0.unsigned_abs();
        size(b).cmp(&size(a)).then_with(|| a.name.cmp(&b.name))
    });
    found
}

/// The functions that differ, and how many do not.
fn function_changes(old: &Attribution<'_>, new: &Attribution<'_>) -> (Vec<FunctionChange>, u64) {
    let mut unchanged = 0;
    let mut found = Vec::new();
    for pair in pairs(&old.functions, &new.functions) {
        let change = match pair {
            Pair::Both {
                old: before,
                new: after,
                renamed,
            } => {
                let delta = after.bytes.minus(before.bytes);
                let fate = match delta.0 {
                    _ if renamed => Fate::Renamed,
                    0 => {
                        unchanged += 1;
                        continue;
                    }
                    1.. => Fate::Grew,
                    _ => Fate::Shrank,
                };
                FunctionChange {
                    fate,
                    name: after.display_name(),
                    old_name: renamed.then(|| before.display_name()),
                    krate: new.crate_of(after).to_owned(),
                    old_place: FunctionPlace::of(old, before),
                    new_place: FunctionPlace::of(new, after),
                    old_bytes: before.bytes,
                    new_bytes: after.bytes,
                    delta_bytes: delta,
                }
            }
            Pair::Old(function) => FunctionChange {
                fate: Fate::Vanished,
                name: function.display_name(),
                old_name: None,
                krate: old.crate_of(function).to_owned(),
                old_place: FunctionPlace::of(old, function),
                new_place: None,
                old_bytes: function.bytes,
                new_bytes: Bytes(0),
                delta_bytes: Bytes(0).minus(function.bytes),
            },
            Pair::New(function) => FunctionChange {
                fate: Fate::Appeared,
                name: function.display_name(),
                old_name: None,
                krate: new.crate_of(function).to_owned(),
                old_place: None,
                new_place: FunctionPlace::of(new, function),
                old_bytes: Bytes(0),
                new_bytes: function.bytes,
                delta_bytes: function.bytes.minus(Bytes(0)),
            },
        };
        found.push(change);
    }
    found.sort_by(|a, b| {
        let size = |change: &FunctionChange| change.delta_bytes.0.unsigned_abs();
        size(b).cmp(&size(a)).then_with(|| a.name.cmp(&b.name))
    });
    (found, unchanged)
}

#[cfg(test)]
mod tests;
