//! Why the answer is no: one sentence for each number that fails.

use super::tables::{percent_of_ppm, signed};
use crate::baseline::{
    BenchGate, BenchJudgment, BenchRow, Causes, SizeJudgment, SizeRow, SizesGate,
};
use crate::codes;
use crate::figure::Figure;
use crate::judge_budgets::Judgment;
use crate::ratios::{RatioJudgment, RatioRow};
use crate::report::FullReport;
use heft_data::code::Code;
use heft_data::counter::Unit;
use heft_data::escape;
use heft_data::measure::Measure;
use heft_data::source::place::Place;
use heft_data::table::or_dash;
use heft_wasm::bytes::Bytes;
use heft_wasm::bytes::group_thousands;

/// How many numbers a line names before it counts the others.
const NAMED: usize = 10;

/// A number that fails.
pub(super) struct Problem {
    /// A few words, for a title.
    pub(super) title: String,
    /// What is wrong with it.
    pub(super) words: String,
    /// What to do about it.
    pub(super) advice: String,
    /// Where its limit is written.
    pub(super) place: Option<Place>,
}

/// The lines for standard error.
#[must_use]
pub fn of(report: &FullReport) -> Vec<String> {
    let [over, sizes, figures, ratios] = problems(report);
    let counts = [
        report.rows.len(),
        report.baseline.as_ref().map_or(0, |gate| gate.rows.len()),
        report.bench.as_ref().map_or(0, |gate| gate.rows.len()),
        report.ratios.len(),
    ];
    let kinds = [
        ("sizes", "over budget"),
        ("sizes", "not as accepted"),
        ("figures", "not as accepted"),
        ("ratios", "over their limit"),
    ];
    let lines = [over, sizes, figures, ratios]
        .into_iter()
        .zip(counts)
        .zip(kinds);
    lines
        .filter(|((problems, _), _)| !problems.is_empty())
        .map(|((problems, count), (what, how))| line(&problems, count, what, how))
        .collect()
}

/// One problem fits on the line; more are a list under it.
fn line(problems: &[Problem], count: usize, what: &str, how: &str) -> String {
    let are = if problems.len() == 1 { "is" } else { "are" };
    let details: Vec<String> = problems
        .iter()
        .take(NAMED)
        .map(|problem| {
            let place = problem.place.as_ref().map(|p| format!(" ({p})"));
            escape::line(&format!("{}{}", problem.words, place.unwrap_or_default()))
        })
        .collect();
    let mut advice: Vec<&str> = problems.iter().map(|p| p.advice.as_str()).collect();
    advice.dedup();
    let advice = advice.join("; ");
    let head = format!("{} of {count} {what} {are} {how}", problems.len());
    if let [only] = &details[..] {
        return format!("{head}: {only}; {advice}");
    }
    let more = match problems.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!("\n  and {n} more"),
    };
    format!("{head}; {advice}\n  {}{more}", details.join("\n  "))
}

/// What fails by budgets, by the sizes' baseline, by the benchmarks' baseline and by ratios.
pub(super) fn problems(report: &FullReport) -> [Vec<Problem>; 4] {
    [
        over_budget(report),
        report.baseline.as_ref().map(sizes).unwrap_or_default(),
        report.bench.as_ref().map(figures).unwrap_or_default(),
        report.ratios.iter().filter_map(ratio).collect(),
    ]
}

/// What to do, and where more about it is said.
fn advice(text: &str, code: Code) -> String {
    format!("{text} {code}")
}

fn ratio(row: &RatioRow) -> Option<Problem> {
    let what = format!("`{}` to `{}`: {}", row.of, row.to, row.figure);
    let words = match row.judgment {
        RatioJudgment::Ok => return None,
        RatioJudgment::Broke => format!("{what}: `{}` does not end well", row.worst_case),
        RatioJudgment::Over if row.mean > row.limit => {
            format!(
                "{what} is {:.3} in the mean, at most {}",
                row.mean, row.limit
            )
        }
        RatioJudgment::Over => format!(
            "{what} of `{}` is {:.3}, at most {}",
            row.worst_case,
            row.worst,
            row.worst_limit.unwrap_or(row.limit)
        ),
    };
    Some(Problem {
        title: format!("{} needs too much", row.of),
        words,
        advice: advice("make it better or raise the limit there", codes::RATIO),
        place: Some(row.place.clone()),
    })
}

fn over_budget(report: &FullReport) -> Vec<Problem> {
    let over = report
        .rows
        .iter()
        .filter(|row| row.judgment == Judgment::Over);
    over.map(|row| {
        let by = Bytes(row.room_bytes.map_or(0, |room| room.0.unsigned_abs()));
        let (ceiling, _) = row.ceiling().unwrap_or(("limit", Bytes(0)));
        Problem {
            title: format!("{} is over its budget", row.artifact),
            words: format!("`{}` {} by {by}", row.artifact, row.measure),
            advice: advice(
                &format!("make it smaller or raise the {ceiling} there"),
                codes::OVER_BUDGET,
            ),
            place: row.place.clone(),
        }
    })
    .collect()
}

fn sizes(gate: &SizesGate) -> Vec<Problem> {
    gate.rows.iter().filter_map(|row| size(gate, row)).collect()
}

