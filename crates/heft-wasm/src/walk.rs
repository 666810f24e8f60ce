//! The way through a file: everything in it, at any depth, in its order.

use crate::binary::{BinaryError, Kind, Section, kind, sections};
use crate::section_id::component::{COMPONENT, CORE_MODULE};
use std::fmt;

/// Components nested deeper than this are refused, so that recursion stays bounded.
/// Real files have one or two levels.
pub(crate) const MAX_DEPTH: usize = 64;

/// Where a core module sits: `0` is the first core module of the file itself, `2.1` the second core
/// module of its third nested component. A file that is a core module is `0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(with = "String")
)]
pub struct IndexPath(pub Vec<usize>);

impl fmt::Display for IndexPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.pad(&parts.join("."))
    }
}

impl serde::Serialize for IndexPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something on the way through a file.
#[derive(Clone, Debug)]
pub enum Part<'a> {
    /// A component begins: the file itself, or one in the component that is open.
    Component(Component<'a>),
    /// A core module: in the component that is open, or the file itself.
    Module(Module<'a>),
    /// Another section of the component that is open.
    Section(Section<'a>),
    /// The component that is open ends, and the one around it is open again.
    End,
}

/// A component on the way.
#[derive(Clone, Debug)]
pub struct Component<'a> {
    /// The place among the nested components of each component around it; empty for the file itself.
    pub path: Vec<usize>,
    /// The component itself.
    pub bytes: &'a [u8],
    /// How many bytes stand before it in the component around it: its section id and length.
    pub head: usize,
}

/// A core module on the way.
#[derive(Clone, Debug)]
pub struct Module<'a> {
    /// Its place among the file's modules and nested components.
    pub index: IndexPath,
    /// Offset of its first byte in the file.
    pub offset: usize,
    /// The module itself.
    pub bytes: &'a [u8],
    /// How many bytes stand before it in the component around it: its section id and length.
    pub head: usize,
    /// Its sections.
    pub sections: Vec<Section<'a>>,
}

/// Everything in a file.
///
/// # Errors
///
/// When the file, or anything in it, is not made of sections.
pub fn walk(bytes: &[u8]) -> Result<Vec<Part<'_>>, BinaryError> {
    let mut parts = Vec::new();
    match kind(bytes)? {
        Kind::Module => parts.push(module(bytes, 0, 0, IndexPath(vec![0]))?),
        Kind::Component => component(bytes, 0, 0, &mut Vec::new(), &mut parts)?,
    }
    Ok(parts)
}

fn component<'a>(
    bytes: &'a [u8],
    offset: usize,
    head: usize,
    path: &mut Vec<usize>,
    parts: &mut Vec<Part<'a>>,
) -> Result<(), BinaryError> {
    if path.len() >= MAX_DEPTH {
        return Err(BinaryError::TooDeep { limit: MAX_DEPTH });
    }
    parts.push(Part::Component(Component {
        path: path.clone(),
        bytes,
        head,
    }));
    let (mut modules, mut components) = (0, 0);
    for section in sections(bytes, offset)?.1 {
        let start = section.range.end - section.body.len();
        let head = start - section.range.start;
        match section.id {
            CORE_MODULE => {
                let index = IndexPath([path.as_slice(), &[modules]].concat());
                parts.push(module(section.body, start, head, index)?);
                modules += 1;
            }
            COMPONENT => {
                path.push(components);
                component(section.body, start, head, path, parts)?;
                path.pop();
                components += 1;
            }
            _ => parts.push(Part::Section(section)),
        }
    }
    parts.push(Part::End);
    Ok(())
}

fn module(
    bytes: &[u8],
    offset: usize,
    head: usize,
    index: IndexPath,
) -> Result<Part<'_>, BinaryError> {
    let (_, sections) = sections(bytes, offset)?;
    Ok(Part::Module(Module {
        index,
        offset,
        bytes,
        head,
        sections,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way in short: `( )` around a component, the index of a module, the id of a section.
    fn way(text: &str) -> String {
        let file = wat::parse_str(text).expect("the test's text is right");
        let parts = walk(&file).expect("made of sections");
        let words = parts.iter().map(|part| match part {
            Part::Component(found) => format!("({:?}", found.path),
            Part::Module(found) => found.index.to_string(),
            Part::Section(section) => format!("s{}", section.id),
            Part::End => ")".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn everything_is_met_in_the_order_of_the_file() {
        let text = r#"(component
            (core module (func))
            (component (core module (memory 1)) (component (core module)))
            (import "a" (func))
            (core module))"#;
        assert_eq!(way(text), "([] 0 ([0] 0.0 ([0, 0] 0.0.0 ) ) s7 s10 1 )");
        assert_eq!(way("(module (func))"), "0");
    }

    #[test]
    fn heads_bodies_and_the_rest_add_up_to_the_file() {
        let text =
            r#"(component (core module (func)) (component (core module)) (import "a" (func)))"#;
        let file = wat::parse_str(text).expect("the test's text is right");
        let sum: usize = walk(&file)
            .expect("made of sections")
            .iter()
            .map(|part| match part {
                Part::Component(found) => found.head + crate::binary::HEADER_LEN,
                Part::Module(found) => found.head + found.bytes.len(),
                Part::Section(section) => section.range.len(),
                Part::End => 0,
            })
            .sum();
        assert_eq!(sum, file.len());
    }
}
