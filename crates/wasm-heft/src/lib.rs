//! Optimize, weigh and gate WebAssembly modules and components.
//!
//! The command line tool of the same name is a thin layer over this library:
//!
//! - [`optimize`](mod@optimize): wasm-opt on every core module of a file, then strip, then validate;
//! - [`component`]: which exports of its modules a component uses, and what it holds twice;
//! - [`size`](mod@size): how large a file is, compressed too, and what takes the room;
//! - [`attribution`]: every byte of a file, by crate, library or part of the format;
//! - [`diff`](mod@diff): what two files differ by, and whether the tools do;
//! - [`gate`](mod@gate): sizes against the [`budgets`] a person set;
//! - [`baseline`]: sizes and benchmarks against what was last accepted, and accepting;
//! - `bench`: programs side by side, by fuel, memory and time (cargo feature `bench`, on by default);
//! - [`profile`]: what a traced program's allocator did, and how its memory grew (running it needs
//!   `bench`);
//! - [`decision`]: measured numbers weighed against each other, for a document;
//! - [`plot`] and [`report`]: pictures of them, and everything on one page.
//!
//! [`Bytes`] is the unit of all of them. Without the cargo feature `analysis` (on by default) there is
//! [`optimize`](mod@optimize) and what it needs, and nothing that weighs, compares or explains.

#[cfg(feature = "analysis")]
pub mod allocators;
#[cfg(feature = "analysis")]
pub mod artifact;
#[cfg(feature = "analysis")]
pub mod attribution;
#[cfg(feature = "analysis")]
pub mod baseline;
#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "analysis")]
pub mod bench_result;
#[cfg(feature = "analysis")]
pub mod bench_table;
pub mod binary;
#[cfg(feature = "analysis")]
pub mod budgets;
pub mod bytes;
#[cfg(feature = "analysis")]
pub mod call_graph;
#[cfg(feature = "analysis")]
mod canonical;
pub mod component;
#[cfg(feature = "analysis")]
pub mod compress;
pub mod core_modules;
pub mod custom_sections;
#[cfg(feature = "analysis")]
pub mod decision;
#[cfg(feature = "analysis")]
pub mod diff;
pub mod doctor;
pub mod ending;
pub mod escape;
mod exports;
pub mod features;
#[cfg(feature = "analysis")]
pub mod figure;
pub mod files;
#[cfg(feature = "analysis")]
pub mod folder_lock;
#[cfg(feature = "analysis")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "analysis")]
pub mod gate;
#[cfg(feature = "analysis")]
pub mod gate_report;
#[cfg(feature = "analysis")]
pub mod gate_text;
#[cfg(feature = "analysis")]
pub mod html;
pub mod interface;
mod keep_imports;
#[cfg(feature = "analysis")]
pub mod measure;
pub mod optimize;
#[cfg(feature = "analysis")]
pub mod place;
#[cfg(feature = "analysis")]
pub mod plot;
pub mod producers;
#[cfg(feature = "analysis")]
pub mod profile;
#[cfg(feature = "analysis")]
pub mod ratios;
#[cfg(feature = "analysis")]
pub mod references;
#[cfg(feature = "analysis")]
pub mod report;
#[cfg(feature = "analysis")]
pub mod section_sizes;
#[cfg(feature = "analysis")]
pub mod size;
#[cfg(feature = "analysis")]
pub mod size_text;
#[cfg(feature = "analysis")]
pub mod soundness;
#[cfg(feature = "analysis")]
pub mod statistics;
pub mod table;
mod target_features;
#[cfg(feature = "analysis")]
pub mod toml_file;
pub mod validate;
pub mod wasm_opt;
#[cfg(feature = "analysis")]
pub mod why;

pub use bytes::{ByteDelta, Bytes};
