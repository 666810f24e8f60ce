//! Measured numbers as a decision, as pictures, and as one page that holds everything.
//!
//! - [`Report::collect`] computes; [`page::write`] and [`markdown::write`] show the same numbers;
//! - [`decision`]: measured numbers weighed against each other, for a document;
//! - [`plot`]: pictures of a bench and of a profile, as SVG; [`html`]: text and tables of a page.

mod artifact;
mod attention;
mod bars;
mod bench_pictures;
pub mod decision;
mod error;
mod explore;
mod first_screen;
mod folded;
mod functions;
pub mod html;
pub mod markdown;
pub mod page;
mod pictures;
pub mod plot;
mod report;
mod sections;

pub use artifact::{ArtifactInput, ArtifactReport};
pub use error::ReportError;
pub use functions::FunctionTable;
pub use pictures::Pictures;
pub use report::{BenchLine, BenchSummary, Counts, Inputs, Report};

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
