//! Optimise, weigh and gate WebAssembly modules and components.
//!
//! The command line tool of the same name is a thin layer over this library:
//!
//! - [`optimize`](mod@optimize): wasm-opt on every core module of a file, then strip, then validate;
//!
//! [`Bytes`] is the unit of all of them.

pub mod binary;
pub mod bytes;
pub mod features;
pub mod files;
pub mod interface;
mod keep_imports;
pub mod optimize;
pub mod producers;
pub mod strip;
pub mod table;
pub mod validate;
pub mod wasm_opt;

pub use bytes::{ByteDelta, Bytes};
