//! The report's tables. Each cell knows where its number is in the report's JSON.

use super::artifact::ArtifactReport;
use super::report::BenchSummary;
use crate::decision::{Decision, tables};
use crate::html::{Cell, Grid};
use heft_data::counter::Counter;
use heft_data::record::Step;
use heft_gate::baseline::{Causes, SizeJudgment, SizesGate};
use heft_gate::judge_budgets::{GateReport, Judgment};
use heft_size::attribution::CrateSize;
use heft_size::breakdown::By;
use heft_wasm::bytes::Bytes;

/// Sizes, compressed too, and after each step.
pub(super) fn sizes(artifacts: &[ArtifactReport]) -> Grid {
    let mut grid = Grid::new(&[
        "artifact",
        "kind",
        ">input",
        ">optimized",
        ">raw",
        ">gzip",
        ">brotli",
    ]);
    for (i, artifact) in artifacts.iter().enumerate() {
        let at = format!("/artifacts/{i}");
        let step = |step: Step| {
            let found = artifact.steps.iter().position(|record| record.step == step);
            found.map_or_else(Cell::none, |k| {
                Cell::bytes(artifact.steps[k].bytes, format!("{at}/steps/{k}/bytes"))
            })
        };
        grid.row([
            Cell::text(&artifact.name, format!("{at}/name")),
            Cell::text(&artifact.kind.to_string(), format!("{at}/kind")),
            step(Step::Input),
            step(Step::Optimized),
            Cell::bytes(artifact.raw_bytes, format!("{at}/raw_bytes")),
            Cell::bytes(artifact.gzip_bytes, format!("{at}/gzip_bytes")),
            Cell::bytes(artifact.brotli_bytes, format!("{at}/brotli_bytes")),
        ]);
    }
    grid
}

/// Sizes against their limits, with a bar each.
pub(super) fn budgets(report: &GateReport) -> Grid {
    let mut grid = Grid::new(&[
        "artifact", "measure", ">size", ">limit", ">guard", ">room", ">stretch", "verdict", "used",
    ]);
    for (i, row) in report.rows.iter().enumerate() {
        let at = format!("/budgets/rows/{i}");
        let verdict = match row.judgment {
            Judgment::Ok => "ok",
            Judgment::Over => "OVER",
            Judgment::NotBudgeted => "not budgeted",
        };
        let bytes = |bytes: Option<Bytes>, key: &str| {
            bytes.map_or_else(Cell::none, |bytes| {
                Cell::bytes(bytes, format!("{at}/{key}"))
            })
        };
        grid.row([
            Cell::text(&row.artifact, format!("{at}/artifact")),
            Cell::text(&row.measure.to_string(), format!("{at}/measure")),
            bytes(row.size_bytes, "size_bytes"),
            bytes(row.limit_bytes, "limit_bytes"),
            bytes(row.guard_bytes, "guard_bytes"),
            row.room_bytes.map_or_else(Cell::none, |room| {
                Cell::number(room.to_string(), format!("{at}/room_bytes"))
            }),
            bytes(row.stretch_bytes, "stretch_bytes"),
            Cell::label(verdict),
            row.limit_bytes
                .zip(row.size_bytes)
                .map_or_else(Cell::none, |(limit, size)| {
                    Cell::bar(size.0, limit.0, row.stretch_bytes.map(|wish| wish.0))
                }),
        ]);
    }
    grid
}

/// What one artifact is made of.
pub(super) fn crates(index: usize, rows: &[CrateSize]) -> Grid {
    let mut grid = Grid::new(&["crate or part", ">bytes", ">code", ">data"]);
    for (k, row) in rows.iter().enumerate() {
        let at = format!("/artifacts/{index}/crates/{k}");
        grid.row([
            Cell::text(&row.name, format!("{at}/name")),
            Cell::bytes(row.bytes, format!("{at}/bytes")),
            Cell::bytes(row.code_bytes, format!("{at}/code_bytes")),
            Cell::bytes(row.data_bytes, format!("{at}/data_bytes")),
        ]);
    }
    grid
}

