//! Whether two files were made with the same tools.

use heft_data::record_reader::ReadRecord;
use heft_wasm::producers;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of what made a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// What its record says; `None` without one.
    pub record: Option<BTreeMap<String, String>>,
    /// What its `producers` sections say, or those of its symbols file.
    pub producers: BTreeMap<String, String>,
}

impl Fingerprint {
    /// What is known under a name. A record is more exact.
    fn get(&self, key: &str) -> Option<&String> {
        let recorded = self.record.as_ref().and_then(|record| record.get(key));
        recorded.or_else(|| self.producers.get(key))
    }

    /// Whether this would be known if it were there: sections name every tool that worked on the file
    /// and wrote itself into them.
    fn would_say(&self, key: &str, other: &Self) -> bool {
        let recorded = other
            .record
            .as_ref()
            .is_some_and(|record| record.contains_key(key));
        !recorded && !self.producers.is_empty()
    }

    fn keys(&self) -> impl Iterator<Item = &String> {
        self.record
            .iter()
            .flat_map(BTreeMap::keys)
            .chain(self.producers.keys())
    }
}

/// What a part of a fingerprint stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// A compiler, an optimizer, a set of packages.
    Toolchain,
    /// How they were called.
    Arguments,
    /// The versions of the dependencies.
    Lock,
}

impl Cause {
    /// By the names that records use.
    fn of(key: &str) -> Self {
        if key.split('-').any(|word| word == "lock") {
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

/// What is known of a part of two fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Both records say the same.
    Same,
    /// Something differs.
    Different,
    /// Nothing that is known differs, and not all is known.
    Unknown,
}

/// Two fingerprints compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fingerprints {
    /// Whether no part is unknown.
    pub known: bool,
    /// Compilers, optimizers and sets of packages.
    pub toolchain: State,
    /// How they were called.
    pub arguments: State,
    /// The versions of the dependencies.
    pub lock: State,
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
        /// Of the artifact in the record.
        recorded: String,
        /// Of the file.
        found: String,
    },
}

/// What is known of a file: what its record says, where there is one, and its `producers` sections.
///
/// # Errors
///
/// When the record is not one, or is of a file other than `file` and than its symbols file.
pub fn of_file(file: &[u8], record: Option<&[u8]>) -> Result<Fingerprint, RecordError> {
    let producers = producers::all(file);
    let Some(record) = record else {
        return Ok(Fingerprint {
            record: None,
            producers,
        });
    };
    let record = ReadRecord::parse("the record", &String::from_utf8_lossy(record))
        .map_err(|err| RecordError::Unreadable(err.message))?;
    if let Err(found) = record.check(file)
        && record.symbols.is_none_or(|symbols| symbols.sha256 != found)
    {
        return Err(RecordError::OtherFile {
            recorded: record.output.sha256,
            found,
        });
    }
    // What the fingerprint does not name a tool may.
    let mut all = record.tools.0;
    all.extend(record.fingerprint.0);
    Ok(Fingerprint {
        record: Some(all),
        producers,
    })
}

