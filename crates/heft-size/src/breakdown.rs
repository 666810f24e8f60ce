//! What a file is made of: the numbers that tell what grew.

use crate::attribution::{AttributionError, attribute};
use heft_data::source::json::Map;
use heft_wasm::binary::BinaryError;
use heft_wasm::bytes::Bytes;
use heft_wasm::section_sizes::section_sizes;
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
pub struct Breakdown {
    /// What they are.
    pub by: By,
    /// Each one's size.
    pub sizes: Map<Bytes>,
}

/// Why a file can't be taken apart.
#[derive(Debug, thiserror::Error)]
pub enum BreakdownError {
    /// By crate.
    #[error(transparent)]
    Crates(#[from] AttributionError),
    /// By section.
    #[error(transparent)]
    Sections(#[from] BinaryError),
}

/// Takes a file apart: by crate if it or `names`, its symbols file, has names of functions.
///
/// # Errors
///
/// When it is not WebAssembly, or `names` is of another file.
pub fn breakdown(file: &[u8], names: Option<&[u8]>) -> Result<Breakdown, BreakdownError> {
    let attribution = attribute(file, names)?;
    let (by, rows): (By, Vec<(String, Bytes)>) = if attribution.has_names {
        let crates = attribution.by_crate().into_iter();
        (By::Crate, crates.map(|row| (row.name, row.bytes)).collect())
    } else {
        let sections = section_sizes(file)?.into_iter();
        (
            By::Section,
            sections.map(|row| (row.name, row.bytes)).collect(),
        )
    };
    let mut sizes = BTreeMap::new();
    for (name, bytes) in rows {
        sizes.entry(name).or_insert(Bytes(0)).0 += bytes.0;
    }
    Ok(Breakdown {
        by,
        sizes: Map(sizes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_file_with_and_without_names() {
        for (text, by) in [
            (
                "(module (func $dlmalloc::malloc (export \"f\")) (memory 1))",
                By::Crate,
            ),
            ("(module (func (export \"f\")) (memory 1))", By::Section),
        ] {
            let file = wat::parse_str(text).expect("the test's text is right");
            let breakdown = breakdown(&file, None).expect("a module");
            assert_eq!(breakdown.by, by);
            assert_eq!(
                breakdown.sizes.values().copied().sum::<Bytes>(),
                Bytes::of(&file)
            );
        }
    }
}
