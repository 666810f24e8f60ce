//! Baselines: what was last accepted, by measurement, and a tolerance that can't be crept over.
//!
//! - [`SizesBaseline`] and [`BenchBaseline`] are the files; only `accept` writes them.
//! - [`judge_sizes()`] and [`judge_bench()`] hold measurements against them.
//! - [`accept_sizes()`] and [`accept_bench()`] move them, and say in which lines of the [`history`].
//!
//! Numbers are only compared when they were made by the same tools: a [`Fingerprint`] is part of
//! each entry's address. What describes the source ([`split`]) is not part of it, so a dependency
//! that grew is a growth and a compiler that changed is not.

mod accept_bench;
mod accept_sizes;
mod accepted;
mod bench;
mod breakdown;
mod digest;
mod fingerprint;
pub mod history;
mod json;
mod judge_bench;
mod judge_sizes;
mod provenance;
mod sizes;
mod tolerance;

pub use accept_bench::accept_bench;
pub use accept_sizes::accept_sizes;
pub use accepted::{AcceptOptions, AcceptReport, Accepted, Change, Missing, Move};
pub use bench::{BENCH_SCHEMA, BenchBaseline, BenchFile, Figures, Measured, keyed};
pub use breakdown::{Breakdown, BreakdownError, By, breakdown};
pub use digest::Digests;
pub use fingerprint::{Fingerprint, Nearest, split};
pub use json::{JsonError, Map, parse};
pub use judge_bench::{BenchGate, BenchJudgment, BenchRow, judge_bench};
pub use judge_sizes::{Cause, Causes, SizeJudgment, SizeRow, SizesGate, judge_sizes};
pub use provenance::{Provenance, RecordError};
pub use sizes::{Entry, SIZES_SCHEMA, SizesBaseline, SizesFile, Weighed};
pub use tolerance::{BenchTolerance, SizeTolerance};
