//! Whether two files were made with the same tools.

use crate::producers;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What made a file: names and values of a record's fingerprint.
pub type Fingerprint = BTreeMap<String, String>;

/// What a part of a fingerprint stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// A compiler, an optimiser, a set of packages.
    Toolchain,
    /// How they were called.
    Arguments,
    /// The versions of the dependencies.
    Lock,
}

impl Cause {
    /// By the names that records use.
    fn of(key: &str) -> Self {
        if key.contains("lock") {
            return Self::Lock;
        }
        let settings = ["args", "arguments", "converge", "profile", "flags"];
        if settings.iter().any(|word| key.contains(word)) {
            return Self::Arguments;
        }
        Self::Toolchain
    }
}

/// A part of the fingerprint that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FingerprintChange {
    /// Its name.
    pub key: String,
    /// What it stands for.
    pub cause: Cause,
    /// The old file's; `None` when its fingerprint does not say.
    pub old: Option<String>,
    /// The new file's.
    pub new: Option<String>,
}

/// Two fingerprints compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fingerprints {
    /// Whether both are known.
    pub known: bool,
    /// What differs, the toolchain first, then by name.
    pub changed: Vec<FingerprintChange>,
    /// In one sentence.
    pub verdict: String,
}

/// Why a record can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not a record.
    #[error("it is not a record of `optimize`: {0}; pass the JSON file that `--record` wrote")]
    Unreadable(String),
    /// A record of another file.
    #[error(
        "it is the record of another file: it names SHA-256 {recorded}, and this one has {found}; pass the record that was written with the file"
    )]
    OtherFile {
        /// Of the artefact in the record.
        recorded: String,
        /// Of the file.
        found: String,
    },
}

/// The fingerprint of a file: of its record where there is one, else the compiler its `producers`
/// section names. `None` when neither says anything.
///
/// # Errors
///
/// When the record is not one, or is of a file other than `file` and than its twin.
pub fn of_file(file: &[u8], record: Option<&[u8]>) -> Result<Option<Fingerprint>, RecordError> {
    let Some(record) = record else {
        let rustc = producers::rustc(file);
        return Ok(rustc.map(|version| BTreeMap::from([("rustc".to_owned(), version)])));
    };
    let unreadable = |why: &dyn std::fmt::Display| RecordError::Unreadable(why.to_string());
    let record: serde_json::Value =
        serde_json::from_slice(record).map_err(|err| unreadable(&err))?;
    let found: String = Sha256::digest(file)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let hashes = [&record["output"]["sha256"], &record["twin"]["sha256"]];
    if !hashes.iter().any(|hash| hash.as_str() == Some(&found)) {
        let Some(recorded) = hashes[0].as_str() else {
            return Err(unreadable(&"it has no `output.sha256`"));
        };
        return Err(RecordError::OtherFile {
            recorded: recorded.to_owned(),
            found,
        });
    }
    let strings = |value: &serde_json::Value| -> Fingerprint {
        let entries = value.as_object().into_iter().flatten();
        let text =
            entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        text.collect()
    };
    // What the fingerprint does not name a tool may.
    let mut all = strings(&record["tools"]);
    all.extend(strings(&record["fingerprint"]));
    Ok(Some(all))
}

/// Compares two fingerprints.
#[must_use]
pub fn compare(old: Option<&Fingerprint>, new: Option<&Fingerprint>) -> Fingerprints {
    let (Some(old), Some(new)) = (old, new) else {
        let which = match (old, new) {
            (None, None) => "either file",
            (None, _) => "the old file",
            _ => "the new file",
        };
        return Fingerprints {
            known: false,
            changed: Vec::new(),
            verdict: format!(
                "not known: there is no record of {which}, so part of a difference may be the toolchain's"
            ),
        };
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut changed: Vec<FingerprintChange> = keys
        .into_iter()
        .filter(|key| old.get(*key) != new.get(*key))
        .map(|key| FingerprintChange {
            key: key.clone(),
            cause: Cause::of(key),
            old: old.get(key).cloned(),
            new: new.get(key).cloned(),
        })
        .collect();
    changed.sort_by(|a, b| a.cause.cmp(&b.cause).then_with(|| a.key.cmp(&b.key)));
    Fingerprints {
        known: true,
        verdict: verdict(&changed),
        changed,
    }
}

fn verdict(changed: &[FingerprintChange]) -> String {
    let of = |cause| -> Vec<String> {
        let some = changed.iter().filter(|change| change.cause == cause);
        some.map(|change| {
            let value =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            // A hash says nothing to people.
            match cause {
                Cause::Lock => change.key.clone(),
                _ => format!(
                    "{} {} -> {}",
                    change.key,
                    value(&change.old),
                    value(&change.new)
                ),
            }
        })
        .collect()
    };
    let mut words = Vec::new();
    let (tools, arguments, lock) = (of(Cause::Toolchain), of(Cause::Arguments), of(Cause::Lock));
    if !tools.is_empty() {
        words.push(format!(
            "the toolchain changed ({}): it is a cause of what follows",
            tools.join("; ")
        ));
    }
    if !arguments.is_empty() {
        words.push(format!("the arguments changed ({})", arguments.join("; ")));
    }
    if !lock.is_empty() {
        words.push(format!("dependencies changed ({})", lock.join("; ")));
    }
    if words.is_empty() {
        return "same toolchain, arguments and lock: what follows is the source's".to_owned();
    }
    if tools.is_empty() {
        words.push("same toolchain".to_owned());
    }
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(pairs: &[(&str, &str)]) -> Fingerprint {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_toolchain_change_is_named_as_the_cause() {
        let old = print(&[
            ("rustc", "1.96"),
            ("cargo-lock", "aa"),
            ("wasm-opt-args", "-Oz"),
        ]);
        let new = print(&[
            ("rustc", "1.97"),
            ("cargo-lock", "bb"),
            ("wasm-opt-args", "-Oz"),
        ]);
        let found = compare(Some(&old), Some(&new));
        assert_eq!(
            found.verdict,
            "the toolchain changed (rustc 1.96 -> 1.97): it is a cause of what follows; dependencies changed (cargo-lock)"
        );
        assert_eq!(found.changed[0].cause, Cause::Toolchain);
    }

    #[test]
    fn equal_fingerprints_and_unknown_ones_are_told_apart() {
        let one = print(&[("rustc", "1.97")]);
        assert!(
            compare(Some(&one), Some(&one))
                .verdict
                .starts_with("same toolchain")
        );
        let found = compare(None, Some(&one));
        assert!(!found.known && found.verdict.contains("no record of the old file"));
    }

    #[test]
    fn a_record_of_another_file_is_refused() {
        let record = br#"{"output": {"sha256": "00"}, "fingerprint": {}}"#;
        let said = of_file(b"\0asm", Some(record))
            .expect_err("refused")
            .to_string();
        assert!(said.contains("another file"), "{said}");
        let said = of_file(b"\0asm", Some(b"[]"))
            .expect_err("refused")
            .to_string();
        assert!(said.contains("not a record"), "{said}");
        assert!(of_file(b"\0asm", Some(b"nonsense")).is_err());
    }
}
