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
    /// The same code with names. What is of another file is not used: see [`Report::refused`](crate::Report::refused).
    pub names: Option<Vec<u8>>,
    /// What `optimize --record` wrote about it.
    pub record: Option<ReadRecord>,
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

/// What was found out of an artifact.
pub(super) struct Measured {
    pub(super) artifact: ArtifactReport,
    /// What a baseline says of, too: its parts and the tools that made it.
    pub(super) weighed: Weighed,
    /// None where it has no names.
    pub(super) functions: OfArtifact,
    /// Why its symbols file is not used.
    pub(super) refused: Option<String>,
}

impl Measured {
    /// Measures an artifact.
    ///
    /// # Errors
    ///
    /// When it is not a module or component, or its record is of another file.
    pub(super) fn of(input: &ArtifactInput) -> Result<Self, ReportError> {
        let fail = |why: String| ReportError::Artifact {
            name: input.name.clone(),
            why,
        };
        let kind = kind(&input.file).map_err(|err| fail(err.to_string()))?;
        let (gzip, brotli) = rayon::join(|| gzip(&input.file), || brotli(&input.file));
        if let Some(record) = &input.record {
            check(record, &input.file).map_err(fail)?;
        }
        let with_names = input
            .names
            .as_deref()
            .map(|names| attribute(&input.file, Some(names)));
        let (with_names, refused) = match with_names {
            Some(Ok(attribution)) => (Some(attribution), None),
            Some(Err(err)) => (None, Some(err.to_string())),
            None => (None, None),
        };
        let attribution = with_names.map_or_else(|| attribute(&input.file, None), Ok);
        let attribution = attribution.map_err(|err| fail(err.to_string()))?;
        let crates = attribution.has_names.then(|| attribution.by_crate());
        let functions = crates
            .as_deref()
            .map(|rows| functions::of(&attribution, rows));
        let raw = Bytes::of(&input.file);
        let weighed = Weighed::new(
            Artifact::with_sizes(&input.name, raw, gzip, brotli),
            Breakdown::of(&attribution),
            &input
                .record
                .as_ref()
                .map(Provenance::from)
                .unwrap_or_default(),
        );
        let (steps, tools) = input
            .record
            .as_ref()
            .map(|record| (record.steps.clone(), record.tools.0.clone()))
            .unwrap_or_default();
        let artifact = ArtifactReport {
            name: input.name.clone(),
            kind,
            raw_bytes: raw,
            gzip_bytes: gzip,
            brotli_bytes: brotli,
            steps,
            tools,
            crates,
        };
        Ok(Self {
            artifact,
            weighed,
            functions: functions.unwrap_or_default(),
            refused,
        })
    }
}

/// Makes sure that the record is of this file.
fn check(record: &ReadRecord, file: &[u8]) -> Result<(), String> {
    if record.check(file).is_ok() {
        return Ok(());
    }
    Err(format!(
        "its record is of another file ({} and not {}); run `wasm-heft optimize` again, or remove the record",
        record.output.bytes,
        Bytes::of(file)
    ))
}
