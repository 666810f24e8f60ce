//! Results of programs that ran, with such names as reports have.

use super::reports::Names;
use heft_bench::{bench_table, profile_table};
use heft_data::bench_result::{self, BenchReport, BenchedModule, Outcome};
use heft_data::profile::{self, ProfileReport, ProfiledModule};
use heft_data::table::Style;
use heft_wasm::binary::Kind;

impl Names<'_> {
    pub(super) fn bench_table(&self, style: Style) -> String {
        let detail = Some(self.name(2));
        let row = bench_result::BenchRow {
            fuel: Some(1),
            output: Some(self.name(2)),
            ..bench_result::BenchRow::ended(&self.name(0), &self.name(1), Outcome::Failed, detail)
        };
        let report = BenchReport {
            schema: bench_result::SCHEMA,
            engine: self.engine(),
            modules: vec![BenchedModule::bare(self.0[0], Kind::Module)],
            cases: Vec::new(),
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
