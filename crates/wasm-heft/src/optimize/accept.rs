//! Whether what wasm-opt gave back may be used.

use crate::binary::{BinaryError, Section, sections};
use crate::features::words;
use crate::interface::{Interface, UnusedImports, difference, interface};
use crate::keep_imports::drop_added_exports;
use crate::strip::{Names, keeps_in_module, strip};
use wasmparser::WasmFeatures;

/// What of a module must be the same after wasm-opt.
pub(super) struct Contract {
    features: WasmFeatures,
    unused: UnusedImports,
    interface: Interface,
    lasting: Vec<(String, Vec<u8>)>,
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
        })
    }

    /// Holds wasm-opt's `output` against the contract, after dropping the exports that were added
    /// for it. Returns it with its names and no other debugging sections, or why it can't be used.
    pub(super) fn accept(&self, output: &[u8], exports_added: bool) -> Result<Vec<u8>, String> {
        let broken = |err: BinaryError| format!("wasm-opt's output is broken: {err}");
        let named = if exports_added {
            drop_added_exports(output).and_then(|module| strip(&module, Names::Keep))
        } else {
            strip(output, Names::Keep)
        };
        let named = named.map_err(broken)?;
        let after = interface(&named, self.features).map_err(|err| {
            let features = match words(self.features).join(", ") {
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
        if let Some((name, _)) = self.lasting.iter().find(|section| !new.contains(section)) {
            return Err(format!(
                "wasm-opt would drop or change the section `{name}`"
            ));
        }
        if let Some((name, _)) = new.iter().find(|section| !self.lasting.contains(section)) {
            return Err(format!("wasm-opt would add the section `{name}`"));
        }
        Ok(named)
    }
}

/// The custom sections that must come through unchanged. Code hints are not among them: they point
/// into the code, which is another one afterwards.
fn lasting(module: &[u8]) -> Result<Vec<(String, Vec<u8>)>, BinaryError> {
    let (_, sections) = sections(module, 0)?;
    let stays =
        |name: &str| keeps_in_module(name, Names::Drop) && !name.starts_with("metadata.code.");
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
