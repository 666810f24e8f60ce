//! Why nothing could be measured.

use heft_wasm::binary::BinaryError;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A module is none.
    #[error("module `{module}`")]
    NotWasm {
        /// Its name.
        module: String,
        /// What is wrong with its file.
        source: BinaryError,
    },
    /// A folder can't be copied.
    #[error("cannot copy {path}")]
    Folder {
        /// The folder or what in it, as a literal.
        path: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// What a program's tracer should have said can't be read.
    #[error("module `{module}`")]
    Unread {
        /// Its name.
        module: String,
        /// Why.
        source: Unread,
    },
    /// The engine can't be set up on this machine.
    #[error("cannot set wasmtime up: {0}")]
    Engine(String),
}

/// Why nothing can be read of a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It has no tracer.
    #[error(
        "it is not traced: it exports no {0}; build it with the feature `tracing` of wasi-alloc \
         (`alloc-tracing` of clawft-wasm and alloc-workloads)"
    )]
    NotTraced(String),
    /// What it exports is something else.
    #[error("{0}")]
    Wrong(String),
    /// It did not answer in time.
    #[error("its tracer did not answer in time")]
    Late,
    /// The component model forbids to call what has trapped, and to exit is to trap.
    #[error("a component that traps or exits early cannot be asked any more")]
    Ended,
}

/// A program did not end in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not done in time")]
pub(super) struct Late;
