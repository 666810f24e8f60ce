//! What a file is made of: the numbers that tell what grew.

use super::json::Map;
use crate::bytes::Bytes;
use crate::size::section_sizes;
use serde::Serialize;
use std::collections::BTreeMap;

/// How a file was taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// By crate; rows that are no crate have names in brackets.
    Crate,
    /// By section, for want of function names.
    Section,
}

/// The parts of a file. They add up to its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What they are.
    pub by: By,
    /// Each one's size.
    pub sizes: Map<Bytes>,
}

/// Takes a file apart; `names` is its named twin.
///
/// # Errors
///
/// When it is not WebAssembly, in words.
pub fn parts(file: &[u8], names: Option<&[u8]>) -> Result<Parts, String> {
    let _ = names;
    let mut sizes = BTreeMap::new();
    for section in section_sizes(file).map_err(|err| err.to_string())? {
        sizes.entry(section.name).or_insert(Bytes(0)).0 += section.bytes.0;
    }
    Ok(Parts {
        by: By::Section,
        sizes: Map(sizes),
    })
}
