//! The core modules of a file: where they are, and the file with others in their place.

use crate::binary::{BinaryError, Kind, Section, header, push_section};
use crate::section_id::component::{COMPONENT, CORE_MODULE};
use crate::walk::{Module, Part, walk};
use std::borrow::Cow;

pub use crate::walk::IndexPath;

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
    let found = walk(bytes)?.into_iter().filter_map(|part| match part {
        Part::Module(found) => Some(CoreModule {
            index: found.index,
            offset: found.offset,
            bytes: found.bytes,
        }),
        _ => None,
    });
    Ok(found.collect())
}

/// Whether any core module of a file names functions.
#[must_use]
pub fn has_function_names(bytes: &[u8]) -> bool {
    use wasmparser::{BinaryReader, Name, NameSectionReader};
    let names_functions = |section: &Section<'_>| {
        let Some(("name", body)) = section.custom() else {
            return false;
        };
        let mut parts = NameSectionReader::new(BinaryReader::new(body, 0)).flatten();
        parts.any(|part| matches!(part, Name::Function(names) if names.clone().next().is_some()))
    };
    walk(bytes).is_ok_and(|parts| {
        parts.iter().any(|part| match part {
            Part::Module(found) => found.sections.iter().any(names_functions),
            _ => false,
        })
    })
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
    rewrite(
        bytes,
        |found| Ok(module(&found.index).into()),
        |_, section| {
            let goes = section.custom().is_some_and(|(name, _)| !keep(name));
            Ok((!goes).then_some(section.body.into()))
        },
    )
}

/// Builds the file again of what `module` makes of each core module, and `section` of each other section
/// of the component at a path: its body, or nothing. Section lengths are encoded afresh.
///
/// # Errors
///
/// When the file, or anything in it, is not made of sections, and what the two say.
pub(crate) fn rewrite<'a, 'm, E: From<BinaryError>>(
    bytes: &'a [u8],
    mut module: impl FnMut(&Module<'a>) -> Result<Cow<'m, [u8]>, E>,
    mut section: impl FnMut(&[usize], &Section<'a>) -> Result<Option<Cow<'a, [u8]>>, E>,
) -> Result<Vec<u8>, E> {
    // The components that are open, each with its path, as far as they are built.
    let mut open: Vec<(Vec<usize>, Vec<u8>)> = Vec::new();
    let mut built = Vec::new();
    for part in walk(bytes)? {
        match part {
            Part::Component(found) => open.push((found.path, header(Kind::Component))),
            Part::Module(found) => {
                let new = module(&found)?;
                match open.last_mut() {
                    Some((_, out)) => push_section(out, CORE_MODULE, &new),
                    None => built = new.into_owned(),
                }
            }
            Part::Section(found) => {
                if let Some((path, out)) = open.last_mut()
                    && let Some(body) = section(path, &found)?
                {
                    push_section(out, found.id, &body);
                }
            }
            Part::End => {
                built = open.pop().map(|(_, out)| out).unwrap_or_default();
                if let Some((_, out)) = open.last_mut() {
                    push_section(out, COMPONENT, &built);
                }
            }
        }
    }
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::MAX_DEPTH;

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
