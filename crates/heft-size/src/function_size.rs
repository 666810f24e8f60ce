//! Rows of functions.

use crate::attribution::{Attribution, Function};
use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::IndexPath;
use serde::Serialize;

/// The size of a function, or of all instances of one when they are folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FunctionSize {
    /// Its demangled name.
    pub name: String,
    /// The crate or library it belongs to.
    #[serde(rename = "crate")]
    pub krate: String,
    /// The size of its bodies with their lengths.
    pub bytes: Bytes,
    /// How many functions these are: more than one only when folded.
    pub instances: u64,
    /// The core module it is in, by its place in the file; `None` for several functions.
    pub module: Option<IndexPath>,
    /// Its index in that module, imported functions first; `None` for several functions.
    pub index: Option<u32>,
}

/// Functions that are not listed one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherFunctions {
    /// How many.
    pub count: u64,
    /// Their size.
    pub bytes: Bytes,
}

/// The row of one function.
pub(crate) fn function_size(
    attribution: &Attribution<'_>,
    function: &Function<'_>,
    name: String,
) -> FunctionSize {
    FunctionSize {
        name,
        krate: attribution.crate_of(function).to_owned(),
        bytes: function.bytes,
        instances: 1,
        module: attribution
            .modules
            .get(function.module)
            .map(|module| module.index.clone()),
        index: Some(function.index),
    }
}
