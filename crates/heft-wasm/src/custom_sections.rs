//! Which custom sections may go.
//!
//! Only what is known to be for debuggers and tools is dropped. Whatever a loader, a linker or a
//! later tool may rely on stays, and so does everything unknown: `dylink.0` (a loader fails without
//! it), `component-type:*` (`component new` fails without it), contract metadata of chains and so on.
//!
//! A module that goes on to a linking tool keeps what that tool reads, too: see `LINKED`.

use crate::binary::{BinaryError, CUSTOM, Section, header, push_section, read_u32, sections};

/// Custom sections of core modules that only debuggers and tools read; `*` at an end is any end. The help of
/// `optimize` lists them.
pub const DEBUGGING: &[&str] = &[
    "name",
    "producers",
    "target_features",
    ".debug_*",
    "sourceMappingURL",
    "external_debug_info",
    "build_id",
];

/// Custom sections of components that only tools read.
pub const COMPONENT_DEBUGGING: &[&str] = &["component-name", "producers"];

/// Sections of a module that a tool is going to link, though otherwise only people read them. Who
/// makes a component or a program of it reads the features it may use and passes on who made it.
const LINKED: &[&str] = &["producers", "target_features"];

/// The part of a `name` section that names globals (the specification's appendix and the proposal for
/// extended names). wit-component finds an adapter's `__stack_pointer` and `allocation_state` by it;
/// a component that is made without goes out of bounds.
const GLOBAL_NAMES: u8 = 7;

/// What to do with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Keep them: the result is a symbols file.
    Keep,
    /// Drop them: the result ships.
    Drop,
}

/// Whether a custom section of a core module stays.
#[must_use]
pub fn keeps_in_module(name: &str, names: Names) -> bool {
    if name == "name" {
        return names == Names::Keep;
    }
    !is_one_of(name, DEBUGGING)
}

/// Whether a custom section of a component stays.
#[must_use]
pub fn keeps_in_component(name: &str, names: Names) -> bool {
    if name == "component-name" {
        return names == Names::Keep;
    }
    !is_one_of(name, COMPONENT_DEBUGGING)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}

/// Which tool a core module is for, going by its sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// None: an engine runs it.
    Engine,
    /// A dynamic linker (`dylink.0`).
    Loader,
    /// wit-component (`component-type:*`), which makes a component of it or uses it as an adapter.
    ComponentLinker,
}

