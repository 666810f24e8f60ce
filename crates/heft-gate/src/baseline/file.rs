//! A baseline as a file: read with the lines of its entries, checked, written. The same for sizes and for
//! benchmarks.

use super::digest::{self, Digests};
use heft_data::fingerprint::Fingerprint;
use heft_data::source::json::{JsonError, Lines, Map, parse, pretty};
use heft_data::source::place::Place;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of both files without digests. It is read, and written as the one of today.
const WITHOUT_DIGESTS: u32 = 1;

/// What to do about what only `accept` writes.
const ADVICE: &str = "restore the file and let `wasm-heft accept` write it";

/// What is in such a file.
pub trait Content: Clone + Default + Serialize + DeserializeOwned {
    /// What was accepted of one artifact or module.
    type Entry: Serialize;
    /// The version of the file's shape.
    const SCHEMA: u32;
    /// The key of the entries.
    const ENTRIES: &'static str;
    /// Depth from which objects are written on one line.
    const INLINE: usize;

    /// What both files have.
    fn parts(&mut self) -> Parts<'_, Self::Entry>;

    /// What contradicts itself in the entry `name`, and under which key of it.
    fn wrong(name: &str, entry: &Self::Entry) -> Option<(Option<String>, String)>;
}

/// What both files have.
#[derive(Debug)]
pub struct Parts<'a, E> {
    /// The version of the file's shape.
    pub schema: &'a mut u32,
    /// The tools, by the id that entries refer to.
    pub fingerprints: &'a mut Map<Fingerprint>,
    /// By fingerprint id, then by artifact or module.
    pub entries: &'a mut Map<Map<E>>,
    /// A digest of each entry.
    pub digests: &'a mut Digests,
}

/// A baseline with the lines of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaselineFile<C> {
    /// The file as it was named.
    pub file: String,
    lines: Lines,
    /// Its content.
    pub content: C,
}

impl<C: Content> BaselineFile<C> {
    /// Reads the text of the baseline named `file`.
    ///
    /// # Errors
    ///
    /// When it is not of this shape, or contradicts itself.
    pub fn parse(file: &str, text: &str) -> Result<Self, JsonError> {
        let mut baseline = Self {
            file: file.to_owned(),
            content: parse(file, text)?,
            lines: Lines::of(text),
        };
        if let Err((path, message)) = check::<C>(baseline.content.parts()) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let place = baseline.at(&path);
            return Err(JsonError { place, message });
        }
        // They are of the file and not of what becomes of it: writing makes them anew.
        let parts = baseline.content.parts();
        *parts.schema = C::SCHEMA;
        *parts.digests = Digests::default();
        Ok(baseline)
    }

    /// A baseline of nothing, to be written to `file`.
    #[must_use]
    pub fn empty(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            lines: Lines::default(),
            content: C::default(),
        }
    }

    /// The text of the file.
    ///
    /// # Panics
    ///
    /// Never: such content is always representable.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut content = self.content.clone();
        let parts = content.parts();
        *parts.schema = C::SCHEMA;
        *parts.digests = digest::of_all(parts.entries);
        pretty(&content, C::INLINE).expect("numbers and text are representable")
    }

    /// Where the key is that `path` leads to.
    pub(super) fn at(&self, path: &[&str]) -> Place {
        Place {
            file: self.file.clone(),
            line: self.lines.find(path).unwrap_or(1),
        }
    }
}

/// What is wrong with a file: the keys that lead there, and words.
type Wrong = (Vec<String>, String);

fn check<C: Content>(parts: Parts<'_, C::Entry>) -> Result<(), Wrong> {
    let wrong = |path: &[&str], message: String| {
        let path = path.iter().map(|key| (*key).to_owned());
        Err((path.collect(), message))
    };
    let schema = *parts.schema;
    if ![C::SCHEMA, WITHOUT_DIGESTS].contains(&schema) {
        let message = format!("schema {schema} is not known, expected {}", C::SCHEMA);
        return wrong(&["schema"], message);
    }
    check_ids(parts.fingerprints, C::ENTRIES, parts.entries.keys())?;
    for (id, entries) in parts.entries.iter() {
        for (name, entry) in entries.iter() {
            if let Some((key, message)) = C::wrong(name, entry) {
                let mut path = vec![C::ENTRIES, id, name];
                path.extend(key.as_deref());
                return wrong(&path, message);
            }
        }
    }
    if schema != WITHOUT_DIGESTS
        && let Some(([id, name], message)) = digest::wrong(parts.entries, parts.digests)
    {
        return wrong(&[C::ENTRIES, &id, &name], message);
    }
    Ok(())
}

/// Every id is the hash of its pairs, and every use of one is of a known one.
fn check_ids<'a>(
    fingerprints: &Map<Fingerprint>,
    entries: &str,
    mut used: impl Iterator<Item = &'a String>,
) -> Result<(), Wrong> {
    for (id, fingerprint) in fingerprints.iter() {
        let expected = fingerprint.id();
        if *id != expected {
            let message =
                format!("the pairs of fingerprint `{id}` have the id `{expected}`; {ADVICE}");
            return Err((vec!["fingerprints".to_owned(), id.clone()], message));
        }
    }
    match used.find(|id| !fingerprints.contains_key(*id)) {
        None => Ok(()),
        Some(id) => {
            let message = format!("fingerprint `{id}` is not in \"fingerprints\"; {ADVICE}");
            Err((vec![entries.to_owned(), id.clone()], message))
        }
    }
}
