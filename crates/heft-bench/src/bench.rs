//! Every module with every case.

use crate::engine::{Engines, WASMTIME, platform};
use crate::error::BenchError;
use crate::event::Event;
use crate::program::Programs;
use crate::request::{ModuleFile, Request};
use crate::row::Row;
use crate::{expected_output, fuel, timing};
use heft_data::bench_result::{BenchReport, BenchRow, BenchedModule, Engine, SCHEMA};
use heft_data::compress::{brotli, gzip};
use heft_data::sha256;
use heft_wasm::binary::kind;
use heft_wasm::bytes::Bytes;
use rayon::prelude::*;

/// Runs every module with every case.
///
/// # Errors
///
/// When a file is not WebAssembly, a folder can't be copied, or the engine can't be set up. How
/// programs end is not an error: see [`Outcome`](heft_data::bench_result::Outcome).
pub fn bench(request: &Request, say: &(dyn Fn(Event) + Sync)) -> Result<BenchReport, BenchError> {
    let modules = request
        .modules
        .par_iter()
        .map(describe)
        .collect::<Result<Vec<_>, _>>()?;
    let engines = Engines::new()?;
    say(Event::Compiling {
        modules: modules.len(),
    });
    let programs: Vec<Programs> = request
        .modules
        .par_iter()
        .map(|module| Programs::compile(&engines, &module.bytes, request))
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
        rows: rows.into_iter().map(|row| finish(request, row)).collect(),
    })
}

fn finish(request: &Request, row: Row) -> BenchRow {
    let (module, case) = (&request.modules[row.module], &request.cases[row.case]);
    row.finish(&module.name, &case.name)
}

fn describe(module: &ModuleFile) -> Result<BenchedModule, BenchError> {
    let not_wasm = |source| BenchError::NotWasm {
        module: module.name.clone(),
        source,
    };
    Ok(BenchedModule {
        name: module.name.clone(),
        kind: kind(&module.bytes).map_err(not_wasm)?,
        raw_bytes: Bytes::of(&module.bytes),
        gzip_bytes: gzip(&module.bytes),
        brotli_bytes: brotli(&module.bytes),
        sha256: sha256::hex(&module.bytes),
    })
}
