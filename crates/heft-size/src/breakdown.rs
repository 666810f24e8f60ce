//! What a file is made of: the numbers that tell what grew.

use crate::attribution::Attribution;
use heft_data::source::json::Map;
use heft_wasm::bytes::Bytes;
use serde::Serialize;
use std::collections::BTreeMap;

/// How a file was taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// By crate; rows that are not crates have names in brackets.
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

impl Breakdown {
    /// The parts of an attributed file: by crate if it has names of functions.
    #[must_use]
    pub fn of(attribution: &Attribution<'_>) -> Self {
        let mut sizes: BTreeMap<String, Bytes> = BTreeMap::new();
        let mut add = |name: &str, bytes: Bytes| {
            sizes.entry(name.to_owned()).or_default().0 += bytes.0;
        };
        let by = if attribution.has_names {
            for row in attribution.by_crate() {
                add(&row.name, row.bytes);
            }
            By::Crate
        } else {
            for row in &attribution.sections {
                add(&row.name, row.bytes);
            }
            By::Section
        };
        Self {
            by,
            sizes: Map(sizes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::attribute;

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
            let breakdown = Breakdown::of(&attribute(&file, None).expect("a module"));
            assert_eq!(breakdown.by, by);
            assert_eq!(
                breakdown.sizes.values().copied().sum::<Bytes>(),
                Bytes::of(&file)
            );
        }
    }
}
