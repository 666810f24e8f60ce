//! Panics as traps: before all else, the functions of Rust's standard library that panic get a body that only
//! traps, so that wasm-opt removes what only they used.
//!
//! Names say which functions these are, and each is looked at: one that may return stays as it is.

mod functions;

use crate::error::OptimizeError;
use crate::module::{imports, reason_to_keep};
use crate::settings::Panics;
use functions::panics;
use heft_data::record::Record;
use heft_wasm::binary::{BinaryError, Section, sections};
use heft_wasm::core_modules::{CoreModule, IndexPath, core_modules, rebuild};
use heft_wasm::custom_sections::filter;
use heft_wasm::features::minimal;
use heft_wasm::functions::{Function, functions as functions_of, trap_functions};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{Import, WasmFeatures};

/// A file whose panics are traps, and what was done to it.
pub(super) struct Trapped {
    /// The file.
    pub(super) file: Vec<u8>,
    /// Of each core module that has any, the functions that trap now.
    functions: BTreeMap<IndexPath, Vec<String>>,
    notes: Vec<String>,
}

impl Trapped {
    /// Makes the panics of a valid file traps.
    pub(super) fn new(file: &[u8], panics: &Panics) -> Result<Self, OptimizeError> {
        let mut trapped = Self {
            file: Vec::new(),
            functions: BTreeMap::new(),
            notes: Vec::new(),
        };
        let modules = core_modules(file)?;
        let mut named = false;
        let mut changed = BTreeMap::new();
        for module in &modules {
            // Another tool has yet to read it.
            if reason_to_keep(module.bytes)?.is_some() {
                named = true;
                continue;
            }
            // It is valid, so it can be read.
            let functions = functions_of(module.bytes).unwrap_or_default();
            named |= functions.iter().any(|function| function.name.is_some());
            if let Some(bytes) = trapped.module(module, &functions, panics)? {
                changed.insert(module.index.clone(), bytes);
            }
        }
        if !named {
            return Err(OptimizeError::NoNames);
        }
        let originals = modules.iter().map(|module| (&module.index, module.bytes));
        let originals: BTreeMap<_, _> = originals.collect();
        let bytes = |index: &IndexPath| changed.get(index).map_or(originals[index], Vec::as_slice);
        trapped.file = rebuild(file, bytes, |_| true)?;
        Ok(trapped)
    }

    /// The module with its panics as traps; `None` if it has none.
    fn module(
        &mut self,
        module: &CoreModule<'_>,
        functions: &[Function<'_>],
        names: &Panics,
    ) -> Result<Option<Vec<u8>>, OptimizeError> {
        let index = &module.index;
        let mut trap = BTreeSet::new();
        let mut trapping = Vec::new();
        for function in functions {
            let Some(name) = function.name.map(names.readable) else {
                continue;
            };
            if !panics(&name) {
                continue;
            }
            if function.never_returns().unwrap_or(false) {
                trap.insert(function.index);
                trapping.push(name);
            } else {
                self.notes.push(format!(
                    "core module {index}: `{name}` may return, so it is not a trap"
                ));
            }
        }
        if trap.is_empty() {
            return Ok(None);
        }
        if catches(module.bytes)? {
            return Err(OptimizeError::Caught {
                index: index.to_string(),
            });
        }
        trapping.sort();
        self.functions.insert(index.clone(), trapping);
        let bytes = trap_functions(module.bytes, &trap)?;
        Ok(Some(self.without_hints(index, &bytes)?))
    }

    /// The module without sections that point into the code: there is less of it now.
    fn without_hints(&mut self, index: &IndexPath, bytes: &[u8]) -> Result<Vec<u8>, BinaryError> {
        let (_, sections) = sections(bytes, 0)?;
        let names = sections.iter().filter_map(Section::custom);
        let gone: Vec<&str> = names
            .map(|(name, _)| name)
            .filter(|name| name.starts_with(crate::contract::HINTS))
            .collect();
        for name in &gone {
            self.notes.push(format!(
                "core module {index}: its section `{name}` is gone: it points into the code, some of which is a trap now"
            ));
        }
        filter(bytes, |name| !gone.contains(&name))
    }

    /// Writes into the record of the file what was done before.
    pub(super) fn record_in(self, record: &mut Record) {
        for module in &mut record.modules {
            let trapped = self.functions.get(&module.index);
            module.trapped_functions = trapped.cloned().unwrap_or_default();
        }
        record.warnings.extend(self.notes);
        if self.functions.is_empty() {
            let none = "none of its functions is one of Rust's that panic: no panic is a trap now";
            record.warnings.push(none.to_owned());
        }
    }
}

/// Whether a module may catch what is thrown: by instructions, or by calls that its host guards, as Emscripten's
/// `invoke_*` are.
fn catches(module: &[u8]) -> Result<bool, BinaryError> {
    let needs = minimal(module, WasmFeatures::empty()).unwrap_or(WasmFeatures::all());
    if needs.intersects(WasmFeatures::EXCEPTIONS | WasmFeatures::LEGACY_EXCEPTIONS) {
        return Ok(true);
    }
    let (_, sections) = sections(module, 0)?;
    let guarded = |import: Import<'_>| import.module == "env" && import.name.starts_with("invoke_");
    Ok(imports(&sections).any(guarded))
}

#[cfg(test)]
mod tests;