/// Compares two fingerprints. What only one of them says is not known, so it is not the same.
#[must_use]
pub fn compare(old: &Fingerprint, new: &Fingerprint) -> Fingerprints {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let (mut changed, mut unknown) = (Vec::new(), BTreeSet::new());
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        let known = match (before, after) {
            (Some(_), None) => new.would_say(key, old),
            (None, Some(_)) => old.would_say(key, new),
            _ => true,
        };
        let cause = Cause::of(key);
        if !known {
            unknown.insert(cause);
        } else if before != after {
            changed.push(FingerprintChange {
                key: key.clone(),
                cause,
                old: before.cloned(),
                new: after.cloned(),
            });
        }
    }
    changed.sort_by(|a, b| a.cause.cmp(&b.cause).then_with(|| a.key.cmp(&b.key)));
    let recorded = |print: &Fingerprint, cause: Cause| {
        let mut keys = print.record.iter().flat_map(BTreeMap::keys);
        keys.any(|key| Cause::of(key) == cause)
    };
    let state = |cause: Cause| {
        if changed.iter().any(|change| change.cause == cause) {
            State::Different
        } else if recorded(old, cause) && recorded(new, cause) && !unknown.contains(&cause) {
            State::Same
        } else {
            State::Unknown
        }
    };
    let states = [Cause::Toolchain, Cause::Arguments, Cause::Lock].map(|c| (c, state(c)));
    let records = match (&old.record, &new.record) {
        (None, None) => "there is no record of either file",
        (None, Some(_)) => "there is no record of the old file",
        (Some(_), None) => "there is no record of the new file",
        (Some(_), Some(_)) => "a record does not say it",
    };
    Fingerprints {
        known: states.iter().all(|(_, state)| *state != State::Unknown),
        toolchain: states[0].1,
        arguments: states[1].1,
        lock: states[2].1,
        verdict: verdict(states, &changed, records),
        changed,
    }
}

