//! Optimize, weigh and gate WebAssembly modules and components.
//!
//! The command line tool of the same name is a thin layer over these crates, each under its short name:
//!
//! - [`wasm`]: modules and components as they are in a file;
//! - [`data`]: what is written and read, and how it is shown;
//! - [`optimize`]: wasm-opt on every core module of a file, then strip, then validate;
//! - `size`: where the bytes are, why they are there, what two files differ by (cargo feature `analysis`);
//! - `gate`: sizes and benchmarks against budgets and baselines (`analysis`);
//! - `report`: decisions, pictures, and everything on one page (`analysis`);
//! - `bench`: programs side by side, by fuel, memory and time (cargo feature `bench`, on by default).
//!
//! What is left here is the machine's: [`files`], [`standard_output`], [`doctor`](mod@doctor) and a lock on folders.

pub mod doctor;
pub mod files;
#[cfg(feature = "analysis")]
pub mod folder_lock;
#[cfg(feature = "analysis")]
#[doc(hidden)]
pub mod fuzzing;
pub mod standard_output;

#[cfg(feature = "bench")]
pub use heft_bench as bench;
pub use heft_data as data;
#[cfg(feature = "analysis")]
pub use heft_gate as gate;
pub use heft_optimize as optimize;
#[cfg(feature = "analysis")]
pub use heft_report as report;
#[cfg(feature = "analysis")]
pub use heft_size as size;
pub use heft_wasm as wasm;
