//! What a traced program's allocator did: counts, sizes of requests, and memory over time.
//!
//! A program is traced if it was built with wasi-alloc's feature `tracing`. `bench::profile` (cargo feature
//! `bench`) runs such programs one after the other, in the same sandbox as `bench`, reads the [`layout`]
//! that each of them left, and returns a [`ProfileReport`]; [`render`] writes it as tables, and [`crate::plot::time_line`] draws it.

pub mod layout;
mod result;
mod text;

pub use result::{Profile, ProfileReport, ProfiledModule, SCHEMA, Sample, SizeClass};
pub use text::render;
