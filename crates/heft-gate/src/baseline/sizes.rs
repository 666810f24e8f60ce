//! `sizes.json`: the sizes that were last accepted.

use super::digest::{self, Digests};
use super::tolerance::SizeTolerance;
use crate::artifact::Artifact;
use heft_data::fingerprint::Fingerprint;
use heft_data::measure::Measure;
use heft_data::provenance::Provenance;
use heft_data::source::json::{JsonError, Lines, Map, parse, pretty};
use heft_data::source::place::Place;
use heft_size::breakdown::{Breakdown, By};
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The version of the file's shape. The first one had no digests; it is read, and written as this one.
pub const SIZES_SCHEMA: u32 = 2;

/// The version without digests.
const WITHOUT_DIGESTS: u32 = 1;

/// Depth from which objects are written on one line: none is.
const INLINE: usize = usize::MAX;

/// The content of `sizes.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SizesFile {
    /// Version of this shape: [`SIZES_SCHEMA`].
    pub schema: u32,
    /// Growth that passes.
    pub tolerance: SizeTolerance,
    /// The tools, by the id that `sizes` refers to.
    pub fingerprints: Map<Fingerprint>,
    /// By fingerprint id, then by artifact.
    pub sizes: Map<Map<Entry>>,
    /// A digest of each entry.
    #[serde(default)]
    pub digests: Digests,
}

impl Default for SizesFile {
    fn default() -> Self {
        Self {
            schema: SIZES_SCHEMA,
            tolerance: SizeTolerance::default(),
            fingerprints: Map::default(),
            sizes: Map::default(),
            digests: Map::default(),
        }
    }
}

/// What was accepted of one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its size.
    pub raw_bytes: Bytes,
    /// Its size as gzip level 9.
    pub gzip_bytes: Bytes,
    /// Its size as brotli quality 11.
    pub brotli_bytes: Bytes,
    /// Its parts by crate; they add up to `raw_bytes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crates: Option<Map<Bytes>>,
    /// Its parts by section, where crates are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<Map<Bytes>>,
    /// The source it was made from, by hashes. Only told, never judged.
    #[serde(default)]
    pub source: Map<String>,
}

impl Entry {
    /// The size by one measure.
    #[must_use]
    pub fn size(&self, measure: Measure) -> Bytes {
        match measure {
            Measure::Raw => self.raw_bytes,
            Measure::Gzip => self.gzip_bytes,
            Measure::Brotli => self.brotli_bytes,
        }
    }

    /// The parts, if there are any.
    #[must_use]
    pub fn breakdown(&self) -> Option<Breakdown> {
        let crates = self.crates.iter().map(|sizes| (By::Crate, sizes));
        let sections = self.sections.iter().map(|sizes| (By::Section, sizes));
        let (by, sizes) = crates.chain(sections).next()?;
        let sizes = sizes.clone();
        Some(Breakdown { by, sizes })
    }

    pub(super) fn set(&mut self, measure: Measure, size: Bytes) {
        match measure {
            Measure::Raw => self.raw_bytes = size,
            Measure::Gzip => self.gzip_bytes = size,
            Measure::Brotli => self.brotli_bytes = size,
        }
    }

    pub(super) fn set_parts(&mut self, weighed: &Weighed) {
        let sizes = Some(weighed.breakdown.sizes.clone());
        (self.crates, self.sections) = match weighed.breakdown.by {
            By::Crate => (sizes, None),
            By::Section => (None, sizes),
        };
        self.source = weighed.source.clone();
    }
}

/// The key of a measure in an entry.
pub(super) fn key(measure: Measure) -> &'static str {
    match measure {
        Measure::Raw => "raw_bytes",
        Measure::Gzip => "gzip_bytes",
        Measure::Brotli => "brotli_bytes",
    }
}

/// An artifact, weighed and taken apart, and the tools it was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Its name and sizes.
    pub artifact: Artifact,
    /// What it is made of.
    pub breakdown: Breakdown,
    /// What makes its sizes comparable.
    pub fingerprint: Fingerprint,
    /// Its source.
    pub source: Map<String>,
}

impl Weighed {
    /// Puts together what was found out about an artifact.
    #[must_use]
    pub fn new(artifact: Artifact, breakdown: Breakdown, provenance: &Provenance) -> Self {
        Self {
            artifact,
            breakdown,
            fingerprint: provenance.with_compressors(),
            source: provenance.source.clone(),
        }
    }

