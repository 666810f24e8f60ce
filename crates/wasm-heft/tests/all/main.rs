//! The command line, from outside.
//!
//! NB: `wasm-opt`, `wasm-strip` and `wasm-tools` must be in `PATH`: a test that needs one of them
//! fails without it and does not pass silently.
//!
//! `BLESS=1` rewrites the golden files in `tests/help` and `tests/golden`.
#![cfg(feature = "analysis")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

// The name that fuzz targets know it by.
extern crate self as libfuzzer_sys;

mod bad_input;
mod baseline;
mod baseline_bench;
mod baseline_files;
#[cfg(feature = "bench")]
mod bench;
mod color;
mod common;
mod component;
mod decide;
mod doctor;
mod explain;
mod exports;
mod fallbacks;
mod fuzz_targets;
mod gate;
mod gate_formats;
mod help;
mod kept;
#[cfg(target_os = "linux")]
mod killed;
mod large;
mod layers;
mod manual;
mod names;
mod optimize;
mod panics;
mod paths;
mod plot;
#[cfg(feature = "bench")]
mod profile;
mod project;
mod properties;
mod record;
mod refusals;
mod report;
mod schemas;
mod size;
mod soundness;
