//! Where the bytes of a WebAssembly file are, why they are there, and what two files differ by.
//!
//! - [`attribution`]: every byte of a file, by crate, library or part of the format;
//! - [`allocators`] and [`soundness`](mod@soundness): which allocators are linked, and whether memory is sound with them;
//! - [`call_graph`] and [`why`](mod@why): who calls whom, and what keeps a function in a file;
//! - [`retained`](mod@retained): what a function keeps in a file, and what nothing keeps;
//! - [`file_size`] with [`render`]: everything about the size of a file;
//! - [`diff`](mod@diff): what two files differ by, and whether the tools do;
//! - [`breakdown`](mod@breakdown): the numbers that tell what grew;
//! - [`laws`]: what holds for any bytes, for tests.

pub mod allocators;
pub mod attribution;
pub mod breakdown;
pub mod call_graph;
mod canonical;
pub mod diff;
pub mod file_size;
mod function_size;
#[doc(hidden)]
pub mod laws;
pub mod render;
pub mod retained;
pub mod soundness;
pub mod why;

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
