//! The result as tables, for terminals and in Markdown.

use crate::baseline::{
    BenchGate, BenchJudgment, BenchRow, Causes, SizeJudgment, SizeRow, SizesGate,
};
use crate::judge_budgets::{Judgment, Row};
use crate::ratios::{RatioJudgment, RatioRow};
use crate::report::FullReport;
use heft_data::table::{Paint, Style, Table, Tone, or_dash, unpainted};
use heft_size::breakdown::By;
use heft_wasm::bytes::group_thousands;
use std::fmt::Write as _;

/// Everything, in a fixed order.
#[must_use]
pub fn render(report: &FullReport, style: Style) -> String {
    render_painted(report, style, &unpainted)
}

/// Like [`render`], with its verdicts and notes painted.
#[must_use]
pub fn render_painted(report: &FullReport, style: Style, paint: Paint<'_>) -> String {
    let shown = |table: Table| table.render_painted(style, paint);
    let note = |note: &String| format!("{}: {}\n", paint(Tone::Note, "note"), style.say(note));
    let mut parts = Vec::new();
    if report.budgets.is_some() {
        parts.push(shown(budgets(&report.rows)));
    }
    if let Some(gate) = &report.baseline {
        parts.push(format!(
            "{}\n\n{}",
            style.heading(&sizes_title(gate)),
            shown(sizes(&gate.rows))
        ));
        parts.extend(gate.causes.iter().map(|causes| {
            let title = style.heading(&causes_title(causes));
            format!("{title}\n\n{}", shown(causes_table(causes)))
        }));
        parts.extend(gate.notes.iter().map(note));
    }
    if !report.ratios.is_empty() {
        let title = style.heading(RATIOS_TITLE);
        parts.push(format!("{title}\n\n{}", shown(ratios(&report.ratios))));
    }
    if let Some(gate) = &report.bench {
        let mut part = format!("{}\n\n", style.heading(&bench_title(gate)));
        let moved = moved(gate);
        if !moved.is_empty() {
            let _ = writeln!(part, "{}", shown(bench(&moved)));
        }
        let _ = writeln!(part, "{}", bench_count(gate));
        parts.push(part);
        parts.extend(gate.notes.iter().map(note));
    }
    if let Some(unsound) = &report.unsound {
        parts.push(match unsound.len() {
            0 => "memory: no mix of allocators found\n".to_owned(),
            count => format!(
                "memory: {} in {count} artifacts\n",
                paint(Tone::Bad, "not sound")
            ),
        });
    }
    parts.join("\n")
}

pub(super) const RATIOS_TITLE: &str = "ratios in the same run";

pub(super) fn ratios(rows: &[RatioRow]) -> Table {
    let mut table = Table::new(&[
        "module",
        "in relation to",
        "figure",
        ">cases",
        ">mean",
        ">limit",
        ">worst",
        ">limit",
        "case",
        "verdict",
        "where",
    ]);
    let shown_ratio = |ratio: f64| format!("{ratio:.3}");
    for row in rows {
        let (verdict, tone) = match row.judgment {
            RatioJudgment::Ok => ("ok", Tone::Good),
            RatioJudgment::Over => ("OVER", Tone::Bad),
            RatioJudgment::Broke => ("BROKE", Tone::Bad),
        };
        table.row([
            row.of.clone(),
            row.to.clone(),
            row.figure.to_string(),
            row.cases.to_string(),
            shown_ratio(row.mean),
            shown_ratio(row.limit),
            shown_ratio(row.worst),
            or_dash(row.worst_limit.map(shown_ratio)),
            row.worst_case.clone(),
            verdict.to_owned(),
            row.place.to_string(),
        ]);
        table.tone("verdict", Some(tone));
    }
    table
}

pub(super) fn sizes_title(gate: &SizesGate) -> String {
    let tolerance = gate.tolerance;
    format!(
        "baseline {} (growth that passes: the larger of {} and {} %)",
        gate.baseline,
        tolerance.absolute_bytes,
        percent_of_ppm(tolerance.relative_ppm),
    )
}

pub(super) fn bench_title(gate: &BenchGate) -> String {
    let tolerance = gate.tolerance;
    let pages = match tolerance.grown_pages {
        0 => "no page".to_owned(),
        1 => "1 page".to_owned(),
        n => format!("{n} pages"),
    };
    format!(
        "baseline {} (growth that passes: {} % of fuel, {pages})",
        gate.baseline,
        percent_of_ppm(tolerance.fuel_ppm),
    )
}

pub(super) fn causes_title(causes: &Causes) -> String {
    let by = match causes.by {
        By::Crate => "crate",
        By::Section => "section",
    };
    let source = if causes.source_changed.is_empty() {
        String::new()
    } else {
        format!(" ({} changed since)", causes.source_changed.join(", "))
    };
    format!("{}: what changed in it, by {by}{source}", causes.artifact)
}

pub(super) fn bench_count(gate: &BenchGate) -> String {
    let same = gate.rows.len() - moved(gate).len();
    format!("{same} of {} figures are as accepted", gate.rows.len())
}

/// Parts of a million as per cent, without needless zeros.
pub(super) fn percent_of_ppm(ppm: u32) -> String {
    format!("{}", f64::from(ppm) / 10_000.0)
}

