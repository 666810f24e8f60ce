//! Optimize a file: wasm-opt on every core module inside, then strip, then validate.
//!
//! [`optimize`] works in memory; nothing it returns is larger than its input or needs a proposal that
//! the input does not need. What can't be optimized safely keeps its old code, with a reason.
//!
//! A component is also optimized across its modules, unless [`Settings::cross_module`] says no: exports that
//! nothing in it uses are dropped, what it holds twice is stored once, and names between its modules are
//! shortened.
//!
//! With [`Settings::panics`] the functions of Rust's standard library that panic only trap, before all else.
//!
//! With [`Effort::Max`] each module is optimized in several ways, and the smallest valid result is kept.

mod changing;
pub mod codes;
mod contract;
pub mod ending;
mod error;
mod exports;
mod file;
mod fixpoint;
mod malformed;
mod module;
mod panics;
mod recipes;
mod runs;
mod settings;
pub mod wasm_opt;

pub use error::OptimizeError;
pub use file::{Optimized, optimize};
pub use heft_data::record::{
    FileRecord, ModuleRecord, Outcome, RECORD_SCHEMA, RecipeRecord, Record, Step, StepRecord,
};
pub use settings::{Converge, Effort, Event, Panics, SMALL_ENOUGH_TO_CONVERGE, Settings, Smallest};

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
