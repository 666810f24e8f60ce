//! What can be wrong, each in one line: what, where, expected, found, what to do.

use heft_data::source::place::Place;
use heft_data::source::toml_file::TomlError;
use std::path::PathBuf;

/// Why a project could not be read, started or built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file says something wrong.
    #[error("{place}: {message}")]
    Content {
        /// The file and line.
        place: Place,
        /// What is wrong, and what to write instead.
        message: String,
    },
    /// There is no file, here or above.
    #[error(
        "found no `heft.toml` in `{}` or a folder above it; `wasm-heft init` starts one",
        folder.display()
    )]
    NotFound {
        /// Where the search began.
        folder: PathBuf,
    },
    /// The file could not be read, in the words of whoever read it.
    #[error("{0}")]
    Unread(String),
    /// A file could not be read or written.
    #[error("cannot {what} `{}`: {why}", path.display())]
    File {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
    /// A file that would be written is there.
    #[error("`{}` is there and stays as it is; {advice}", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// What to do instead.
        advice: &'static str,
    },
    /// A program could not be started.
    #[error("cannot run `{program}`: {why}; {advice}")]
    CannotRun {
        /// The program.
        program: String,
        /// The system's words.
        why: std::io::Error,
        /// How to get it.
        advice: &'static str,
    },
    /// `cargo metadata` failed, or said something unexpected.
    #[error("`cargo metadata` in `{}` failed: {why}", folder.display())]
    Metadata {
        /// Where it ran.
        folder: PathBuf,
        /// Its last words.
        why: String,
    },
    /// Nothing that could become an artifact.
    #[error("{0}")]
    NoBin(String),
    /// A pattern of the command line fits nothing.
    #[error("`{pattern}` is not the name of an artifact; there are: {known}")]
    NoVariant {
        /// What was asked for.
        pattern: String,
        /// What there is.
        known: String,
    },
    /// The standard library of a target is not there.
    #[error(
        "the Rust standard library for {triple} is not installed; run `rustup target add {triple}`, or on Debian install `libstd-rust-dev-wasm32`"
    )]
    NoStd {
        /// The target.
        triple: &'static str,
    },
    /// cargo failed; its own words are on standard error.
    #[error(
        "`{variant}` does not compile: `{command}` failed ({status}); what cargo says is above; where a dependency is what fails, `cargo update` may help, else leave its feature or this target out in heft.toml"
    )]
    Cargo {
        /// The variant.
        variant: String,
        /// The command, as a person would type it.
        command: String,
        /// How it ended.
        status: String,
    },
    /// cargo ended well and named no such program.
    #[error(
        "`{variant}`: `{command}` made no program `{bin}`; `bin` in heft.toml is to be a program of the package `{package}`"
    )]
    NoProgram {
        /// The variant.
        variant: String,
        /// The command.
        command: String,
        /// What was expected.
        bin: String,
        /// The package.
        package: String,
    },
    /// Optimizing failed.
    #[error("cannot optimize `{variant}`: {why}")]
    Optimize {
        /// The variant.
        variant: String,
        /// The optimizer's words.
        why: String,
    },
}

impl Error {
    pub(crate) fn reading(path: &std::path::Path, why: std::io::Error) -> Self {
        Self::file("read", path, why)
    }

    pub(crate) fn writing(path: &std::path::Path, why: std::io::Error) -> Self {
        Self::file("write", path, why)
    }

    fn file(what: &'static str, path: &std::path::Path, why: std::io::Error) -> Self {
        Self::File {
            what,
            path: path.to_owned(),
            why,
        }
    }
}

impl From<TomlError> for Error {
    fn from(err: TomlError) -> Self {
        Self::Content {
            place: err.place,
            message: err.message,
        }
    }
}
