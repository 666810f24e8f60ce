//! Results of programs that ran, with such names as reports have.

use super::reports::Names;
use heft_bench::{bench_table, profile_table};
use heft_data::bench_result::{self, BenchReport, BenchedModule, Case, Outcome};
use heft_data::profile::{self, ProfileReport, ProfiledModule};
use heft_data::table::Style;
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;

impl Names<'_> {
    pub(super) fn bench_table(&self, style: Style) -> String {
        let row = bench_result::BenchRow {
            module: self.name(0),
            case: self.name(1),
            outcome: Outcome::Failed,
            detail: Some(self.name(2)),
            fuel: Some(1),
            fuel_bulk_once: None,
            startup_fuel: None,
            startup_fuel_bulk_once: None,
            initial_pages: None,
            grown_pages: None,
            total_pages: None,
            stack_bytes: None,
            output: Some(self.name(2)),
            operations: None,
            operation_fuel: None,
            instantiate_ns: None,
            wall_ns: None,
            operations_per_second: None,
            memory_curve: None,
        };
        let module = BenchedModule {
            name: self.name(0),
            kind: Kind::Module,
            raw_bytes: Bytes(1),
            gzip_bytes: Bytes(1),
            brotli_bytes: Bytes(1),
            sha256: String::new(),
        };
        let report = BenchReport {
            schema: bench_result::SCHEMA,
            engine: self.engine(),
            modules: vec![module],
            cases: Vec::<Case>::new(),
            rows: vec![row],
        };
        bench_table::render(&report, Some(self.0[0]), style)
    }

    pub(super) fn profile_table(&self, style: Style) -> String {
        let module = ProfiledModule {
            name: self.name(0),
            kind: Kind::Module,
            outcome: Outcome::Trapped,
            detail: Some(self.name(1)),
            stack_bytes: None,
            profile: None,
        };
        let report = ProfileReport {
            schema: profile::SCHEMA,
            engine: self.engine(),
            arguments: vec![self.name(2)],
            modules: vec![module],
        };
        profile_table::render(&report, style)
    }
}
