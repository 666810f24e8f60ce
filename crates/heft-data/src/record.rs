//! The record beside an artifact.

use crate::sha256;
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::IndexPath;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the record's shape.
pub const RECORD_SCHEMA: u32 = 2;

/// What was done to a file, in full. Holds no time and no folder, so the same inputs give the same
/// record.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Record {
    /// Version of this shape: [`RECORD_SCHEMA`].
    pub schema: u32,
    /// Module or component.
    pub kind: Kind,
    /// The file that was read.
    pub input: FileRecord,
    /// The artifact.
    pub output: FileRecord,
    /// The symbols file, if one was asked for.
    pub symbols: Option<FileRecord>,
    /// The size of the file after each step, in order.
    pub steps: Vec<StepRecord>,
    /// Each core module, in file order.
    pub modules: Vec<ModuleRecord>,
    /// What storing core modules and nested components once saved, in the artifact.
    pub shared_bytes: Bytes,
    /// The imports of the component that nothing in it called and that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pruned_imports: Vec<String>,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
    /// Name and version of each tool.
    pub tools: BTreeMap<String, String>,
    /// What makes two sizes comparable.
    pub fingerprint: BTreeMap<String, String>,
}

/// A file by its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileRecord {
    /// Its name without folders; `-` for standard input or output.
    pub name: String,
    /// Its size.
    pub bytes: Bytes,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl FileRecord {
    /// Describes `content`.
    #[must_use]
    pub fn of(name: &str, content: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            bytes: Bytes::of(content),
            sha256: sha256::hex(content),
        }
    }
}

/// A step of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// As it was read.
    Input,
    /// After wasm-opt; names still in it.
    Optimized,
    /// After stripping: the artifact.
    Stripped,
}

/// The size after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepRecord {
    /// The step.
    pub step: Step,
    /// The size of the whole file after it.
    pub bytes: Bytes,
}

/// What became of a core module's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The code is wasm-opt's.
    Optimized,
    /// The code is as it was: wasm-opt makes it no smaller.
    Kept,
    /// It was not given to wasm-opt: by what it is, the code must stay as it was.
    Untouched,
    /// wasm-opt failed or gave back what can't be used: the code is as it was, or as wasm-opt left it
    /// in an earlier round.
    Failed,
}

/// What one way to optimize a core module made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecipeRecord {
    /// The passes and options, without feature flags.
    pub passes: String,
    /// The size of the module as it would ship; nothing when there is none to use.
    pub bytes: Option<Bytes>,
    /// Its size by the measure that decides.
    pub measured: Option<Bytes>,
    /// Whether its result was kept.
    pub won: bool,
    /// Why there is no result.
    pub why: Option<String>,
}

/// What was done to one core module.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModuleRecord {
    /// Its place in the file.
    pub index: IndexPath,
    /// The proposals its code needs.
    pub features: Vec<String>,
    /// The arguments wasm-opt was given for passes that change what the module does, which run once
    /// and before all others; empty when there are none.
    pub first_wasm_opt_args: Vec<String>,
    /// The arguments wasm-opt was given; empty when it was not run.
    pub wasm_opt_args: Vec<String>,
    /// What was tried the first time, where several recipes were, in the order that decides between equals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipes: Vec<RecipeRecord>,
    /// Its size as it was read.
    pub input_bytes: Bytes,
    /// Its size in the artifact; with [`same_as`](Self::same_as), that of the module stored for it.
    pub output_bytes: Bytes,
    /// Whose code it has.
    pub outcome: Outcome,
    /// Why it was kept, or what failed.
    pub why: Option<String>,
    /// Whether its imports are in another order than they were. Hosts find them by name.
    pub imports_reordered: bool,
    /// The functions that panicked and are traps now, by name, if panics were to be traps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trapped_functions: Vec<String>,
    /// The exports it had that are gone: nothing in the component uses them, or they were not among those to keep.
    pub dropped_exports: Vec<String>,
    /// The module that is stored for both, when this one is the same.
    pub same_as: Option<IndexPath>,
}
