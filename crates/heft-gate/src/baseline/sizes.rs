//! `sizes.json`: the sizes that were last accepted.

use super::accept::{Acceptable, Candidate, Cases, Numbers};
use super::digest::Digests;
use super::file::{BaselineFile, Content, Parts};
use super::history::Baseline;
use super::tolerance::SizeTolerance;
use crate::artifact::Artifact;
use heft_data::fingerprint::Fingerprint;
use heft_data::measure::Measure;
use heft_data::provenance::Provenance;
use heft_data::source::json::Map;
use heft_data::source::place::Place;
use heft_size::breakdown::{Breakdown, By};
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the file's shape. The first one had no digests; it is read, and written as this one.
pub const SIZES_SCHEMA: u32 = 2;

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

    fn set_breakdown(&mut self, breakdown: &Breakdown) {
        let sizes = Some(breakdown.sizes.clone());
        (self.crates, self.sections) = match breakdown.by {
            By::Crate => (sizes, None),
            By::Section => (None, sizes),
        };
    }
}

impl Numbers for Entry {
    type Number = Measure;

    fn all() -> impl Iterator<Item = Measure> {
        Measure::ALL.into_iter()
    }

    fn key(measure: Measure) -> &'static str {
        key(measure)
    }

    fn get(&self, measure: Measure) -> Option<u64> {
        Some(self.size(measure).0)
    }

    fn set(&mut self, measure: Measure, size: Option<u64>) {
        let size = Bytes(size.unwrap_or_default());
        match measure {
            Measure::Raw => self.raw_bytes = size,
            Measure::Gzip => self.gzip_bytes = size,
            Measure::Brotli => self.brotli_bytes = size,
        }
    }

    /// The parts belong to the raw size: where that one is as measured, so are they.
    fn follow(&mut self, measured: &Self, name: &str) -> Option<String> {
        if self.raw_bytes != measured.raw_bytes {
            return None;
        }
        let lost = self.crates.is_some() && measured.sections.is_some();
        self.crates.clone_from(&measured.crates);
        self.sections.clone_from(&measured.sections);
        self.source.clone_from(&measured.source);
        lost.then(|| {
            format!(
                "`{name}` has no symbols file beside it: the baseline holds sections now, crates are no longer told"
            )
        })
    }
}

/// The key of a measure in an entry.
fn key(measure: Measure) -> &'static str {
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

    fn entry(&self) -> Entry {
        let size = |measure| self.artifact.size(measure);
        let mut entry = Entry {
            raw_bytes: size(Measure::Raw),
            gzip_bytes: size(Measure::Gzip),
            brotli_bytes: size(Measure::Brotli),
            crates: None,
            sections: None,
            source: self.source.clone(),
        };
        entry.set_breakdown(&self.breakdown);
        entry
    }
}

/// `sizes.json`, with the lines of its entries.
pub type SizesBaseline = BaselineFile<SizesFile>;

impl SizesBaseline {
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
}

impl Content for SizesFile {
    type Entry = Entry;
    const SCHEMA: u32 = SIZES_SCHEMA;
    const ENTRIES: &'static str = "sizes";
    /// None is on one line.
    const INLINE: usize = usize::MAX;

    fn parts(&mut self) -> Parts<'_, Entry> {
        Parts {
            schema: &mut self.schema,
            fingerprints: &mut self.fingerprints,
            entries: &mut self.sizes,
            digests: &mut self.digests,
        }
    }

    fn wrong(name: &str, entry: &Entry) -> Option<(Option<String>, String)> {
        if entry.crates.is_some() && entry.sections.is_some() {
            return Some((None, "has both crates and sections; keep one".to_owned()));
        }
        // Saturating: whatever was written by hand, the answer is "wrong", not a panic.
        let sizes = entry.breakdown()?.sizes;
        let sum = sizes
            .values()
            .fold(0, |sum: u64, size| sum.saturating_add(size.0));
        (sum != entry.raw_bytes.0).then(|| {
            let message = format!(
                "raw_bytes of `{name}` is {} and its parts add up to {}; restore the file and let `wasm-heft accept` write it",
                entry.raw_bytes,
                Bytes(sum),
            );
            (Some("raw_bytes".to_owned()), message)
        })
    }
}

/// Sizes have no cases: there is one, without a name.
const ONLY: &str = "";

impl Acceptable for SizesFile {
    const BASELINE: Baseline = Baseline::Sizes;
    type Numbers = Entry;
    type Measured = Weighed;

    fn candidate(weighed: &Weighed) -> Candidate<'_, Entry> {
        Candidate {
            name: &weighed.artifact.name,
            fingerprint: &weighed.fingerprint,
            cases: Self::cases(&weighed.entry()),
        }
    }

    fn cases(entry: &Entry) -> Cases<Entry> {
        Cases::from([(ONLY.to_owned(), entry.clone())])
    }

    fn entry(mut cases: Cases<Entry>) -> Option<Entry> {
        cases.remove(ONLY)
    }

    fn allowed(&self, _: Measure, old: u64) -> u64 {
        self.tolerance.allowed(Bytes(old)).0
    }

    /// The sizes that are not the same.
    fn to_history(these: &Cases<Entry>, others: Option<&Cases<Entry>>) -> Value {
        let other = others.and_then(|others| others.get(ONLY));
        let mut changed = Map::default();
        if let Some(entry) = these.get(ONLY) {
            for measure in Measure::ALL {
                let size = entry.size(measure);
                if other.map(|other| other.size(measure)) != Some(size) {
                    changed.insert(key(measure).to_owned(), size);
                }
            }
        }
        serde_json::to_value(changed).unwrap_or_default()
    }
}
