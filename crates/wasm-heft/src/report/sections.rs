//! The report's tables. Each cell knows where its number is in the report's JSON.

use super::{ArtefactReport, BenchSummary};
use crate::attribution::CrateSize;
use crate::bytes::{Bytes, group_thousands};
use crate::decision::{Decision, tables};
use crate::gate::{GateReport, Judgement};
use crate::html::{Cell, Grid};
use crate::optimize::Step;
use crate::ratchet::{By, Causes, SizeJudgement, SizesGate};

/// Sizes, compressed too, and after each step.
pub(super) fn sizes(artefacts: &[ArtefactReport]) -> Grid {
    let mut grid = Grid::new(&[
        "artefact",
        "kind",
        ">input",
        ">optimised",
        ">raw",
        ">gzip",
        ">brotli",
    ]);
    for (i, artefact) in artefacts.iter().enumerate() {
        let at = format!("/artefacts/{i}");
        let step = |step: Step| {
            let found = artefact.steps.iter().position(|record| record.step == step);
            found.map_or_else(Cell::none, |k| {
                Cell::bytes(artefact.steps[k].bytes, format!("{at}/steps/{k}/bytes"))
            })
        };
        grid.row([
            Cell::text(&artefact.name, format!("{at}/name")),
            Cell::text(&artefact.kind.to_string(), format!("{at}/kind")),
            step(Step::Input),
            step(Step::Optimised),
            Cell::bytes(artefact.raw_bytes, format!("{at}/raw_bytes")),
            Cell::bytes(artefact.gzip_bytes, format!("{at}/gzip_bytes")),
            Cell::bytes(artefact.brotli_bytes, format!("{at}/brotli_bytes")),
        ]);
    }
    grid
}

/// Sizes against their limits, with a bar each.
pub(super) fn budgets(report: &GateReport) -> Grid {
    let mut grid = Grid::new(&[
        "artefact", "measure", ">size", ">limit", ">room", ">stretch", "verdict", "used",
    ]);
    for (i, row) in report.rows.iter().enumerate() {
        let at = format!("/budgets/rows/{i}");
        let verdict = match row.judgement {
            Judgement::Ok => "ok",
            Judgement::Over => "OVER",
            Judgement::NotBudgeted => "not budgeted",
        };
        let bytes = |bytes: Option<Bytes>, key: &str| {
            bytes.map_or_else(Cell::none, |bytes| {
                Cell::bytes(bytes, format!("{at}/{key}"))
            })
        };
        grid.row([
            Cell::text(&row.artefact, format!("{at}/artefact")),
            Cell::text(&row.measure.to_string(), format!("{at}/measure")),
            bytes(row.size_bytes, "size_bytes"),
            bytes(row.limit_bytes, "limit_bytes"),
            row.room_bytes.map_or_else(Cell::none, |room| {
                Cell::number(room.to_string(), format!("{at}/room_bytes"))
            }),
            bytes(row.stretch_bytes, "stretch_bytes"),
            Cell::words(verdict),
            row.limit_bytes
                .zip(row.size_bytes)
                .map_or_else(Cell::none, |(limit, size)| {
                    Cell::bar(size.0, limit.0, row.stretch_bytes.map(|wish| wish.0))
                }),
        ]);
    }
    grid
}

/// What one artefact is made of.
pub(super) fn crates(index: usize, rows: &[CrateSize]) -> Grid {
    let mut grid = Grid::new(&["crate or part", ">bytes", ">code", ">data"]);
    for (k, row) in rows.iter().enumerate() {
        let at = format!("/artefacts/{index}/crates/{k}");
        grid.row([
            Cell::text(&row.name, format!("{at}/name")),
            Cell::bytes(row.bytes, format!("{at}/bytes")),
            Cell::bytes(row.code_bytes, format!("{at}/code_bytes")),
            Cell::bytes(row.data_bytes, format!("{at}/data_bytes")),
        ]);
    }
    grid
}

/// Fuel and pages of every case.
pub(super) fn bench(bench: &BenchSummary) -> Grid {
    let mut grid = Grid::new(&[
        "module",
        "case",
        "outcome",
        ">fuel",
        ">fuel, bulk at one unit",
        ">start-up fuel",
        ">grown pages",
    ]);
    for (i, row) in bench.rows.iter().enumerate() {
        let at = format!("/bench/rows/{i}");
        let number = |value: Option<u64>, key: &str| {
            value.map_or_else(Cell::none, |n| {
                Cell::number(group_thousands(n), format!("{at}/{key}"))
            })
        };
        grid.row([
            Cell::text(&row.module, format!("{at}/module")),
            Cell::text(&row.case, format!("{at}/case")),
            Cell::text(&row.outcome.to_string(), format!("{at}/outcome")),
            number(row.fuel, "fuel"),
            number(row.fuel_bulk_once, "fuel_bulk_once"),
            number(row.startup_fuel, "startup_fuel"),
            number(row.grown_pages, "grown_pages"),
        ]);
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
        "artefact",
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
            Cell::text(&row.artefact, format!("{at}/artefact")),
            Cell::text(&row.measure.to_string(), format!("{at}/measure")),
            bytes(row.size_bytes, "size_bytes"),
            bytes(row.baseline_bytes, "baseline_bytes"),
            row.change_bytes.map_or_else(Cell::none, |change| {
                Cell::number(change.to_string(), format!("{at}/change_bytes"))
            }),
            bytes(row.allowed_bytes, "allowed_bytes"),
            Cell::text(word(row.judgement), format!("{at}/judgement")),
        ]);
    }
    grid
}

/// What grew in one artefact.
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
fn word(judgement: SizeJudgement) -> &'static str {
    match judgement {
        SizeJudgement::Same => "same",
        SizeJudgement::Within => "within",
        SizeJudgement::Grew => "grew",
        SizeJudgement::Shrank => "shrank",
        SizeJudgement::Missing => "missing",
        SizeJudgement::Extra => "extra",
        SizeJudgement::UnknownFingerprint => "unknown-fingerprint",
    }
}
