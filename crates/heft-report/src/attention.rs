//! What a reader has to know before any table: what is over or near its limit, what grew, what did not run.

use crate::report::Report;
use heft_data::bench_result::Outcome;
use heft_gate::baseline::{Causes, SizeJudgment, SizeRow, SizesGate};
use heft_gate::judge_budgets::{GateReport, Judgment, Row};
use heft_wasm::bytes::{ByteDelta, Bytes};
use std::collections::BTreeSet;

/// From this part of its limit on, in percent, a size is near it: a choice, rare enough to be read and early
/// enough to act on.
const NEAR_PERCENT: u64 = 95;

/// So many of one kind are named; the table has all.
const MOST: usize = 5;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A gate would say no.
    Bad,
    /// Worth a look.
    Note,
    /// All is well.
    Good,
}

/// A sentence. Names stand between back ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// What there is to say, worst first; nothing where nothing was held against anything.
pub(crate) fn lines(report: &Report) -> Vec<Line> {
    let mut found = Vec::new();
    if let Some(budgets) = &report.budgets {
        over(budgets, &mut found);
    }
    if let Some(gate) = &report.baseline {
        grew(gate, &mut found);
        unknown(gate, &mut found);
    }
    not_run(report, &mut found);
    if let Some(budgets) = &report.budgets {
        near(budgets, &mut found);
        not_budgeted(budgets, &mut found);
    }
    if let Some(gate) = &report.baseline {
        shrank(gate, &mut found);
    }
    if found.is_empty() {
        found.extend(all_well(report));
    }
    found
}

fn say(found: &mut Vec<Line>, tone: Tone, text: String) {
    found.push(Line { tone, text });
}

/// The first ones as sentences, and how many more there are.
fn some<T>(
    found: &mut Vec<Line>,
    tone: Tone,
    all: &[T],
    more: &str,
    sentence: impl Fn(&T) -> String,
) {
    for one in all.iter().take(MOST) {
        say(found, tone, sentence(one));
    }
    if all.len() > MOST {
        say(found, tone, format!("{} more {more}.", all.len() - MOST));
    }
}

/// Names in a row, those beyond the first few as a number.
fn names(all: &BTreeSet<&str>) -> String {
    let mut shown: Vec<String> = all
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    if all.len() > MOST {
        shown.push(format!("{} more", all.len() - MOST));
    }
    shown.join(", ")
}

fn over(budgets: &GateReport, found: &mut Vec<Line>) {
    let rows: Vec<&Row> = judged(budgets, Judgment::Over).collect();
    some(found, Tone::Bad, &rows, "are over their limits", |row| {
        let numbers = row.size_bytes.zip(row.ceiling());
        let by = numbers.map_or_else(String::new, |(size, (ceiling, most))| {
            format!("{} over the {ceiling} of {most}", Bytes(size.0 - most.0))
        });
        format!("`{}` is {by} ({}).", row.artifact, row.measure)
    });
}

fn judged(budgets: &GateReport, judgment: Judgment) -> impl Iterator<Item = &Row> {
    let rows = budgets.rows.iter();
    rows.filter(move |row| row.judgment == judgment)
}

fn not_budgeted(budgets: &GateReport, found: &mut Vec<Line>) {
    let rows = judged(budgets, Judgment::NotBudgeted);
    let free: BTreeSet<&str> = rows.map(|row| row.artifact.as_str()).collect();
    let limited: BTreeSet<&str> = judged(budgets, Judgment::Ok)
        .chain(judged(budgets, Judgment::Over))
        .map(|row| row.artifact.as_str())
        .collect();
    let free: BTreeSet<&str> = free.difference(&limited).copied().collect();
    if !free.is_empty() {
        let text = format!("No budget holds {}.", names(&free));
        say(found, Tone::Note, text);
    }
}

fn near(budgets: &GateReport, found: &mut Vec<Line>) {
    let mut rows: Vec<(u64, &Row)> = judged(budgets, Judgment::Ok)
        .filter_map(|row| {
            let (size, limit) = row.size_bytes.zip(row.limit_bytes)?;
            let percent = size.0.saturating_mul(100) / limit.0.max(1);
            (percent >= NEAR_PERCENT).then_some((percent, row))
        })
        .collect();
    rows.sort_by_key(|(percent, _)| std::cmp::Reverse(*percent));
    let more = "are near their limits";
    some(found, Tone::Note, &rows, more, |(percent, row)| {
        let room = row.room_bytes.map_or(0, |room| room.0.unsigned_abs());
        format!(
            "`{}` takes {percent} % of its {} limit: {} are left.",
            row.artifact,
            row.measure,
            Bytes(room)
        )
    });
}

fn changed(gate: &SizesGate, judgment: SizeJudgment) -> Vec<&SizeRow> {
    let rows = gate.rows.iter();
    let mut rows: Vec<&SizeRow> = rows.filter(|row| row.judgment == judgment).collect();
    let far = |row: &&SizeRow| std::cmp::Reverse(row.change_bytes.map_or(0, |c| c.0.abs()));
    rows.sort_by_key(far);
    rows
}

