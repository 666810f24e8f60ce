//! Whether what wasm-opt gave back may be used.

use heft_wasm::binary::{BinaryError, Section, sections};
use heft_wasm::custom_sections::{Names, keeps_in_module, linked_sections, strip};
use heft_wasm::features::display_names;
use heft_wasm::interface::{Interface, UnusedImports, difference, interface};
use heft_wasm::keep_imports::drop_added_exports;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::WasmFeatures;

/// Starts the names of sections with code hints.
pub(super) const HINTS: &str = "metadata.code.";

/// What of a module must be the same after wasm-opt.
pub(super) struct Contract {
    features: WasmFeatures,
    unused: UnusedImports,
    interface: Interface,
    lasting: Vec<(String, Vec<u8>)>,
    hints: BTreeSet<String>,
    linked: Vec<u8>,
}

/// wasm-opt's output, found good.
pub(super) struct Accepted {
    /// With its names and no other debugging sections.
    pub(super) named: Vec<u8>,
    /// Whether its imports are in another order.
    pub(super) imports_reordered: bool,
    /// The code hints that are gone.
    pub(super) lost_hints: Vec<String>,
}

impl Contract {
    /// The contract of a module that is valid with `features`; why it has none otherwise.
    pub(super) fn of(
        module: &[u8],
        features: WasmFeatures,
        unused: UnusedImports,
    ) -> Result<Self, String> {
        Ok(Self {
            features,
            unused,
            interface: interface(module, features).map_err(|err| {
                format!("its interface can't be read: {}", one_line(err.message()))
            })?,
            lasting: lasting(module).map_err(|err| err.to_string())?,
            hints: hints(module).map_err(|err| err.to_string())?,
            linked: linked_sections(module).map_err(|err| err.to_string())?,
        })
    }

    /// Holds wasm-opt's `output` against the contract, after dropping the exports that were added
    /// for it. Returns it, or why it can't be used.
    pub(super) fn accept(&self, output: &[u8], exports_added: bool) -> Result<Accepted, String> {
        let broken = |err: BinaryError| format!("wasm-opt's output is broken: {err}");
        let named = if exports_added {
            drop_added_exports(output).and_then(|module| strip(&module, Names::Keep))
        } else {
            strip(output, Names::Keep)
        };
        let mut named = named.map_err(broken)?;
        let after = interface(&named, self.features).map_err(|err| {
            let features = match display_names(self.features).join(", ") {
                none if none.is_empty() => "none".to_owned(),
                some => some,
            };
            format!(
                "wasm-opt's output does not validate with the features of the input ({features}): {}",
                one_line(err.message())
            )
        })?;
        if let Some(change) = difference(&self.interface, &after, self.unused) {
            return Err(format!("wasm-opt would change its interface: {change}"));
        }
        let new = lasting(&named).map_err(broken)?;
        if let Some(name) = more_in(&self.lasting, &new) {
            return Err(format!(
                "wasm-opt would drop or change the section `{name}`"
            ));
        }
        if let Some(name) = more_in(&new, &self.lasting) {
            return Err(format!("wasm-opt would add the section `{name}`"));
        }
        let left = hints(&named).map_err(broken)?;
        let lost_hints = self.hints.difference(&left).cloned().collect();
        named.extend_from_slice(&self.linked);
        Ok(Accepted {
            named,
            imports_reordered: self.unused == UnusedImports::Stay
                && in_order(&self.interface.imports) != in_order(&after.imports),
            lost_hints,
        })
    }
}

/// The name of the first section that is in `all` more often than in `others`.
fn more_in<'a>(all: &'a [(String, Vec<u8>)], others: &[(String, Vec<u8>)]) -> Option<&'a str> {
    let mut left: BTreeMap<&(String, Vec<u8>), usize> = BTreeMap::new();
    for section in others {
        *left.entry(section).or_default() += 1;
    }
    let more = all.iter().find(|section| match left.get_mut(section) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    more.map(|(name, _)| name.as_str())
}

/// Each line once, where it is first.
fn in_order(lines: &[String]) -> Vec<&str> {
    let mut seen = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        seen.entry(line.as_str()).or_insert(at);
    }
    let mut lines: Vec<(usize, &str)> = seen.into_iter().map(|(line, at)| (at, line)).collect();
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The names of the sections with code hints.
fn hints(module: &[u8]) -> Result<BTreeSet<String>, BinaryError> {
    let (_, sections) = sections(module, 0)?;
    let names = sections.iter().filter_map(Section::custom);
    Ok(names
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.starts_with(HINTS))
        .collect())
}

/// The custom sections that must come through unchanged. Code hints are not among them: they point
/// into the code, which is another one afterwards.
fn lasting(module: &[u8]) -> Result<Vec<(String, Vec<u8>)>, BinaryError> {
    let (_, sections) = sections(module, 0)?;
    let stays = |name: &str| keeps_in_module(name, Names::Drop) && !name.starts_with(HINTS);
    let custom = sections
        .iter()
        .filter_map(Section::custom)
        .filter(|(name, _)| stays(name));
    Ok(custom
        .map(|(name, body)| (name.to_owned(), body.to_vec()))
        .collect())
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_compared_as_often_as_they_are_there() {
        let all = |names: &[&str]| -> Vec<(String, Vec<u8>)> {
            names
                .iter()
                .map(|n| ((*n).to_owned(), Vec::new()))
                .collect()
        };
        assert_eq!(more_in(&all(&["a", "b"]), &all(&["b", "a"])), None);
        assert_eq!(more_in(&all(&["a", "a"]), &all(&["a"])), Some("a"));
        assert_eq!(more_in(&all(&["a"]), &all(&["a", "a"])), None);
        assert_eq!(more_in(&all(&["a", "c"]), &all(&["a", "b"])), Some("c"));
    }
}
