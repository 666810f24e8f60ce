//! Runs of wasm-opt for one module.

use super::settings::Settings;
use crate::wasm_opt::{RunError, WasmOpt};
use heft_wasm::features::wasm_opt_names;
use std::collections::BTreeSet;
use std::time::Duration;
use wasmparser::WasmFeatures;

/// Runs of wasm-opt for one module.
#[derive(Clone, Copy)]
pub(super) struct Runs<'a> {
    pub(super) tool: &'a WasmOpt,
    pub(super) settings: &'a Settings,
    pub(super) threads: usize,
    pub(super) waiting: &'a (dyn Fn(Duration) + Sync),
}

impl Runs<'_> {
    /// Runs wasm-opt with the features the code needs. When it refuses, because it ties features
    /// together or has its own idea of what an instruction needs, it gets those it asked for as well,
    /// and in the end those that the module declares. `used` is what it was given in the end.
    pub(super) fn run(
        &self,
        module: &[u8],
        features: WasmFeatures,
        declared: BTreeSet<String>,
        used: &mut Vec<String>,
        arguments: impl Fn(&BTreeSet<String>) -> Vec<String>,
    ) -> Result<Vec<u8>, RunError> {
        let known = |name: &str| self.tool.knows(name);
        let names = wasm_opt_names(features, known);
        let mut flags: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
        let mut declared = Some(declared);
        loop {
            *used = arguments(&flags);
            let limit = self.settings.time_limit;
            let ended = self
                .tool
                .run(module, used, self.threads, limit, self.waiting);
            let Err(RunError::Failed { wanted, .. }) = &ended else {
                return ended;
            };
            let mut more: BTreeSet<String> = wanted
                .iter()
                .filter(|name| known(name) && !flags.contains(*name))
                .cloned()
                .collect();
            if more.is_empty() {
                more = declared.take().unwrap_or_default();
                more.retain(|name| known(name) && !flags.contains(name));
            }
            if more.is_empty() {
                return ended;
            }
            flags.append(&mut more);
        }
    }
}
