//! Who made a file, from its `producers` sections.

use crate::binary::sections;
use crate::core_modules::core_modules;
use std::collections::{BTreeMap, BTreeSet};
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

/// Everything that the `producers` sections of the core modules say: tools by name, languages and kits
/// as `language Rust` and `sdk Emscripten`. Of different versions in one file all are named.
#[must_use]
pub fn all(file: &[u8]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in core_modules(file).unwrap_or_default() {
        let Ok((_, sections)) = sections(module.bytes, 0) else {
            continue;
        };
        for (_, body) in sections
            .iter()
            .filter_map(|section| section.custom())
            .filter(|(name, _)| *name == "producers")
        {
            // What stands before something unreadable is used.
            let _ = read(body, &mut found);
        }
    }
    let joined = |versions: BTreeSet<String>| versions.into_iter().collect::<Vec<_>>().join(", ");
    found
        .into_iter()
        .map(|(name, versions)| (name, joined(versions)))
        .collect()
}

fn read(body: &[u8], found: &mut BTreeMap<String, BTreeSet<String>>) -> wasmparser::Result<()> {
    for field in ProducersSectionReader::new(BinaryReader::new(body, 0))? {
        let field = field?;
        for value in field.values {
            let value = value?;
            let name = match field.name {
                "processed-by" => value.name.to_owned(),
                sort => format!("{sort} {}", value.name),
            };
            let versions = found.entry(name).or_default();
            versions.insert(value.version.to_owned());
        }
    }
    Ok(())
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
    fn all_tools_languages_and_kits_are_found() {
        let text = r#"(component
            (core module (@producers (language "Rust" "") (processed-by "rustc" "1.97.1")))
            (core module (@producers (processed-by "rustc" "1.96.0") (processed-by "wasm-bindgen" "0.2.99")
                (sdk "Emscripten" "3"))))"#;
        let file = wat::parse_str(text).expect("the test's text is right");
        let expected = [
            ("language Rust", ""),
            ("rustc", "1.96.0, 1.97.1"),
            ("sdk Emscripten", "3"),
            ("wasm-bindgen", "0.2.99"),
        ];
        let expected = expected.map(|(name, version)| (name.to_owned(), version.to_owned()));
        assert_eq!(all(&file), BTreeMap::from(expected));
    }

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
