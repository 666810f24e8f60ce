//! Who made a file, from its `producers` sections.

use crate::binary::sections;
use crate::tree::core_modules;
use wasmparser::{BinaryReader, ProducersSectionReader};

/// The version of rustc that made a file, e.g. `1.97.1 (c980f4866 2026-06-30)`.
///
/// Different versions in one file are all named, in file order. `None` when no core module says.
#[must_use]
pub fn rustc(file: &[u8]) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for module in core_modules(file).ok()? {
        let (_, sections) = sections(module.bytes, 0).ok()?;
        for section in sections {
            let Some(("producers", body)) = section.custom() else {
                continue;
            };
            for version in processed_by(body, "rustc").unwrap_or_default() {
                if !found.contains(&version) {
                    found.push(version);
                }
            }
        }
    }
    (!found.is_empty()).then(|| found.join(", "))
}

fn processed_by(body: &[u8], tool: &str) -> wasmparser::Result<Vec<String>> {
    let mut versions = Vec::new();
    for field in ProducersSectionReader::new(BinaryReader::new(body, 0))? {
        let field = field?;
        if field.name != "processed-by" {
            continue;
        }
        for value in field.values {
            let value = value?;
            if value.name == tool {
                versions.push(value.version.to_owned());
            }
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_rustc_is_found_in_any_core_module() {
        let text = r#"(component
            (core module)
            (core module (@producers (language "Rust" "") (processed-by "rustc" "1.97.1 (abc)"))))"#;
        let file = wat::parse_str(text).expect("the test's text is right");
        assert_eq!(rustc(&file).as_deref(), Some("1.97.1 (abc)"));
        assert_eq!(rustc(&wat::parse_str("(module)").expect("right")), None);
    }
}
