//! The command line, from outside.
//!
//! NB: `wasm-opt`, `wasm-strip` and `wasm-tools` must be in `PATH`: a test that needs one of them
//! fails without it and does not pass silently.
//!
//! `BLESS=1` rewrites the golden files in `tests/help` and `tests/golden`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod across;
mod bad_input;
#[cfg(feature = "bench")]
mod bench;
mod common;
mod decide;
mod doctor;
mod explain;
mod fallbacks;
mod gate;
mod gate_formats;
mod help;
mod kept;
mod optimize;
mod paths;
mod plot;
#[cfg(feature = "bench")]
mod profile;
mod properties;
mod ratchet;
mod ratchet_bench;
mod ratchet_files;
mod record;
mod report;
mod schemas;
mod size;