    pub(super) fn entry(&self) -> Entry {
        let size = |measure| self.artifact.size(measure);
        let mut entry = Entry {
            raw_bytes: size(Measure::Raw),
            gzip_bytes: size(Measure::Gzip),
            brotli_bytes: size(Measure::Brotli),
            crates: None,
            sections: None,
            source: Map::default(),
        };
        entry.set_parts(self);
        entry
    }
}

/// `sizes.json`, with the lines of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SizesBaseline {
    /// The file as it was named.
    pub file: String,
    lines: Lines,
    /// Its content.
    pub content: SizesFile,
}

impl SizesBaseline {
    /// Reads the text of the baseline named `file`.
    ///
    /// # Errors
    ///
    /// When it is not of this shape, or its numbers contradict each other.
    pub fn parse(file: &str, text: &str) -> Result<Self, JsonError> {
        let mut baseline = Self {
            file: file.to_owned(),
            content: parse(file, text)?,
            lines: Lines::of(text),
        };
        baseline.check()?;
        // They are of the file and not of what becomes of it: writing makes them anew.
        baseline.content.schema = SIZES_SCHEMA;
        baseline.content.digests = Digests::default();
        Ok(baseline)
    }

    /// A baseline of nothing, to be written to `file`.
    #[must_use]
    pub fn empty(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
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
        content.schema = SIZES_SCHEMA;
        content.digests = digest::of_all(&content.sizes);
        pretty(&content, INLINE).expect("numbers and text are representable")
    }

    /// What was accepted of an artifact made with the tools of this id.
    #[must_use]
    pub fn entry(&self, id: &str, artifact: &str) -> Option<&Entry> {
        self.content.sizes.get(id)?.get(artifact)
    }

    /// Where a number is written.
    #[must_use]
    pub fn place(&self, id: &str, artifact: &str, measure: Measure) -> Place {
        self.at(&["sizes", id, artifact, key(measure)])
    }

    pub(super) fn at(&self, path: &[&str]) -> Place {
        Place {
            file: self.file.clone(),
            line: self.lines.find(path).unwrap_or(1),
        }
    }

    fn check(&self) -> Result<(), JsonError> {
        let content = &self.content;
        let wrong = |path: &[&str], message: String| {
            let place = self.at(path);
            Err(JsonError { place, message })
        };
        if ![SIZES_SCHEMA, WITHOUT_DIGESTS].contains(&content.schema) {
            let message = format!(
                "schema {} is not known, expected {SIZES_SCHEMA}",
                content.schema
            );
            return wrong(&["schema"], message);
        }
        check_ids(&content.fingerprints, "sizes", content.sizes.keys())
            .or_else(|(path, message)| wrong(&[&path.0, &path.1], message))?;
        for (id, entries) in content.sizes.iter() {
            for (name, entry) in entries.iter() {
                let path = ["sizes", id, name, "raw_bytes"];
                if entry.crates.is_some() && entry.sections.is_some() {
                    return wrong(
                        &path[..3],
                        "has both crates and sections; keep one".to_owned(),
                    );
                }
                let Some(breakdown) = entry.breakdown() else {
                    continue;
                };
                // Saturating: whatever was written by hand, the answer is "wrong", not a panic.
                let sum = breakdown
                    .sizes
                    .values()
                    .fold(0, |sum: u64, b| sum.saturating_add(b.0));
                if sum != entry.raw_bytes.0 {
                    let message = format!(
                        "raw_bytes of `{name}` is {} and its parts add up to {}; restore the file and let `wasm-heft accept` write it",
                        entry.raw_bytes,
                        Bytes(sum),
                    );
                    return wrong(&path, message);
                }
            }
        }
        if content.schema != WITHOUT_DIGESTS
            && let Some(([id, name], message)) = digest::wrong(&content.sizes, &content.digests)
        {
            return wrong(&["sizes", &id, &name], message);
        }
        Ok(())
    }
}

/// Every id is the hash of its pairs, and every use of one is of a known one.
pub(super) fn check_ids<'a>(
    fingerprints: &Map<Fingerprint>,
    section: &str,
    used: impl Iterator<Item = &'a String>,
) -> Result<(), ((String, String), String)> {
    for (id, fingerprint) in fingerprints.iter() {
        let expected = fingerprint.id();
        if *id != expected {
            let message = format!(
                "the pairs of fingerprint `{id}` have the id `{expected}`; restore the file and let `wasm-heft accept` write it"
            );
            return Err((("fingerprints".to_owned(), id.clone()), message));
        }
    }
    for id in used {
        if !fingerprints.contains_key(id) {
            let message = format!(
                "fingerprint `{id}` is not in \"fingerprints\"; restore the file and let `wasm-heft accept` write it"
            );
            return Err(((section.to_owned(), id.clone()), message));
        }
    }
    Ok(())
}
