//! The clawft agent as a library: [`run()`] is the whole command line, [`execute()`] one [`Command`]
//! without printing.
//!
//! Everything below uses only the parts of [`std`] that WASI has (no threads, no sockets), and puts
//! its own words to every error, so that the native program and both WASI builds print the same.
//!
//! What is on disk is never in the way of a crash: sessions and memories are in files that only grow,
//! which `log` writes for any number of processes at once. `memory` finds texts by what they are about;
//! `http` speaks to a service, where the target has HTTP. Each is a feature (`files`, `memory`, `http`;
//! `full` is all of them, `stub` none): what is left out says so when it is asked for.

// Sets the module's allocator; natively it does nothing.
use wasi_alloc as _;

mod agent;
#[cfg(feature = "c-abi")]
#[expect(
    unsafe_code,
    reason = "a C interface takes and gives raw pointers and exports its names"
)]
pub mod c_abi;
mod cli;
mod config_file;
mod context;
#[cfg(feature = "files")]
mod disk;
mod error;
mod execute;
mod files;
#[cfg(all(test, feature = "files"))]
mod fuzz;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "files")]
mod log;
#[cfg(feature = "memory")]
mod memory;
mod message;
mod outcome;
mod provider;
#[cfg(test)]
mod random;
#[cfg(feature = "c-abi")]
mod request;
mod run;
#[cfg_attr(not(feature = "files"), path = "no_sessions.rs")]
mod session_file;

pub use cli::{Command, MemoryAction, MessageSource, parse};
pub use error::Error;
pub use execute::execute;
pub use outcome::Outcome;
pub use run::{EXIT_FAILURE, EXIT_SUCCESS, Io, run};
