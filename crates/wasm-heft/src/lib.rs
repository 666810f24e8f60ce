//! Optimise, weigh and gate WebAssembly modules and components.
//!
//! The command line tool of the same name is a thin layer over this library:
//!
//! - [`optimize`](mod@optimize): wasm-opt on every core module of a file, then strip, then validate;
//! - [`across`]: which exports of its modules a component uses, and what it holds twice;
//! - [`size`](mod@size): how large a file is, compressed too, and what takes the room;
//! - [`attribution`]: every byte of a file, by crate, library or part of the format;
//! - [`diff`](mod@diff): what two files differ by, and whether the tools do;
//! - [`gate`](mod@gate): sizes against the [`budgets`] a person set;
//! - [`ratchet`]: sizes and benchmarks against what was last accepted, and accepting;
//! - `bench`: programs side by side, by fuel, memory and time (cargo feature `bench`, on by default);
//! - [`profile`]: what a traced program's allocator did, and how its memory grew (running it needs
//!   `bench`);
//! - [`decision`]: measured numbers weighed against each other, for a document;
//! - [`plot`] and [`report`]: pictures of them, and everything on one page.
//!
//! [`Bytes`] is the unit of all of them.

pub mod across;
pub mod attribution;
#[cfg(feature = "bench")]
pub mod bench;
pub mod bench_result;
pub mod bench_table;
pub mod binary;
pub mod budgets;
pub mod bytes;
pub mod call_graph;
pub mod census;
pub mod compress;
pub mod decision;
pub mod diff;
pub mod doctor;
pub mod ending;
mod exports;
pub mod features;
pub mod files;
#[doc(hidden)]
pub mod fuzzing;
pub mod gate;
pub mod html;
pub mod interface;
mod keep_imports;
pub mod optimize;
pub mod plot;
pub mod producers;
pub mod profile;
pub mod ratchet;
pub mod report;
pub mod size;
pub mod size_text;
pub mod spread;
pub mod strip;
pub mod table;
mod target_features;
pub mod toml_file;
pub mod tree;
pub mod validate;
pub mod wasm_opt;

pub use bytes::{ByteDelta, Bytes};
