//! Baselines: what was last accepted, by measurement, and a tolerance that can't be crept over.
//!
//! - [`SizesBaseline`] and [`BenchBaseline`] are the files; only `accept` writes them.
//! - [`judge_sizes()`] and [`judge_bench()`] hold measurements against them.
//! - [`accept()`] moves either, and says in which lines of the [`history`].
//!
//! Numbers are only compared when they were made by the same tools: a [`Fingerprint`](heft_data::fingerprint::Fingerprint) is part of
//! each entry's address. What describes the source ([`split`](heft_data::fingerprint::split)) is not part of it, so a dependency
//! that grew is a growth and a compiler that changed is not.

mod accept;
mod accepted;
mod bench;
mod digest;
mod figures;
mod file;
pub mod history;
mod judge_bench;
mod judge_sizes;
mod sizes;
mod tolerance;

pub use accept::{Acceptable, Candidate, Cases, Numbers, accept};
pub use accepted::{AcceptOptions, AcceptReport, Accepted, Change, Missing, Move};
pub use bench::{BENCH_SCHEMA, BenchBaseline, BenchFile, Measured, keyed};
pub use digest::Digests;
pub use figures::Figures;
pub use file::{BaselineFile, Content, Parts};
pub use judge_bench::{BenchGate, BenchJudgment, BenchRow, judge_bench};
pub use judge_sizes::{Cause, Causes, SizeJudgment, SizeRow, SizesGate, judge_sizes};
pub use sizes::{Entry, SIZES_SCHEMA, SizesBaseline, SizesFile, Weighed};
pub use tolerance::{BenchTolerance, SizeTolerance};