fn grew(gate: &SizesGate, found: &mut Vec<Line>) {
    let rows = changed(gate, SizeJudgment::Grew);
    let more = "grew beyond what is allowed";
    some(found, Tone::Bad, &rows, more, |row| {
        let change = row.change_bytes.unwrap_or(ByteDelta(0));
        let allowed = row.allowed_bytes.unwrap_or(Bytes(0));
        let cause = gate.causes.iter().find(|it| it.artifact == row.artifact);
        format!(
            "`{}` grew by {change} ({}), {allowed} are allowed{}.",
            row.artifact,
            row.measure,
            cause.map_or_else(String::new, main_cause)
        )
    });
}

/// The part that grew most.
fn main_cause(causes: &Causes) -> String {
    let most = causes.rows.iter().max_by_key(|row| row.change_bytes.0);
    match most {
        Some(row) if row.change_bytes.0 > 0 => {
            format!("; most of it is `{}`, {}", row.name, row.change_bytes)
        }
        _ => String::new(),
    }
}

fn unknown(gate: &SizesGate, found: &mut Vec<Line>) {
    let of = |judgment| -> BTreeSet<&str> {
        let rows = gate.rows.iter().filter(|row| row.judgment == judgment);
        rows.map(|row| row.artifact.as_str()).collect()
    };
    let missing = of(SizeJudgment::Missing);
    if !missing.is_empty() {
        let text = format!("Never accepted with these tools: {}.", names(&missing));
        say(found, Tone::Bad, text);
    }
    let new_tools = of(SizeJudgment::UnknownFingerprint);
    if !new_tools.is_empty() {
        let text = format!(
            "Made with tools that the baseline does not know, so not compared: {}.",
            names(&new_tools)
        );
        say(found, Tone::Note, text);
    }
}

fn shrank(gate: &SizesGate, found: &mut Vec<Line>) {
    let rows = changed(gate, SizeJudgment::Shrank);
    let artifacts: BTreeSet<&str> = rows.iter().map(|row| row.artifact.as_str()).collect();
    let Some((most, change)) = rows
        .first()
        .and_then(|row| row.change_bytes.map(|change| (row, change)))
    else {
        return;
    };
    let count = match artifacts.len() {
        1 => "1 artifact is".to_owned(),
        n => format!("{n} artifacts are"),
    };
    let text = format!(
        "{count} smaller than accepted, `{}` most ({} {change}); `wasm-heft accept` would lock it in.",
        most.artifact, most.measure
    );
    say(found, Tone::Note, text);
}

fn not_run(report: &Report, found: &mut Vec<Line>) {
    let Some(bench) = &report.bench else { return };
    let rows = bench.rows.iter().filter(|row| row.outcome != Outcome::Ok);
    let bad: Vec<_> = rows.collect();
    let more = "runs did not end well";
    some(found, Tone::Bad, &bad, more, |row| {
        format!(
            "`{}` did not end well in `{}`: {}.",
            row.module, row.case, row.outcome
        )
    });
}

fn all_well(report: &Report) -> Option<Line> {
    let mut parts = Vec::new();
    if report.baseline.is_some() {
        parts.push("nothing grew".to_owned());
    }
    if report.budgets.is_some() {
        parts.push(format!(
            "nothing takes {NEAR_PERCENT} % of its limit or more"
        ));
    }
    if report.bench.is_some() {
        parts.push("every run ended well".to_owned());
    }
    let text = parts.join(", ");
    let mut letters = text.chars();
    let first = letters.next()?.to_uppercase();
    Some(Line {
        tone: Tone::Good,
        text: format!("{first}{}.", letters.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArtifactInput, Inputs};
    use heft_gate::budgets::Budgets;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    fn with_limit(limit: u64) -> Vec<String> {
        let text = format!(
            "schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = {{ limit = \"{limit} B\" }}\n"
        );
        let inputs = Inputs {
            artifacts: vec![ArtifactInput {
                name: "app".to_owned(),
                file: EMPTY.to_vec(),
                ..ArtifactInput::default()
            }],
            budgets: Some(Budgets::parse("budgets.toml", &text).expect("a budget")),
            ..Inputs::default()
        };
        let report = Report::collect(&inputs).expect("a report");
        lines(&report)
            .into_iter()
            .map(|line| format!("{:?}: {}", line.tone, line.text))
            .collect()
    }

    #[test]
    fn a_size_over_its_limit_comes_first_and_a_near_one_is_named() {
        assert_eq!(
            with_limit(7),
            ["Bad: `app` is 1 B over the limit of 7 B (raw)."]
        );
        assert_eq!(
            with_limit(8),
            ["Note: `app` takes 100 % of its raw limit: 0 B are left."]
        );
        assert_eq!(
            with_limit(9),
            ["Good: Nothing takes 95 % of its limit or more."]
        );
    }

    #[test]
    fn many_of_a_kind_are_a_number() {
        let mut found = Vec::new();
        let all: Vec<u32> = (0..7).collect();
        some(&mut found, Tone::Bad, &all, "are so", |n| format!("{n}."));
        assert_eq!(found.len(), 6);
        assert_eq!(found[5].text, "2 more are so.");
        let six = ["a", "b", "c", "d", "e", "f"].into_iter().collect();
        assert_eq!(names(&six), "`a`, `b`, `c`, `d`, `e`, 1 more");
    }
}
