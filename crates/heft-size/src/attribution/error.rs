//! Why a file can't be attributed.

use heft_wasm::binary::{BinaryError, Kind};
use heft_wasm::core_modules::IndexPath;

/// Why a file can't be attributed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributionError {
    /// It is not made of sections.
    #[error(transparent)]
    Binary(#[from] BinaryError),
    /// A section that has to be read can't be.
    #[error("it is corrupt: {what}, at offset {offset:#x}: {why}; build or download it again")]
    Corrupt {
        /// Which section.
        what: &'static str,
        /// Where in the file.
        offset: usize,
        /// What is wrong there.
        why: String,
    },
    /// Something is wrong with the symbols file itself.
    #[error("the symbols file can't be used: {0}")]
    Symbols(Box<AttributionError>),
    /// The symbols file is something else.
    #[error(
        "the symbols file is a {theirs} and the file a {ours}; pass the one that was written with it"
    )]
    SymbolsKind {
        /// What the file is.
        ours: Kind,
        /// What the symbols file is.
        theirs: Kind,
    },
    /// The symbols file has another number of core modules.
    #[error(
        "the symbols file has {theirs} core modules and the file {ours}; pass the one that was written with it"
    )]
    SymbolsModules {
        /// How many the file has.
        ours: usize,
        /// How many the symbols file has.
        theirs: usize,
    },
    /// The symbols file's code is not the file's.
    #[error(
        "the symbols file has other code in module {module}, so its names do not fit; pass the one that was written with it"
    )]
    SymbolsCode {
        /// The first core module that differs.
        module: IndexPath,
    },
    /// The symbols file has no names.
    #[error("the symbols file has no function names; pass the file before it was stripped")]
    SymbolsStripped,
}
