//! An artifact: its sizes, its record, what it is made of.

use super::error::ReportError;
use super::functions::{self, OfArtifact};
use heft_data::compress::{brotli, gzip};
use heft_data::provenance::Provenance;
use heft_data::record::StepRecord;
use heft_data::record_reader::ReadRecord;
use heft_gate::artifact::Artifact;
use heft_gate::baseline::Weighed;
use heft_size::attribution::{CrateSize, attribute};
use heft_size::breakdown::Breakdown;
use heft_wasm::binary::{Kind, kind};
use heft_wasm::bytes::Bytes;
use serde::Serialize;
use std::collections::BTreeMap;

/// The files of an artifact.
#[derive(Debug, Default)]
pub struct ArtifactInput {
    /// Its name, e.g. `talc-wasip1`.
    pub name: String,
    /// The artifact.
    pub file: Vec<u8>,
    /// The same code with names.
    pub names: Option<Vec<u8>>,
    /// What `optimize --record` wrote about it.
    pub record: Option<Vec<u8>>,
}

/// What is known of an artifact.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ArtifactReport {
    /// Its name.
    pub name: String,
    /// Module or component.
    pub kind: Kind,
    /// Its size.
    pub raw_bytes: Bytes,
    /// Its size as gzip level 9.
    pub gzip_bytes: Bytes,
    /// Its size as brotli quality 11.
    pub brotli_bytes: Bytes,
    /// The size after each step of the work; empty without a record.
    pub steps: Vec<StepRecord>,
    /// Name and version of each tool that made it; empty without a record.
    pub tools: BTreeMap<String, String>,
    /// What it is made of, largest first; `None` without names.
    pub crates: Option<Vec<CrateSize>>,
}

impl ArtifactReport {
    /// Measures an artifact. Returns what a baseline says of, too (its parts and the tools that made it), and its
    /// functions; none where it has no names.
    ///
    /// # Errors
    ///
    /// When it is not a module or component, or its record or symbols file are of another file.
    pub(super) fn measure(
        input: &ArtifactInput,
    ) -> Result<(Self, Weighed, OfArtifact), ReportError> {
        let fail = |why: String| ReportError::Artifact {
            name: input.name.clone(),
            why,
        };
        let kind = kind(&input.file).map_err(|err| fail(err.to_string()))?;
        let (gzip, brotli) = rayon::join(|| gzip(&input.file), || brotli(&input.file));
        let record = input
            .record
            .as_deref()
            .map(|json| read_record(json, &input.file));
        let record = record.transpose().map_err(fail)?;
        let attribution = attribute(&input.file, input.names.as_deref());
        let attribution = attribution.map_err(|err| fail(err.to_string()))?;
        let crates = attribution.has_names.then(|| attribution.by_crate());
        let functions = crates
            .as_deref()
            .map(|rows| functions::of(&attribution, rows));
        let raw = Bytes::of(&input.file);
        let weighed = Weighed::new(
            Artifact::with_sizes(&input.name, raw, gzip, brotli),
            Breakdown::of(&attribution),
            &record.as_ref().map(Provenance::from).unwrap_or_default(),
        );
        let (steps, tools) = record
            .map(|record| (record.steps, record.tools.0))
            .unwrap_or_default();
        let report = Self {
            name: input.name.clone(),
            kind,
            raw_bytes: raw,
            gzip_bytes: gzip,
            brotli_bytes: brotli,
            steps,
            tools,
            crates,
        };
        Ok((report, weighed, functions.unwrap_or_default()))
    }
}

fn read_record(json: &[u8], file: &[u8]) -> Result<ReadRecord, String> {
    let text = String::from_utf8_lossy(json);
    let record = ReadRecord::parse("its record", &text).map_err(|err| {
        format!(
            "its record is not what `wasm-heft optimize --record` writes: line {}: {}",
            err.place.line, err.message
        )
    })?;
    if record.check(file).is_ok() {
        return Ok(record);
    }
    Err(format!(
        "its record is of another file ({} and not {}); run `wasm-heft optimize` again, or remove the record",
        record.output.bytes,
        Bytes::of(file)
    ))
}