fn size(gate: &SizesGate, row: &SizeRow) -> Option<Problem> {
    let (name, measure) = (&row.artifact, row.measure);
    let change = row.change_bytes.unwrap_or_default();
    // Missing and extra artifacts are told once and not for each measure.
    let first = measure == Measure::Raw;
    let (title, words, next, code) = match row.judgment {
        SizeJudgment::Grew => (
            "grew",
            format!(
                "`{name}` {measure} {} -> {} ({change}, {} beyond the tolerance{})",
                row.baseline_bytes.unwrap_or_default(),
                row.size_bytes.unwrap_or_default(),
                row.over_bytes.unwrap_or_default(),
                cause(gate, row),
            ),
            "make it smaller, or run `wasm-heft accept --reason TEXT` to raise the baseline",
            codes::GREW,
        ),
        SizeJudgment::Shrank if gate.locked => (
            "shrank",
            format!(
                "`{name}` {measure} shrank by {}",
                Bytes(change.0.unsigned_abs())
            ),
            "run `wasm-heft accept` to lock it in",
            codes::BETTER,
        ),
        SizeJudgment::Missing if first => (
            "is not in the baseline",
            format!("`{name}` is not in the baseline"),
            "run `wasm-heft accept` to add it",
            codes::NOT_ACCEPTED,
        ),
        SizeJudgment::Extra if first => (
            "is in the baseline only",
            format!("`{name}` is in the baseline and was not given"),
            "pass it, pass --partial, or run `wasm-heft accept --remove-missing`",
            codes::NOT_GIVEN,
        ),
        _ => return None,
    };
    Some(Problem {
        title: format!("{name} {title}"),
        words,
        advice: advice(next, code),
        place: row.place.clone(),
    })
}

/// The part that grew most; said once, with the raw size if that grew too.
fn cause(gate: &SizesGate, row: &SizeRow) -> String {
    let raw_grew = gate.rows.iter().any(|other| {
        other.artifact == row.artifact
            && other.measure == Measure::Raw
            && other.judgment == SizeJudgment::Grew
    });
    if raw_grew && row.measure != Measure::Raw {
        return String::new();
    }
    let of_artifact = |causes: &&Causes| causes.artifact == row.artifact;
    let causes = gate.causes.iter().find(of_artifact);
    let top = causes.and_then(|causes| causes.rows.first());
    let top = top.filter(|top| top.change_bytes.0 > 0);
    top.map(|top| format!(", most of all {} {}", top.name, top.change_bytes))
        .unwrap_or_default()
}

fn figures(gate: &BenchGate) -> Vec<Problem> {
    gate.rows
        .iter()
        .filter_map(|row| figure(gate, row))
        .collect()
}

fn figure(gate: &BenchGate, row: &BenchRow) -> Option<Problem> {
    let what = format!("`{}` of `{}`", row.case, row.module);
    let (title, words, next, code) = match row.judgment {
        BenchJudgment::Worse => (
            "is worse",
            format!("{what}: {}", numbers(gate, row)),
            "make it better, or run `wasm-heft accept --reason TEXT` to move the baseline",
            codes::WORSE,
        ),
        BenchJudgment::Better if gate.locked && row.figure == Figure::Outcome => (
            "is better",
            format!("{what}: ends well now"),
            "run `wasm-heft accept` to lock it in",
            codes::BETTER,
        ),
        BenchJudgment::Better if gate.locked => (
            "is better",
            format!("{what}: {}", numbers(gate, row)),
            "run `wasm-heft accept` to lock it in",
            codes::BETTER,
        ),
        BenchJudgment::Broke => {
            let detail = row.detail.as_ref().map(|detail| format!(", {detail}"));
            let [old, new] = [row.baseline_outcome, row.outcome]
                .map(|outcome| outcome.map_or("not run".to_owned(), |o| o.to_string()));
            let words = format!("{what}: {old} -> {new}{}", detail.unwrap_or_default());
            (
                "broke",
                words,
                "make it end as it did, or run `wasm-heft accept --reason TEXT`",
                codes::BROKE,
            )
        }
        BenchJudgment::Missing => (
            "is not in the baseline",
            format!("{what}: {} is not in the baseline", missing(row)),
            "run `wasm-heft accept` to add it",
            codes::NOT_ACCEPTED,
        ),
        BenchJudgment::Extra => (
            "is in the baseline only",
            format!(
                "{what}: {} is in the baseline and was not measured",
                missing(row)
            ),
            "measure it, pass --partial, or run `wasm-heft accept --remove-missing`",
            codes::NOT_GIVEN,
        ),
        BenchJudgment::Same
        | BenchJudgment::Within
        | BenchJudgment::Better
        | BenchJudgment::UnknownFingerprint => return None,
    };
    Some(Problem {
        title: format!("{} of {} {title}", row.case, row.module),
        words,
        advice: advice(next, code),
        place: row.place.clone(),
    })
}

fn missing(row: &BenchRow) -> String {
    match row.figure {
        Figure::Outcome => "the case".to_owned(),
        figure => figure.to_string(),
    }
}

/// `fuel 100 -> 102 (+2, +2.00 %, allowed 0.1 %)`
fn numbers(gate: &BenchGate, row: &BenchRow) -> String {
    let number = |value: Option<u64>| or_dash(value.map(group_thousands));
    let percent = row.change_percent.map(|p| format!(", {p:+.2} %"));
    let allowed = match row.figure {
        Figure::Count(counter) if counter.unit() != Unit::Fuel => number(row.allowed),
        Figure::Count(_) | Figure::Outcome => {
            format!("{} %", percent_of_ppm(gate.tolerance.fuel_ppm))
        }
    };
    format!(
        "{} {} -> {} ({}{}, allowed {allowed})",
        row.figure,
        number(row.baseline),
        number(row.value),
        signed(row.change.unwrap_or_default()),
        percent.unwrap_or_default(),
    )
}
