//! Why a file can't be optimized at all.

use crate::codes;
use crate::wasm_opt::RunError;
use heft_data::code::Code;
use heft_wasm::binary::BinaryError;

/// Why a file can't be optimized at all.
#[derive(Debug, thiserror::Error)]
pub enum OptimizeError {
    /// It is not WebAssembly, or cut off.
    #[error(transparent)]
    Binary(#[from] BinaryError),
    /// It is WebAssembly by its outside only.
    #[error("it is not valid WebAssembly: {message} at offset {offset:#x}; build it again")]
    Invalid {
        /// The validator's words.
        message: String,
        /// Where in the file.
        offset: u64,
    },
    /// wasm-opt does not take the options it is given.
    #[error(
        "wasm-opt does not take its options: {0}; correct --opt-args, or install a newer binaryen"
    )]
    Options(String),
    /// A pass that is to change what the module does could not.
    #[error("`{passes}` can't be done on core module {index}: {why}")]
    Changing {
        /// The core module.
        index: String,
        /// The passes with what is said about them.
        passes: String,
        /// wasm-opt's words.
        why: String,
    },
    /// Panics are to be traps, and nothing tells which functions panic.
    #[error(
        "functions that panic are found by name, and it names no functions; build it without `strip`, or pass its symbols file"
    )]
    NoNames,
    /// Panics are to be traps, and somebody may catch them.
    #[error(
        "core module {index} handles exceptions, so a panic in it may be caught; build it with panic = \"abort\", or leave panics as they are"
    )]
    Caught {
        /// The core module.
        index: String,
    },
    /// An export that is to stay is not there.
    #[error("it has no export `{name}` to keep; its exports are {exports}")]
    NoExport {
        /// What was looked for.
        name: String,
        /// What there is, or the beginning of it.
        exports: String,
    },
    /// The machine failed, not the file.
    #[error("{0}; if the disk is full, make room or set TMPDIR to a folder with room")]
    Machine(RunError),
    /// The result would not be valid, even with all old code: a defect of this program.
    #[error("the stripped file would not be valid: {0}; please report this with the file")]
    Defect(String),
}

impl OptimizeError {
    /// What `wasm-heft explain` knows it by.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Binary(_) => codes::NOT_WASM,
            Self::Invalid { .. } => codes::INVALID,
            Self::Options(_) => codes::OPTIONS,
            Self::Changing { .. } => codes::CHANGING,
            Self::NoNames => codes::NO_NAMES,
            Self::Caught { .. } => codes::CAUGHT,
            Self::NoExport { .. } => codes::NO_EXPORT,
            Self::Machine(_) => codes::MACHINE,
            Self::Defect(_) => codes::DEFECT,
        }
    }
}
