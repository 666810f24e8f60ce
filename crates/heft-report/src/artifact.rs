//! An artifact: its sizes, its record, what it is made of.

use super::error::ReportError;
use heft_data::compress::{brotli, gzip};
use heft_data::provenance::Provenance;
use heft_data::record::{FileRecord, StepRecord};
use heft_gate::artifact::Artifact;
use heft_gate::baseline::Weighed;
use heft_size::attribution::{CrateSize, attribute};
use heft_size::breakdown::breakdown;
use heft_wasm::binary::{Kind, kind};
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};
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

/// The part of a record that is shown.
#[derive(Deserialize)]
struct ReadRecord {
    output: FileRecord,
    steps: Vec<StepRecord>,
    tools: BTreeMap<String, String>,
}

impl ArtifactReport {
    /// Measures an artifact.
    ///
    /// # Errors
    ///
    /// When it is not a module or component, or its record or symbols file are of another file.
    pub(super) fn measure(input: &ArtifactInput) -> Result<Self, ReportError> {
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
        let (steps, tools) = record
            .map(|record| (record.steps, record.tools))
            .unwrap_or_default();
        let attribution = attribute(&input.file, input.names.as_deref());
        let attribution = attribution.map_err(|err| fail(err.to_string()))?;
        Ok(Self {
            name: input.name.clone(),
            kind,
            raw_bytes: Bytes::of(&input.file),
            gzip_bytes: gzip,
            brotli_bytes: brotli,
            steps,
            tools,
            crates: attribution.has_names.then(|| attribution.by_crate()),
        })
    }

    /// Its sizes, for the gate.
    pub(super) fn artifact(&self) -> Artifact {
        Artifact::with_sizes(
            &self.name,
            self.raw_bytes,
            self.gzip_bytes,
            self.brotli_bytes,
        )
    }

    /// It with its parts and the tools that made it, for the baseline.
    pub(super) fn weighed(&self, input: &ArtifactInput) -> Result<Weighed, ReportError> {
        let fail = |why: String| ReportError::Artifact {
            name: self.name.clone(),
            why,
        };
        let breakdown = breakdown(&input.file, input.names.as_deref());
        let breakdown = breakdown.map_err(|err| fail(err.to_string()))?;
        let provenance = match &input.record {
            None => Provenance::default(),
            Some(json) => {
                let text = String::from_utf8_lossy(json);
                Provenance::parse("its record", &text).map_err(|err| fail(err.to_string()))?
            }
        };
        Ok(Weighed::new(self.artifact(), breakdown, &provenance))
    }
}

fn read_record(json: &[u8], file: &[u8]) -> Result<ReadRecord, String> {
    let record: ReadRecord = serde_json::from_slice(json).map_err(|err| {
        format!("its record is not what `wasm-heft optimize --record` writes: {err}")
    })?;
    if record.output.sha256 == FileRecord::of("", file).sha256 {
        return Ok(record);
    }
    Err(format!(
        "its record is of another file ({} and not {}); run `wasm-heft optimize` again, or remove the record",
        record.output.bytes,
        Bytes::of(file)
    ))
}
