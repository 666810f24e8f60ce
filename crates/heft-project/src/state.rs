//! What was built from what, by digest: how the next build knows what has not changed.

use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The version of the file's shape.
const SCHEMA: u32 = 1;

/// The name of the file, in the output folder.
const FILE_NAME: &str = "build-state.json";

/// The digests of a folder's artifacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    schema: u32,
    /// By the variant's name.
    built: BTreeMap<String, Built>,
}

/// One variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// The SHA-256 of what cargo made.
    pub input_sha256: String,
    /// The SHA-256 of the optimizer, its settings and the fingerprint.
    pub settings_sha256: String,
    /// The SHA-256 of every file that was written, by its name.
    pub output_sha256: BTreeMap<String, String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            built: BTreeMap::new(),
        }
    }
}

impl State {
    /// What a folder's file says. A file that is not there or says something else says nothing: then all
    /// is built again.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let text = fs::read(Self::path(folder)).unwrap_or_default();
        let state: Option<Self> = serde_json::from_slice(&text).ok();
        state
            .filter(|state| state.schema == SCHEMA)
            .unwrap_or_default()
    }

    /// What is known of a variant.
    #[must_use]
    pub fn of(&self, variant: &str) -> Option<&Built> {
        self.built.get(variant)
    }

    /// Puts down what was built.
    pub fn insert(&mut self, variant: &str, built: Built) {
        self.built.insert(variant.to_owned(), built);
    }

    /// The folder's file.
    #[must_use]
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// What the folder's file is to say.
    ///
    /// # Errors
    ///
    /// When it is not JSON.
    pub fn text(&self, folder: &Path) -> Result<String, Error> {
        let failed = |err: serde_json::Error| Error::writing(&Self::path(folder), err.into());
        serde_json::to_string_pretty(self).map_err(failed)
    }
}
