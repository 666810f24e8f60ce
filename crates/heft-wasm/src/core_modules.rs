//! The core modules of a file: where they are, and the file with others in their place.

use crate::binary::{
    BinaryError, COMPONENT, CORE_MODULE, Kind, header, kind, push_section, sections,
};
use std::fmt;

/// Components nested deeper than this are refused, so that recursion stays bounded.
/// Real files have one or two levels.
const MAX_DEPTH: usize = 64;

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

/// A core module and where it is in its file.
#[derive(Clone, Debug)]
pub struct CoreModule<'a> {
    /// Its place among the file's modules and nested components.
    pub index: IndexPath,
    /// Offset of its first byte in the file.
    pub offset: usize,
    /// The module itself.
    pub bytes: &'a [u8],
}

/// All core modules of a file in file order; the file itself when it is a core module.
///
/// # Errors
///
/// When the file, or anything in it, is not made of sections.
pub fn core_modules(bytes: &[u8]) -> Result<Vec<CoreModule<'_>>, BinaryError> {
    let mut found = Vec::new();
    if kind(bytes)? == Kind::Module {
        sections(bytes, 0)?;
        found.push(CoreModule {
            index: IndexPath(vec![0]),
            offset: 0,
            bytes,
        });
    } else {
        collect(bytes, 0, &mut Vec::new(), &mut found)?;
    }
    Ok(found)
}

/// Whether any core module of a file names functions.
#[must_use]
pub fn has_function_names(bytes: &[u8]) -> bool {
    use wasmparser::{BinaryReader, Name, NameSectionReader};
    let names_functions = |module: &CoreModule<'_>| {
        let found = sections(module.bytes, 0).map(|(_, sections)| sections);
        found.unwrap_or_default().iter().any(|section| {
            let Some(("name", body)) = section.custom() else {
                return false;
            };
            let mut parts = NameSectionReader::new(BinaryReader::new(body, 0)).flatten();
            parts
                .any(|part| matches!(part, Name::Function(names) if names.clone().next().is_some()))
        })
    };
    core_modules(bytes).is_ok_and(|modules| modules.iter().any(names_functions))
}

fn collect<'a>(
    bytes: &'a [u8],
    offset: usize,
    path: &mut Vec<usize>,
    found: &mut Vec<CoreModule<'a>>,
) -> Result<(), BinaryError> {
    if path.len() >= MAX_DEPTH {
        return Err(BinaryError::TooDeep { limit: MAX_DEPTH });
    }
    let (mut modules, mut components) = (0, 0);
    for section in sections(bytes, offset)?.1 {
        let start = section.range.end - section.body.len();
        match section.id {
            CORE_MODULE => {
                sections(section.body, start)?;
                path.push(modules);
                found.push(CoreModule {
                    index: IndexPath(path.clone()),
                    offset: start,
                    bytes: section.body,
                });
                path.pop();
                modules += 1;
            }
            COMPONENT => {
                path.push(components);
                collect(section.body, start, path, found)?;
                path.pop();
                components += 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Builds the file again, with `module` called for each core module and `keep` asked about each
/// custom section of the components around them. Section lengths are encoded afresh; every other
/// byte stays.
///
/// # Errors
///
/// When the file, or anything in it, is not made of sections.
pub fn rebuild<'m>(
    bytes: &[u8],
    mut module: impl FnMut(&IndexPath) -> &'m [u8],
    keep: impl Fn(&str) -> bool,
) -> Result<Vec<u8>, BinaryError> {
    if kind(bytes)? == Kind::Module {
        return Ok(module(&IndexPath(vec![0])).to_vec());
    }
    rebuild_component(bytes, &mut Vec::new(), &mut module, &keep)
}

fn rebuild_component<'m>(
    bytes: &[u8],
    path: &mut Vec<usize>,
    module: &mut impl FnMut(&IndexPath) -> &'m [u8],
    keep: &impl Fn(&str) -> bool,
) -> Result<Vec<u8>, BinaryError> {
    if path.len() >= MAX_DEPTH {
        return Err(BinaryError::TooDeep { limit: MAX_DEPTH });
    }
    let (kind, sections) = sections(bytes, 0)?;
    let mut out = header(kind);
    let (mut modules, mut components) = (0, 0);
    for section in sections {
        match section.id {
            CORE_MODULE => {
                path.push(modules);
                push_section(&mut out, section.id, module(&IndexPath(path.clone())));
                path.pop();
                modules += 1;
            }
            COMPONENT => {
                path.push(components);
                let inner = rebuild_component(section.body, path, module, keep)?;
                push_section(&mut out, section.id, &inner);
                path.pop();
                components += 1;
            }
            _ if section.custom().is_some_and(|(name, _)| !keep(name)) => {}
            _ => push_section(&mut out, section.id, section.body),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wasm(text: &str) -> Vec<u8> {
        wat::parse_str(text).expect("the test's text is right")
    }

    const NESTED: &str = r#"(component
        (core module (func))
        (component (core module (memory 1)) (component (core module (table 1 funcref))))
        (core module (global i32 (i32.const 0)))
        (component (core module (func) (func)) (core module (func) (func) (func)))
    )"#;

    #[test]
    fn core_modules_are_named_by_their_path_through_the_components() {
        let file = wasm(NESTED);
        let paths: Vec<String> = core_modules(&file)
            .expect("valid")
            .iter()
            .map(|m| m.index.to_string())
            .collect();
        assert_eq!(paths, ["0", "0.0", "0.0.0", "1", "1.0", "1.1"]);
    }

    #[test]
    fn a_module_starts_where_its_offset_says() {
        let file = wasm(NESTED);
        for module in core_modules(&file).expect("valid") {
            assert_eq!(&file[module.offset..][..module.bytes.len()], module.bytes);
        }
    }

    #[test]
    fn rebuilding_with_nothing_changed_gives_the_same_bytes() {
        let file = wasm(NESTED);
        let modules = core_modules(&file).expect("valid");
        let same = rebuild(
            &file,
            |at| modules.iter().find(|m| m.index == *at).expect("same").bytes,
            |_| true,
        );
        assert_eq!(same.expect("valid"), file);
    }

    #[test]
    fn components_nested_too_deep_are_refused() {
        let mut file = header(Kind::Component);
        for _ in 0..=MAX_DEPTH {
            let mut outer = header(Kind::Component);
            push_section(&mut outer, COMPONENT, &file);
            file = outer;
        }
        assert_eq!(
            core_modules(&file).err(),
            Some(BinaryError::TooDeep { limit: MAX_DEPTH })
        );
    }
}
