//! What a traced program's allocator did: counts, sizes of requests, and memory over time.
//!
//! A program is traced if it was built with wasi-alloc's feature `tracing`. `profile` (cargo feature
//! `bench`) runs such programs one after the other, in the same sandbox as
//! [`bench`](mod@crate::bench_result), reads the [`layout`] that each of them left, and returns a
//! [`ProfileReport`]; [`render`] writes it as tables, and [`crate::plot::time_line`] draws it.

pub mod layout;
mod result;
#[cfg(feature = "bench")]
mod run;
mod text;

pub use result::{Profile, ProfileReport, ProfiledModule, SCHEMA, Sample, SizeClass};
#[cfg(feature = "bench")]
pub use run::{ProfileError, profile};
pub use text::render;
