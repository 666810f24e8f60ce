//! The sections of a file and their sizes.

use crate::binary::{BinaryError, CUSTOM, HEADER_LEN, Section};
use crate::bytes::Bytes;
use crate::section_id::{name_in_component, name_in_module};
use crate::walk::{Part, walk};
use serde::Serialize;
use std::collections::HashMap;

/// A part of a file: all sections of one sort in one module or component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SectionSize {
    /// E.g. `code`, `module 0/code`, `component 1/module 0/custom name`.
    pub name: String,
    /// Size with section ids and lengths.
    pub bytes: Bytes,
}

/// The parts of a file. Their sizes add up to its size.
///
/// # Errors
///
/// When `bytes` is not made of sections.
pub fn section_sizes(bytes: &[u8]) -> Result<Vec<SectionSize>, BinaryError> {
    Ok(sizes_of(&walk(bytes)?))
}

/// The parts of a file that was walked through.
#[must_use]
pub fn sizes_of(parts: &[Part<'_>]) -> Vec<SectionSize> {
    let mut rows = Rows::default();
    // What the names of the parts of each open component begin with.
    let mut open: Vec<String> = Vec::new();
    for part in parts {
        let here = open.last().map(String::as_str);
        match part {
            Part::Component(found) => {
                let prefix = match (here, found.path.last()) {
                    (Some(around), Some(place)) => format!("{around}component {place}/"),
                    _ => String::new(),
                };
                rows.add(format!("{prefix}header"), HEADER_LEN + found.head);
                open.push(prefix);
            }
            Part::Module(found) => {
                let prefix = match (here, found.index.0.last()) {
                    (Some(around), Some(place)) => format!("{around}module {place}/"),
                    _ => String::new(),
                };
                rows.add(format!("{prefix}header"), HEADER_LEN + found.head);
                for section in &found.sections {
                    let name = section_name(section, name_in_module(section.id));
                    rows.add(format!("{prefix}{name}"), section.range.len());
                }
            }
            Part::Section(section) => {
                let name = section_name(section, name_in_component(section.id));
                let prefix = here.unwrap_or_default();
                rows.add(format!("{prefix}{name}"), section.range.len());
            }
            Part::End => drop(open.pop()),
        }
    }
    rows.rows
}

#[derive(Default)]
struct Rows {
    rows: Vec<SectionSize>,
    places: HashMap<String, usize>,
}

impl Rows {
    fn add(&mut self, name: String, bytes: usize) {
        let bytes = Bytes(bytes as u64);
        match self.places.get(&name) {
            Some(place) => self.rows[*place].bytes.0 += bytes.0,
            None => {
                self.places.insert(name.clone(), self.rows.len());
                self.rows.push(SectionSize { name, bytes });
            }
        }
    }
}

fn section_name(section: &Section<'_>, known: Option<&str>) -> String {
    match (section.id, known) {
        (CUSTOM, _) => format!("custom {}", section.custom().map_or("?", |(name, _)| name)),
        (_, Some(name)) => name.to_owned(),
        (id, None) => format!("section {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(text: &str) -> (Vec<SectionSize>, Bytes) {
        let file = wat::parse_str(text).expect("the test's text is right");
        (
            section_sizes(&file).expect("made of sections"),
            Bytes::of(&file),
        )
    }

    #[test]
    fn the_parts_of_a_component_add_up_to_the_file() {
        let (parts, total) = sizes(
            r#"(component (import "a" (func)) (core module $m (func (export "f")))
                (core instance $i (instantiate $m))
                (func (export "f") (canon lift (core func $i "f")))
                (component (core module (memory 1))))"#,
        );
        assert_eq!(parts.iter().map(|p| p.bytes).sum::<Bytes>(), total);
        let names: Vec<&str> = parts.iter().map(|p| p.name.as_str()).collect();
        for expected in [
            "header",
            "import",
            "module 0/code",
            "component 0/module 0/memory",
        ] {
            assert!(names.contains(&expected), "{expected} in {names:?}");
        }
    }

    #[test]
    fn custom_sections_are_told_apart_by_name() {
        let (parts, total) = sizes(r#"(module (@custom "one" "12345") (@custom "two" "1"))"#);
        let expected = [("header", 8), ("custom one", 11), ("custom two", 7)];
        let found: Vec<_> = parts.iter().map(|p| (p.name.as_str(), p.bytes.0)).collect();
        assert_eq!(found, expected);
        assert_eq!(total, Bytes(26));
    }
}
