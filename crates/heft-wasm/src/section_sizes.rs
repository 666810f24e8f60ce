//! The sections of a file and their sizes.

use crate::binary::{BinaryError, COMPONENT, CORE_MODULE, CUSTOM, Kind, Section, sections};
use crate::bytes::Bytes;
use crate::core_modules::core_modules;
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
    // Refuses what is nested too deep before recursing into it.
    core_modules(bytes)?;
    let mut parts = Parts::default();
    parts.add_file(bytes, 0, "")?;
    Ok(parts.rows)
}

#[derive(Default)]
struct Parts {
    rows: Vec<SectionSize>,
    places: HashMap<String, usize>,
}

impl Parts {
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

    fn add_file(&mut self, bytes: &[u8], frame: usize, prefix: &str) -> Result<(), BinaryError> {
        let (kind, sections) = sections(bytes, 0)?;
        let content: usize = sections.iter().map(|s| s.range.len()).sum();
        // The header, and the id and length of the section this module or component is in.
        self.add(format!("{prefix}header"), bytes.len() - content + frame);
        let (mut modules, mut components) = (0, 0);
        for section in sections {
            let frame = section.range.len() - section.body.len();
            match (kind, section.id) {
                (Kind::Component, CORE_MODULE) => {
                    self.add_file(section.body, frame, &format!("{prefix}module {modules}/"))?;
                    modules += 1;
                }
                (Kind::Component, COMPONENT) => {
                    self.add_file(
                        section.body,
                        frame,
                        &format!("{prefix}component {components}/"),
                    )?;
                    components += 1;
                }
                _ => {
                    let name = section_name(kind, &section);
                    self.add(format!("{prefix}{name}"), section.range.len());
                }
            }
        }
        Ok(())
    }
}

fn section_name(kind: Kind, section: &Section<'_>) -> String {
    const MODULE: [&str; 14] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
        "tag",
    ];
    const COMPONENT: [&str; 13] = [
        "custom",
        "core module",
        "core instance",
        "core type",
        "component",
        "instance",
        "alias",
        "type",
        "canonical",
        "start",
        "import",
        "export",
        "value",
    ];
    if section.id == CUSTOM {
        return format!("custom {}", section.custom().map_or("?", |(name, _)| name));
    }
    let names: &[&str] = match kind {
        Kind::Module => &MODULE,
        Kind::Component => &COMPONENT,
    };
    match names.get(usize::from(section.id)) {
        Some(name) => (*name).to_owned(),
        None => format!("section {}", section.id),
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