pub(super) fn budgets(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        "artifact", "measure", ">size", ">limit", ">guard", ">room", "stretch", "verdict", "where",
    ]);
    for row in rows {
        let stretch = match (row.stretch_bytes, row.stretch_met) {
            (Some(bytes), Some(true)) => format!("met ({bytes})"),
            (Some(bytes), _) => format!("missed ({bytes})"),
            (None, _) => "-".to_owned(),
        };
        let (verdict, tone) = match row.judgment {
            Judgment::Ok => ("ok", Some(Tone::Good)),
            Judgment::Over => ("OVER", Some(Tone::Bad)),
            Judgment::NotBudgeted => ("not budgeted", None),
        };
        table.row([
            row.artifact.clone(),
            row.measure.to_string(),
            or_dash(row.size_bytes.as_ref()),
            or_dash(row.limit_bytes.as_ref()),
            or_dash(row.guard_bytes.as_ref()),
            or_dash(row.room_bytes.as_ref()),
            stretch,
            verdict.to_owned(),
            or_dash(row.place.as_ref()),
        ]);
        table.tone("verdict", tone);
    }
    table
}

pub(super) fn sizes(rows: &[SizeRow]) -> Table {
    let mut table = Table::new(&[
        "artifact",
        "measure",
        ">size",
        ">baseline",
        ">change",
        ">allowed",
        "verdict",
        "where",
    ]);
    for row in rows {
        let (verdict, tone) = match row.judgment {
            SizeJudgment::Same => ("same", None),
            SizeJudgment::Within => ("within", None),
            SizeJudgment::Grew => ("GREW", Some(Tone::Bad)),
            SizeJudgment::Shrank => ("shrank", Some(Tone::Good)),
            SizeJudgment::Missing => ("MISSING", Some(Tone::Bad)),
            SizeJudgment::Extra => ("EXTRA", Some(Tone::Bad)),
            SizeJudgment::UnknownFingerprint => ("unknown tools", Some(Tone::Note)),
        };
        table.row([
            row.artifact.clone(),
            row.measure.to_string(),
            or_dash(row.size_bytes.as_ref()),
            or_dash(row.baseline_bytes.as_ref()),
            or_dash(row.change_bytes.as_ref()),
            or_dash(row.allowed_bytes.as_ref()),
            verdict.to_owned(),
            or_dash(row.place.as_ref()),
        ]);
        table.tone("verdict", tone);
    }
    table
}

pub(super) fn causes_table(causes: &Causes) -> Table {
    let name = match causes.by {
        By::Crate => "crate",
        By::Section => "section",
    };
    let mut table = Table::new(&[name, ">baseline", ">size", ">change"]);
    for cause in &causes.rows {
        table.row([
            cause.name.clone(),
            cause.baseline_bytes.to_string(),
            cause.size_bytes.to_string(),
            cause.change_bytes.to_string(),
        ]);
    }
    table
}

/// The rows worth a line: thousands are as they were.
pub(super) fn moved(gate: &BenchGate) -> Vec<&BenchRow> {
    let moved = |row: &&BenchRow| row.judgment != BenchJudgment::Same;
    gate.rows.iter().filter(moved).collect()
}

pub(super) fn bench(rows: &[&BenchRow]) -> Table {
    let mut table = Table::new(&[
        "module",
        "case",
        "figure",
        ">value",
        ">baseline",
        ">change",
        ">change %",
        ">allowed",
        "verdict",
        "where",
    ]);
    for row in rows {
        let number = |value: Option<u64>| or_dash(value.map(group_thousands));
        let is_outcome = row.figure == crate::figure::Figure::Outcome;
        let (verdict, tone) = match row.judgment {
            BenchJudgment::Same => ("same", None),
            BenchJudgment::Within => ("within", None),
            BenchJudgment::Worse => ("WORSE", Some(Tone::Bad)),
            BenchJudgment::Better => ("better", Some(Tone::Good)),
            BenchJudgment::Broke => ("BROKE", Some(Tone::Bad)),
            BenchJudgment::Missing => ("MISSING", Some(Tone::Bad)),
            BenchJudgment::Extra => ("EXTRA", Some(Tone::Bad)),
            BenchJudgment::UnknownFingerprint => ("unknown tools", Some(Tone::Note)),
        };
        table.row([
            row.module.clone(),
            row.case.clone(),
            row.figure.to_string(),
            if is_outcome {
                or_dash(row.outcome)
            } else {
                number(row.value)
            },
            if is_outcome {
                or_dash(row.baseline_outcome)
            } else {
                number(row.baseline)
            },
            or_dash(row.change.map(signed)),
            or_dash(row.change_percent.map(|p| format!("{p:+.2}"))),
            number(row.allowed),
            verdict.to_owned(),
            or_dash(row.place.as_ref()),
        ]);
        table.tone("verdict", tone);
    }
    table
}

/// A number with its sign, thousands apart.
pub(super) fn signed(n: i64) -> String {
    let sign = match n {
        0 => "",
        1.. => "+",
        _ => "-",
    };
    format!("{sign}{}", group_thousands(n.unsigned_abs()))
}