fn verdict(states: [(Cause, State); 3], changed: &[FingerprintChange], records: &str) -> String {
    let names = |wanted: State| -> Vec<&str> {
        let of = |cause: Cause| match cause {
            Cause::Toolchain => "toolchain",
            Cause::Arguments => "arguments",
            Cause::Lock => "lock",
        };
        let some = states.iter().filter(|(_, state)| *state == wanted);
        some.map(|(cause, _)| of(*cause)).collect()
    };
    let (same, unknown) = (names(State::Same), names(State::Unknown));
    if same.len() == states.len() {
        return "same toolchain, arguments and lock: what follows is the source's".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for (cause, _) in states.iter().filter(|(_, s)| *s == State::Different) {
        let some = changed.iter().filter(|change| change.cause == *cause);
        let list = some.map(text).collect::<Vec<_>>().join("; ");
        words.push(match cause {
            Cause::Toolchain => {
                format!("the toolchain changed ({list}): it is a cause of what follows")
            }
            Cause::Arguments => {
                format!("the arguments changed ({list}): they are a cause of what follows")
            }
            Cause::Lock => format!("dependencies changed ({list})"),
        });
    }
    if !same.is_empty() {
        words.push(format!("same {}", same.join(" and ")));
    }
    if !unknown.is_empty() {
        words.push(format!(
            "not known: {} ({records}), so part of what follows may be theirs",
            unknown.join(", ")
        ));
    }
    words.join("; ")
}

/// A change in words. A hash says nothing to people.
fn text(change: &FingerprintChange) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    match change.cause {
        Cause::Lock => change.key.clone(),
        _ => format!(
            "{} {} -> {}",
            change.key,
            value(&change.old),
            value(&change.new)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn recorded(record: &[(&str, &str)]) -> Fingerprint {
        Fingerprint {
            record: Some(pairs(record)),
            producers: BTreeMap::new(),
        }
    }

    fn produced(producers: &[(&str, &str)]) -> Fingerprint {
        Fingerprint {
            record: None,
            producers: pairs(producers),
        }
    }

    #[test]
    fn a_toolchain_change_is_named_as_the_cause() {
        let old = recorded(&[
            ("rustc", "1.96"),
            ("cargo-lock", "aa"),
            ("wasm-opt-args", "-Oz"),
        ]);
        let new = recorded(&[
            ("rustc", "1.97"),
            ("cargo-lock", "bb"),
            ("wasm-opt-args", "-Oz"),
        ]);
        let found = compare(&old, &new);
        assert_eq!(
            found.verdict,
            "the toolchain changed (rustc 1.96 -> 1.97): it is a cause of what follows; dependencies changed (cargo-lock); same arguments"
        );
        assert_eq!(found.changed[0].cause, Cause::Toolchain);
        assert!(found.known);
    }

    #[test]
    fn only_what_both_records_say_is_the_same() {
        let all = [
            ("rustc", "1.97"),
            ("cargo-lock", "aa"),
            ("wasm-opt-args", "-Oz"),
        ];
        let one = recorded(&all);
        let found = compare(&one, &one);
        assert!(
            found.known
                && found
                    .verdict
                    .starts_with("same toolchain, arguments and lock")
        );
        for (less, states) in [
            (&all[1..], [State::Unknown, State::Same, State::Same]),
            (&all[..1], [State::Same, State::Unknown, State::Unknown]),
            (&all[..2], [State::Same, State::Unknown, State::Same]),
            (&[], [State::Unknown; 3]),
        ] {
            for found in [
                compare(&one, &recorded(less)),
                compare(&recorded(less), &recorded(less)),
            ] {
                assert_eq!([found.toolchain, found.arguments, found.lock], states);
                assert!(!found.known && !found.verdict.contains("is the source's"));
            }
        }
    }

    #[test]
    fn producers_tell_of_differences_and_never_that_all_is_the_same() {
        let old = produced(&[
            ("rustc", "1.97"),
            ("wasm-bindgen", "0.2.99"),
            ("clang", "19"),
        ]);
        let found = compare(&old, &old);
        assert_eq!(found.toolchain, State::Unknown);
        assert_eq!(
            found.verdict,
            "not known: toolchain, arguments, lock (there is no record of either file), so part of what follows may be theirs"
        );
        for (new, words) in [
            (
                produced(&[
                    ("rustc", "1.97"),
                    ("wasm-bindgen", "0.2.100"),
                    ("clang", "19"),
                ]),
                "wasm-bindgen 0.2.99 -> 0.2.100",
            ),
            (
                produced(&[("rustc", "1.97"), ("clang", "19")]),
                "wasm-bindgen 0.2.99 -> nothing",
            ),
            (
                produced(&[
                    ("rustc", "1.97"),
                    ("wasm-bindgen", "0.2.99"),
                    ("clang", "20"),
                ]),
                "clang 19 -> 20",
            ),
            (
                produced(&[
                    ("rustc", "1.97"),
                    ("wasm-bindgen", "0.2.99"),
                    ("clang", "19"),
                    ("walrus", "0.23"),
                ]),
                "walrus nothing -> 0.23",
            ),
        ] {
            let found = compare(&old, &new);
            assert_eq!(
                (found.toolchain, found.lock),
                (State::Different, State::Unknown)
            );
            let expected = format!("the toolchain changed ({words})");
            assert!(found.verdict.starts_with(&expected), "{}", found.verdict);
        }
        // A stripped file names nobody: that is not a difference.
        let found = compare(&old, &Fingerprint::default());
        assert_eq!((found.toolchain, found.changed.len()), (State::Unknown, 0));
    }

    #[test]
    fn a_record_of_one_file_only_is_not_both() {
        let record = recorded(&[("rustc", "1.97"), ("wasm-opt", "131"), ("cargo-lock", "aa")]);
        let other = produced(&[("rustc", "1.97")]);
        let found = compare(&other, &record);
        assert_eq!(
            [found.toolchain, found.arguments, found.lock],
            [State::Unknown; 3]
        );
        assert!(found.verdict.contains("no record of the old file"));
        let other = produced(&[("rustc", "1.96")]);
        assert_eq!(compare(&record, &other).toolchain, State::Different);
    }

    #[test]
    fn a_part_goes_by_the_words_of_its_name() {
        for (key, cause) in [
            ("cargo-lock", Cause::Lock),
            ("std-lock", Cause::Lock),
            ("clock-tool", Cause::Toolchain),
            ("wasm-opt-args", Cause::Arguments),
            ("cargo-profile", Cause::Arguments),
            ("nixpkgs", Cause::Toolchain),
        ] {
            assert_eq!(Cause::of(key), cause, "{key}");
        }
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