/// The counters of every case.
pub(super) fn bench(bench: &BenchSummary) -> Grid {
    let has = |counter: Counter| {
        let mut rows = bench.rows.iter();
        rows.any(|row| row.counts.0.contains_key(&counter))
    };
    let shown: Vec<Counter> = Counter::shown(has).map(|(counter, _)| counter).collect();
    let mut columns = vec!["module".to_owned(), "case".to_owned(), "outcome".to_owned()];
    columns.extend(shown.iter().map(|counter| format!(">{}", counter.label())));
    let mut grid = Grid::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for (i, row) in bench.rows.iter().enumerate() {
        let at = format!("/bench/rows/{i}");
        let mut cells = vec![
            Cell::text(&row.module, format!("{at}/module")),
            Cell::text(&row.case, format!("{at}/case")),
            Cell::text(&row.outcome.to_string(), format!("{at}/outcome")),
        ];
        cells.extend(shown.iter().map(|counter| {
            let number = row.counts.0.get(counter).copied().flatten();
            number.map_or_else(Cell::none, |n| {
                Cell::number(counter.unit().text(n), format!("{at}/{}", counter.key()))
            })
        }));
        grid.row(cells);
    }
    grid
}

/// The weighted matrix.
pub(super) fn matrix(decision: &Decision) -> Grid {
    let mut columns = vec![">rank".to_owned(), "candidate".to_owned()];
    columns.extend(decision.columns.iter().map(|c| format!(">{}", c.name)));
    columns.push(">total".to_owned());
    let mut grid = Grid::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for (i, row) in decision.rows.iter().enumerate() {
        let at = format!("/decision/rows/{i}");
        let mut cells = vec![
            Cell::number(row.rank.to_string(), format!("{at}/rank")),
            Cell::text(&row.candidate, format!("{at}/candidate")),
        ];
        let ratios = row.ratios.iter().enumerate();
        cells.extend(
            ratios
                .map(|(k, ratio)| Cell::number(tables::ratio(*ratio), format!("{at}/ratios/{k}"))),
        );
        cells.push(Cell::number(
            tables::ratio(row.total),
            format!("{at}/total"),
        ));
        grid.row(cells);
    }
    grid
}

/// Sizes against what was last accepted.
pub(super) fn baseline(gate: &SizesGate) -> Grid {
    let mut grid = Grid::new(&[
        "artifact",
        "measure",
        ">size",
        ">baseline",
        ">change",
        ">allowed",
        "verdict",
    ]);
    for (i, row) in gate.rows.iter().enumerate() {
        let at = format!("/baseline/rows/{i}");
        let bytes = |bytes: Option<Bytes>, key: &str| {
            bytes.map_or_else(Cell::none, |bytes| {
                Cell::bytes(bytes, format!("{at}/{key}"))
            })
        };
        grid.row([
            Cell::text(&row.artifact, format!("{at}/artifact")),
            Cell::text(&row.measure.to_string(), format!("{at}/measure")),
            bytes(row.size_bytes, "size_bytes"),
            bytes(row.baseline_bytes, "baseline_bytes"),
            row.change_bytes.map_or_else(Cell::none, |change| {
                Cell::number(change.to_string(), format!("{at}/change_bytes"))
            }),
            bytes(row.allowed_bytes, "allowed_bytes"),
            Cell::text(word(row.judgment), format!("{at}/judgment")),
        ]);
    }
    grid
}

/// What grew in one artifact.
pub(super) fn causes(index: usize, causes: &Causes) -> Grid {
    let by = match causes.by {
        By::Crate => "crate",
        By::Section => "section",
    };
    let mut grid = Grid::new(&[by, ">baseline", ">size", ">change"]);
    for (k, row) in causes.rows.iter().enumerate() {
        let at = format!("/baseline/causes/{index}/rows/{k}");
        grid.row([
            Cell::text(&row.name, format!("{at}/name")),
            Cell::bytes(row.baseline_bytes, format!("{at}/baseline_bytes")),
            Cell::bytes(row.size_bytes, format!("{at}/size_bytes")),
            Cell::number(row.change_bytes.to_string(), format!("{at}/change_bytes")),
        ]);
    }
    grid
}

/// A verdict as JSON says it.
fn word(judgment: SizeJudgment) -> &'static str {
    match judgment {
        SizeJudgment::Same => "same",
        SizeJudgment::Within => "within",
        SizeJudgment::Grew => "grew",
        SizeJudgment::Shrank => "shrank",
        SizeJudgment::Missing => "missing",
        SizeJudgment::Extra => "extra",
        SizeJudgment::UnknownFingerprint => "unknown-fingerprint",
    }
}
