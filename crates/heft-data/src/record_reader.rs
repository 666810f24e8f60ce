//! Reading a record again.

use crate::record::StepRecord;
use crate::sha256;
use crate::source::json::{JsonError, Map, parse};
use heft_wasm::bytes::Bytes;
use serde::Deserialize;

/// The parts of a record that are read again. Its other parts may be of any version.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadRecord {
    /// The artifact.
    pub output: ReadFile,
    /// The symbols file, if there is one.
    #[serde(default)]
    pub symbols: Option<ReadFile>,
    /// What makes two sizes comparable.
    pub fingerprint: Map<String>,
    /// Name and version of each tool.
    #[serde(default)]
    pub tools: Map<String>,
    /// The size of the file after each step, in order.
    #[serde(default)]
    pub steps: Vec<StepRecord>,
}

/// A file in a record.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadFile {
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its size.
    #[serde(default)]
    pub bytes: Bytes,
}

impl ReadRecord {
    /// Reads the text of the record named `file`.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn parse(file: &str, text: &str) -> Result<Self, JsonError> {
        parse(file, text)
    }

    /// Whether `content` is the artifact.
    ///
    /// # Errors
    ///
    /// When it is not: the SHA-256 of `content`.
    pub fn check(&self, content: &[u8]) -> Result<(), String> {
        let found = sha256::hex(content);
        if found == self.output.sha256 {
            return Ok(());
        }
        Err(found)
    }
}
