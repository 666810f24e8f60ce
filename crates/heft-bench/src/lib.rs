//! Running programs side by side: fuel, memory, start-up, time.
//!
//! [`bench()`] runs each WASI command of a [`Request`] with each case, alone in a sandbox of its own:
//! no environment, no network, fixed clocks, random numbers from a seed, and a private copy of each
//! folder. So two runs execute the same instructions, and [fuel](heft_data::bench_result::BenchRow::fuel)
//! and pages are exact. Times are not, and come with their [statistics](heft_data::bench_result::Statistics).
//!
//! However a program ends, its row says so and the others go on.

mod bench;
pub mod bench_table;
mod clock;
mod engine;
mod error;
mod event;
mod expected_output;
mod fuel;
mod host;
mod host_memory;
mod http;
mod marks;
mod memory_curve;
mod memory_limiter;
mod outcome;
mod preopens;
mod preview1;
mod preview2;
mod profile;
pub mod profile_table;
mod program;
mod request;
mod row;
mod run;
mod stats_reader;
mod stdio;
mod timing;
mod trace;

pub use bench::bench;
pub use engine::{WASMTIME, platform};
pub use error::{BenchError, Unread};
pub use event::Event;
pub use preopens::left_out;
pub use profile::{ProfileError, profile};
pub use request::{Expectation, Limits, ModuleFile, Preopen, Request};
pub use trace::{TracedRun, trace};
