//! The clawft agent as a library: [`run()`] is the whole command line, [`execute()`] one [`Command`]
//! without printing.
//!
//! Everything below uses only the parts of [`std`] that WASI has (no threads, no sockets), and puts
//! its own words to every error, so that the native program and both WASI builds print the same.

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
mod disk;
mod error;
mod execute;
mod files;
mod log;
mod provider;
#[cfg(test)]
mod random;
#[cfg(feature = "c-abi")]
mod request;
mod run;
mod session_file;

pub use cli::{Command, MessageSource, parse};
pub use error::Error;
pub use execute::{Outcome, execute};
pub use run::{EXIT_FAILURE, EXIT_SUCCESS, Io, run};
