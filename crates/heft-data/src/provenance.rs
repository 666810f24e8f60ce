//! Who made an artifact: the part of its record that baselines need.

use super::fingerprint::{Fingerprint, split};
use super::source::json::{JsonError, Map};
use crate::compress::COMPRESSORS;
use crate::record_reader::ReadRecord;
use std::collections::BTreeMap;

/// The tools that made an artifact, and what its source was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// What makes its numbers comparable.
    pub tools: Fingerprint,
    /// The source, by hashes: information, never a reason not to compare.
    pub source: Map<String>,
    /// SHA-256 of the artifact that the record describes, in hexadecimal.
    pub sha256: Option<String>,
}

/// Why a record is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is not a record.
    #[error("not a record of `wasm-heft optimize`: {0}")]
    Json(JsonError),
    /// It is a record of something else.
    #[error(
        "record `{record}` describes another file than `{file}`: its output has SHA-256 {expected:.12}..., the file {found:.12}...; make both in one run of `wasm-heft optimize`"
    )]
    OtherFile {
        /// The record.
        record: String,
        /// The artifact.
        file: String,
        /// In the record.
        expected: String,
        /// Of the file.
        found: String,
    },
}

// NB: no `#[from]`: the reason is part of the sentence, and would be told a second time as its source.
impl From<JsonError> for RecordError {
    fn from(err: JsonError) -> Self {
        Self::Json(err)
    }
}

impl From<&ReadRecord> for Provenance {
    fn from(record: &ReadRecord) -> Self {
        Self {
            sha256: Some(record.output.sha256.clone()),
            ..Self::from_pairs(record.fingerprint.0.clone())
        }
    }
}

impl Provenance {
    /// Reads the text of the record named `file`.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn parse(file: &str, text: &str) -> Result<Self, RecordError> {
        Ok(Self::from(&ReadRecord::parse(file, text)?))
    }

    /// Of pairs that somebody vouches for, where there is no record.
    #[must_use]
    pub fn from_pairs(pairs: BTreeMap<String, String>) -> Self {
        let (tools, source) = split(pairs);
        Self {
            tools,
            source,
            sha256: None,
        }
    }

    /// Makes sure that the record named `record` is about `file`, whose content has the SHA-256 `found`.
    ///
    /// # Errors
    ///
    /// When it is about something else.
    pub fn check(&self, record: &str, file: &str, found: &str) -> Result<(), RecordError> {
        match &self.sha256 {
            Some(expected) if expected != found => Err(RecordError::OtherFile {
                record: record.to_owned(),
                file: file.to_owned(),
                expected: expected.clone(),
                found: found.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// The tools, with the compressors that sizes are measured with.
    #[must_use]
    pub fn with_compressors(&self) -> Fingerprint {
        let compressors = COMPRESSORS.map(|(name, how)| (name.to_owned(), how.to_owned()));
        Fingerprint::new(self.tools.0.0.clone().into_iter().chain(compressors))
    }
}