fn next(sections: &[Section<'_>]) -> Next {
    let any = |wanted: fn(&str) -> bool| {
        let mut names = sections.iter().filter_map(Section::custom);
        names.any(|(name, _)| wanted(name))
    };
    if any(|name| name.starts_with("component-type")) {
        Next::ComponentLinker
    } else if any(|name| name == "dylink.0" || name == "dylink") {
        Next::Loader
    } else {
        Next::Engine
    }
}

/// The core module without its debugging sections. Section lengths are encoded afresh.
///
/// # Errors
///
/// When `module` is not made of sections.
pub fn strip(module: &[u8], names: Names) -> Result<Vec<u8>, BinaryError> {
    let (kind, sections) = sections(module, 0)?;
    let next = next(&sections);
    let mut out = header(kind);
    out.reserve(module.len());
    for section in sections {
        match section.custom() {
            Some(("name", body)) if names == Names::Drop => {
                if next == Next::ComponentLinker
                    && let Some(globals) = global_names(body)
                {
                    push_section(&mut out, CUSTOM, &[b"\x04name", globals].concat());
                }
            }
            Some((name, _)) if next != Next::Engine && LINKED.contains(&name) => {
                push_section(&mut out, CUSTOM, section.body);
            }
            Some((name, _)) if !keeps_in_module(name, names) => {}
            _ => push_section(&mut out, section.id, section.body),
        }
    }
    Ok(out)
}

/// The part of a `name` section that names globals, with its id and length.
fn global_names(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body;
    while let Some((id, after)) = rest.split_first() {
        let (len, used) = read_u32(after)?;
        let end = usize::try_from(len).ok()?.checked_add(1 + used)?;
        let part = rest.get(..end)?;
        if *id == GLOBAL_NAMES {
            return Some(part);
        }
        rest = &rest[end..];
    }
    None
}

/// The sections of `module` that only a linking tool reads, if it is for one: what [`strip`] keeps of
/// it beyond [`keeps_in_module`]. Each as it is in the file, ready to be appended to other code.
///
/// # Errors
///
/// When `module` is not made of sections.
pub fn linked_sections(module: &[u8]) -> Result<Vec<u8>, BinaryError> {
    let (_, sections) = sections(module, 0)?;
    let mut out = Vec::new();
    if next(&sections) != Next::Engine {
        for section in sections {
            if section
                .custom()
                .is_some_and(|(name, _)| LINKED.contains(&name))
            {
                push_section(&mut out, CUSTOM, section.body);
            }
        }
    }
    Ok(out)
}

/// The module or component with only those custom sections that `keep` agrees to.
///
/// # Errors
///
/// When `bytes` is not made of sections.
pub fn filter(bytes: &[u8], keep: impl Fn(&str) -> bool) -> Result<Vec<u8>, BinaryError> {
    let (kind, sections) = sections(bytes, 0)?;
    let mut out = header(kind);
    out.reserve(bytes.len());
    for section in sections {
        let dropped = section.id == CUSTOM && section.custom().is_some_and(|(name, _)| !keep(name));
        if !dropped {
            push_section(&mut out, section.id, section.body);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binary::Kind;

    fn with_sections(names: &[&str]) -> Vec<u8> {
        let mut out = header(Kind::Module);
        for name in names {
            let mut body = vec![u8::try_from(name.len()).expect("short")];
            body.extend_from_slice(name.as_bytes());
            body.push(7);
            push_section(&mut out, CUSTOM, &body);
        }
        out
    }

    #[test]
    fn sections_that_mean_something_stay() {
        let meaning = [
            "dylink",
            "dylink.0",
            "component-type:http",
            "component-type",
            "__wasm_bindgen_unstable",
            "metadata.code.branch_hint",
            "linking",
            "reloc.CODE",
            "contractspecv0",
            ".debug",
            "build_id.note",
        ];
        let file = with_sections(&meaning);
        assert_eq!(strip(&file, Names::Drop).expect("sections"), file);
    }

    #[test]
    fn sections_for_debuggers_go() {
        let debugging = [
            "name",
            "producers",
            "target_features",
            ".debug_info",
            ".debug_line",
            "sourceMappingURL",
            "external_debug_info",
            "build_id",
        ];
        let stripped = strip(&with_sections(&debugging), Names::Drop).expect("sections");
        assert_eq!(stripped, header(Kind::Module));
    }

    #[test]
    fn what_goes_on_to_a_linking_tool_keeps_what_that_tool_reads() {
        let tools = ["producers", "target_features"];
        for purpose in ["dylink.0", "dylink", "component-type:x", "component-type"] {
            let file = with_sections(&[&[purpose], &tools[..]].concat());
            assert_eq!(strip(&file, Names::Drop).expect("sections"), file);
            let debugging = with_sections(&[purpose, ".debug_info", "build_id"]);
            let stripped = strip(&debugging, Names::Drop).expect("sections");
            assert_eq!(stripped, with_sections(&[purpose]));
        }
        assert_eq!(
            strip(&with_sections(&tools), Names::Drop).expect("sections"),
            header(Kind::Module)
        );
    }

    /// A module with two names of functions and one of a global, and this section.
    fn with_names(section: &str) -> Vec<u8> {
        let text = format!(
            r#"(module $m (func $f) (func $g) (global $__stack_pointer i32 (i32.const 0))
            (@custom "{section}" "x"))"#
        );
        wat::parse_str(text).expect("the test's text is right")
    }

    #[test]
    fn only_the_names_of_globals_stay_and_only_for_wit_component() {
        let stripped = |section| strip(&with_names(section), Names::Drop).expect("sections");
        let names = |file: &[u8]| {
            let (_, sections) = sections(file, 0).expect("sections");
            let mut custom = sections.iter().filter_map(Section::custom);
            let found = custom.find(|(name, _)| *name == "name");
            found.map(|(_, body)| body.to_vec())
        };
        let expected = b"\x07\x12\x01\x00\x0f__stack_pointer".to_vec();
        assert_eq!(names(&stripped("component-type:a")), Some(expected));
        for section in ["dylink.0", "other"] {
            assert_eq!(names(&stripped(section)), None);
        }
        let again = strip(&stripped("component-type:a"), Names::Drop).expect("sections");
        assert_eq!(again, stripped("component-type:a"));
    }

    #[test]
    fn a_broken_name_section_has_no_names_of_globals() {
        for body in [&b"\x07"[..], b"\x07\x05\x01", b"\x01\xff\xff\xff\xff\xff"] {
            assert_eq!(global_names(body), None);
        }
    }

    #[test]
    fn a_symbols_file_keeps_names_and_nothing_else_for_debuggers() {
        let symbols = strip(&with_sections(&["name", "producers"]), Names::Keep).expect("sections");
        assert_eq!(symbols, with_sections(&["name"]));
    }
}
