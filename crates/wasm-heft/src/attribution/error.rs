//! Why a file can't be attributed.

use crate::binary::{BinaryError, Kind};
use crate::tree::IndexPath;

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
    /// Something is wrong with the twin itself.
    #[error("the named twin can't be used: {0}")]
    Twin(Box<AttributionError>),
    /// The twin is something else.
    #[error(
        "the named twin is a {theirs} and the file a {ours}; pass the twin that was written with it"
    )]
    TwinKind {
        /// What the file is.
        ours: Kind,
        /// What the twin is.
        theirs: Kind,
    },
    /// The twin has another number of core modules.
    #[error(
        "the named twin has {theirs} core modules and the file {ours}; pass the twin that was written with it"
    )]
    TwinModules {
        /// How many the file has.
        ours: usize,
        /// How many the twin has.
        theirs: usize,
    },
    /// The twin's code is not the file's.
    #[error(
        "the named twin has other code in module {module}, so its names do not fit; pass the twin that was written with it"
    )]
    TwinCode {
        /// The first core module that differs.
        module: IndexPath,
    },
    /// The twin has no names.
    #[error("the named twin has no function names; pass the file before it was stripped")]
    TwinStripped,
}
