//! Refusals end with the code that `wasm-heft explain` knows them by.

use anyhow::anyhow;
use heft_data::code::Code;
use heft_optimize::wasm_opt::WasmOpt;
use heft_optimize::{OptimizeError, codes};
use std::fmt::Display;
use std::path::Path;

/// An error's words, those of its causes among them, and its code.
pub(crate) fn coded(words: impl Display, code: Code) -> anyhow::Error {
    // NB: `explain` is a command of the whole tool only; docs/explain.md has its pages.
    if cfg!(feature = "analysis") {
        anyhow!("{words:#} {code}")
    } else {
        anyhow!("{words:#} ({})", code.0)
    }
}

/// An error of the optimizer.
pub(crate) fn of_optimizer(err: &OptimizeError) -> anyhow::Error {
    coded(err, err.code())
}

/// Looks whether a file is WebAssembly.
#[cfg(feature = "analysis")]
pub(crate) fn check_wasm(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Err(err) = heft_wasm::binary::kind(bytes) {
        let words = format!("cannot weigh `{}`: {err}", path.display());
        return Err(coded(words, codes::NOT_WASM));
    }
    Ok(())
}

/// The wasm-opt that is asked for, or the one in PATH.
pub(crate) fn wasm_opt(path: Option<&Path>) -> anyhow::Result<WasmOpt> {
    WasmOpt::find(path).map_err(|err| coded(err, codes::NO_WASM_OPT))
}
