//! Which custom sections may go.
//!
//! Only what is known to be for debuggers and tools is dropped. Whatever a loader, a linker or a
//! later tool may rely on stays, and so does everything unknown: `dylink.0` (a loader fails without
//! it), `component-type:*` (`component new` fails without it), contract metadata of chains and so on.

use crate::binary::{BinaryError, CUSTOM, header, push_section, sections};

/// Custom sections of core modules that only debuggers and tools read.
const DEBUGGING: &[&str] = &[
    "build_id",
    "external_debug_info",
    "name",
    "producers",
    "sourceMappingURL",
    "target_features",
];

/// Custom sections of components that only tools read.
const COMPONENT_DEBUGGING: &[&str] = &["component-name", "producers"];

/// What to do with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Keep them: the result is a named twin.
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
    !DEBUGGING.contains(&name) && !name.starts_with(".debug_")
}

/// Whether a custom section of a component stays.
#[must_use]
pub fn keeps_in_component(name: &str, names: Names) -> bool {
    if name == "component-name" {
        return names == Names::Keep;
    }
    !COMPONENT_DEBUGGING.contains(&name)
}

/// The core module without its debugging sections. Section lengths are encoded afresh.
///
/// # Errors
///
/// When `module` is not made of sections.
pub fn strip(module: &[u8], names: Names) -> Result<Vec<u8>, BinaryError> {
    filter(module, |name| keeps_in_module(name, names))
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
    fn a_named_twin_keeps_names_and_nothing_else_for_debuggers() {
        let twin = strip(&with_sections(&["name", "producers"]), Names::Keep).expect("sections");
        assert_eq!(twin, with_sections(&["name"]));
    }
}
