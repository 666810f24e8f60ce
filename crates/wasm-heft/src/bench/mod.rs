//! Running programs side by side: fuel, memory, start-up, time.
//!
//! [`bench()`] runs each WASI command of a [`Request`] with each case, alone in a sandbox of its own:
//! no environment, no network, fixed clocks, random numbers from a seed, and a private copy of each
//! folder. So two runs execute the same instructions, and [fuel](crate::bench_result::BenchRow::fuel)
//! and pages are exact. Times are not, and come with their [spread](crate::bench_result::Statistics).
//!
//! However a program ends, its row says so and the others go on.

mod clock;
mod engine;
mod error;
mod event;
mod expected_output;
mod fuel;
mod host;
mod http;
mod memory_curve;
mod memory_limiter;
mod outcome;
mod preopens;
mod preview1;
mod profile;
mod program;
mod request;
mod run;
mod stats_reader;
mod stdio;
mod timing;
mod trace;

pub use engine::{WASMTIME, platform};
pub use error::{BenchError, Unread};
pub use event::Event;
pub use preopens::left_out;
pub use profile::{ProfileError, profile};
pub use request::{Expectation, Folder, Limits, ModuleFile, Request};
pub use trace::{TracedRun, trace};

use crate::bench_result::{BenchReport, BenchedModule, Engine, SCHEMA};
use crate::binary::kind;
use crate::bytes::Bytes;
use crate::compress::{brotli, gzip};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

/// Runs every module with every case.
///
/// # Errors
///
/// When a file is not WebAssembly, a folder can't be copied, or the engine can't be set up. How
/// programs end is not an error: see [`Outcome`](crate::bench_result::Outcome).
pub fn bench(request: &Request, say: &(dyn Fn(Event) + Sync)) -> Result<BenchReport, BenchError> {
    let modules = request
        .modules
        .par_iter()
        .map(describe)
        .collect::<Result<Vec<_>, _>>()?;
    let engines = engine::Engines::new()?;
    say(Event::Compiling {
        modules: modules.len(),
    });
    let programs: Vec<program::Programs> = request
        .modules
        .par_iter()
        .map(|module| program::Programs::compile(&engines, &module.bytes, request))
        .collect();
    let mut rows = fuel::count(request, &engines, &programs, say)?;
    expected_output::compare(request, &mut rows);
    if request.runs > 0 {
        timing::measure(request, &engines, &programs, &mut rows, say)?;
    }
    Ok(BenchReport {
        schema: SCHEMA,
        engine: Engine {
            wasmtime: WASMTIME.to_owned(),
            platform: platform(),
        },
        modules,
        cases: request.cases.clone(),
        rows: rows.into_iter().map(|counted| counted.row).collect(),
    })
}

fn describe(module: &ModuleFile) -> Result<BenchedModule, BenchError> {
    let not_wasm = |source| BenchError::NotWasm {
        module: module.name.clone(),
        source,
    };
    let digest = Sha256::digest(&module.bytes);
    Ok(BenchedModule {
        name: module.name.clone(),
        kind: kind(&module.bytes).map_err(not_wasm)?,
        raw_bytes: Bytes::of(&module.bytes),
        gzip_bytes: gzip(&module.bytes),
        brotli_bytes: brotli(&module.bytes),
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}
