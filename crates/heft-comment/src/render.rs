//! The comment as Markdown.

use crate::report::{
    BenchJudgment, Causes, Judgment, Measure, Memory, RatioJudgment, Report, SizeJudgment,
};
use heft_data::bytes::{ByteDelta, Bytes, group_thousands};
use heft_data::escape::comment::{code, sentence};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::str::FromStr;

/// How many artifacts get a row, how many causes an artifact, and how many lines everything else: a comment
/// is read in one look, and GitHub takes at most 65,536 characters.
const ROWS: usize = 30;
const CAUSES: usize = 5;
const LINES: usize = 10;
const EXPLAINED: usize = 5;

/// What tells the comment of one gate from that of another on the same pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        // NB: two dashes would end the hidden marker.
        if text.is_empty() || !text.chars().all(is_plain) || text.contains("--") {
            return Err("expected letters, digits, `_`, `.` and single `-`, e.g. sizes".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl Key {
    /// The first line of the comment, which nobody sees.
    #[must_use]
    pub fn marker(&self) -> String {
        format!("<!-- wasm-heft gate: {} -->", self.0)
    }
}

/// The whole comment. `details` is the address of the run that has everything.
#[must_use]
pub fn render(report: &Report, key: &Key, details: Option<&str>) -> String {
    let artifacts = artifacts(report);
    let mut out = format!("{}\n### {}\n", key.marker(), headline(report, &artifacts));
    sizes(&mut out, report, &artifacts);
    causes(&mut out, report);
    section(&mut out, "Fuel and memory:", &failing_figures(report));
    soundness(&mut out, report);
    notes(&mut out, report);
    advice(&mut out, report, &artifacts);
    if let Some(details) = details.filter(|address| is_address(address)) {
        let _ = write!(out, "\n[All numbers]({details})\n");
    }
    out
}

/// Only an address that cannot end the link early.
fn is_address(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?=&%".contains(c);
    text.starts_with("https://") && text.chars().all(is_plain)
}

/// What is known of an artifact.
#[derive(Default)]
struct Artifact<'r> {
    name: &'r str,
    sizes: BTreeMap<Measure, u64>,
    changes: BTreeMap<Measure, i64>,
    judgment: Option<SizeJudgment>,
    /// How far over its limits it is.
    over: BTreeMap<Measure, u64>,
}

impl Artifact<'_> {
    /// Whether it needs a row.
    fn is_news(&self) -> bool {
        let moved = |judgment| !matches!(judgment, SizeJudgment::Same | SizeJudgment::Within);
        !self.over.is_empty()
            || self.judgment.is_some_and(moved)
            || self.changes.values().any(|change| *change != 0)
    }

    fn verdict(&self) -> String {
        let mut words = Vec::new();
        if !self.over.is_empty() {
            words.push("**over budget**");
        }
        words.extend(self.judgment.map(|judgment| match judgment {
            SizeJudgment::Grew => "**grew**",
            SizeJudgment::Shrank => "shrank",
            SizeJudgment::Missing => "**not accepted yet**",
            SizeJudgment::Extra => "**gone**",
            SizeJudgment::UnknownFingerprint => "no baseline",
            SizeJudgment::Within => "within tolerance",
            SizeJudgment::Same => "same",
        }));
        words.join(", ")
    }
}

/// Every artifact, in the order of the report.
fn artifacts(report: &Report) -> Vec<Artifact<'_>> {
    let mut found: Vec<Artifact<'_>> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at = |found: &mut Vec<_>, name| {
        *index.entry(name).or_insert_with(|| {
            found.push(Artifact {
                name,
                ..Artifact::default()
            });
            found.len() - 1
        })
    };
    for row in report.baseline.iter().flat_map(|sizes| &sizes.rows) {
        let at = at(&mut found, row.artifact.as_str());
        let artifact = &mut found[at];
        artifact
            .sizes
            .extend(row.size_bytes.map(|size| (row.measure, size)));
        artifact
            .changes
            .extend(row.change_bytes.map(|change| (row.measure, change)));
        artifact.judgment = artifact.judgment.max(Some(row.judgment));
    }
    for row in &report.rows {
        let at = at(&mut found, row.artifact.as_str());
        let artifact = &mut found[at];
        artifact
            .sizes
            .extend(row.size_bytes.map(|size| (row.measure, size)));
        let numbers = row.size_bytes.zip(row.guard_bytes.or(row.limit_bytes));
        if let (Judgment::Over, Some((size, most))) = (row.judgment, numbers) {
            artifact.over.insert(row.measure, size.saturating_sub(most));
        }
    }
    found
}

fn headline(report: &Report, artifacts: &[Artifact<'_>]) -> String {
    let count = |is: &dyn Fn(&Artifact<'_>) -> bool| artifacts.iter().filter(|one| is(one)).count();
    let judged = |judgment| move |one: &Artifact<'_>| one.judgment == Some(judgment);
    let parts = [
        (count(&|one| !one.over.is_empty()), "over budget"),
        (count(&judged(SizeJudgment::Grew)), "grew"),
        (count(&judged(SizeJudgment::Missing)), "not accepted yet"),
        (count(&judged(SizeJudgment::Extra)), "gone"),
        (count(&judged(SizeJudgment::Shrank)), "shrank"),
        (failing_figures(report).len(), "in fuel or memory"),
        (report.unsound.iter().flatten().count(), "not sound"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() {
        let moved = artifacts.iter().filter(|one| one.is_news()).count();
        parts.push(match moved {
            0 => "no size changed".to_owned(),
            moved => format!("{moved} changed within their limits"),
        });
    }
    let verdict = if report.passed { "passed" } else { "failed" };
    let of = match artifacts.len() {
        0 => String::new(),
        1 => " (1 artifact)".to_owned(),
        all => format!(" ({all} artifacts)"),
    };
    format!("wasm-heft gate {verdict}: {}{of}", parts.join(", "))
}

/// One row for each artifact that is not as it was; the others are counted.
fn sizes(out: &mut String, report: &Report, artifacts: &[Artifact<'_>]) {
    let news: Vec<&Artifact<'_>> = artifacts.iter().filter(|one| one.is_news()).collect();
    if !news.is_empty() {
        out.push_str(
            "\n| artifact | raw | gzip | brotli | |\n| --- | ---: | ---: | ---: | --- |\n",
        );
    }
    for artifact in news.iter().take(ROWS) {
        let cells = Measure::ALL.map(|measure| cell(artifact, measure));
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code(artifact.name),
            cells.join(" | "),
            artifact.verdict()
        );
    }
    let left = news.len().saturating_sub(ROWS);
    if left > 0 {
        let _ = write!(out, "\n{left} more are not shown.\n");
    }
    let same = artifacts.len() - news.len();
    if same > 0 && !news.is_empty() {
        let (others, whose) = match same {
            1 => ("1 other is".to_owned(), "its"),
            same => (format!("{same} others are"), "their"),
        };
        let how = match report.baseline {
            Some(_) => "as accepted".to_owned(),
            None => format!("within {whose} limits"),
        };
        let _ = write!(out, "\n{others} {how}.\n");
    }
}

fn cell(artifact: &Artifact<'_>, measure: Measure) -> String {
    let Some(size) = artifact.sizes.get(&measure) else {
        return String::new();
    };
    let mut text = Bytes(*size).to_string();
    if let Some(change) = artifact
        .changes
        .get(&measure)
        .filter(|change| **change != 0)
    {
        let _ = write!(text, " ({})", ByteDelta(*change));
    }
    if let Some(over) = artifact.over.get(&measure) {
        let _ = write!(text, ", {} over", Bytes(*over));
    }
    text
}

/// What grew most in each artifact that moved. Artifacts of one cause, as both targets of a program often
/// are, share a list.
fn causes(out: &mut String, report: &Report) {
    let mut lists: Vec<(Vec<&str>, String)> = Vec::new();
    for causes in report.baseline.iter().flat_map(|sizes| &sizes.causes) {
        let list = cause_list(causes);
        match lists.iter_mut().find(|(_, known)| *known == list) {
            Some((names, _)) => names.push(&causes.artifact),
            None => lists.push((vec![causes.artifact.as_str()], list)),
        }
    }
    for (names, list) in lists.iter().take(EXPLAINED) {
        let shown: Vec<String> = names.iter().take(3).map(|name| code(name)).collect();
        let more = match names.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = write!(out, "\nWhy, in {}{more}:\n\n{list}", shown.join(", "));
    }
}

fn cause_list(causes: &Causes) -> String {
    let mut rows: Vec<_> = causes
        .rows
        .iter()
        .filter(|row| row.change_bytes != 0)
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.change_bytes.unsigned_abs()));
    let mut list = String::new();
    for row in rows.iter().take(CAUSES) {
        let _ = writeln!(
            list,
            "- {} {}",
            ByteDelta(row.change_bytes),
            code(&row.name)
        );
    }
    let rest = rows.iter().skip(CAUSES);
    let rest = rest.fold(0_i64, |sum, row| sum.saturating_add(row.change_bytes));
    if rows.len() > CAUSES {
        let _ = writeln!(
            list,
            "- {} in {} more",
            ByteDelta(rest),
            rows.len() - CAUSES
        );
    }
    if !causes.source_changed.is_empty() {
        let names: Vec<String> = causes
            .source_changed
            .iter()
            .map(|name| code(name))
            .collect();
        let _ = writeln!(list, "- changed since: {}", names.join(", "));
    }
    list
}

/// Fuel, pages and ratios that fail, a line each.
fn failing_figures(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(bench) = &report.bench {
        for row in &bench.rows {
            let what = match row.judgment {
                BenchJudgment::Worse => "needs more",
                BenchJudgment::Broke => "does not end as it did",
                BenchJudgment::Missing => "is not accepted yet",
                BenchJudgment::Extra => "was not measured",
                BenchJudgment::Better if bench.locked => "needs less, and the baseline is locked",
                _ => continue,
            };
            let numbers = row.value.zip(row.change);
            let numbers = numbers.map(|(value, change)| {
                let sign = if change > 0 { "+" } else { "-" };
                format!(
                    ": {} ({sign}{})",
                    group_thousands(value),
                    group_thousands(change.unsigned_abs())
                )
            });
            lines.push(format!(
                "- {} in {} {what}, {}{}",
                code(&row.module),
                code(&row.case),
                code(&row.figure),
                numbers.unwrap_or_default()
            ));
        }
    }
    for ratio in &report.ratios {
        let what = match ratio.judgment {
            RatioJudgment::Ok => continue,
            RatioJudgment::Over => "above its limit",
            RatioJudgment::Broke => "of a run that broke",
        };
        lines.push(format!(
            "- {} to {}, {}: {:.3} (limit {:.3}), {what}",
            code(&ratio.of),
            code(&ratio.to),
            code(&ratio.figure),
            ratio.mean,
            ratio.limit
        ));
    }
    lines
}

fn soundness(out: &mut String, report: &Report) {
    let found = report.unsound.iter().flatten();
    let lines: Vec<String> = found
        .map(|one| {
            let what = match one.memory {
                Memory::Corrupts => "corrupts memory: two allocators give and take the same blocks",
                Memory::Unknown => "it is not known whether memory is sound",
                Memory::Sound => "sound",
            };
            format!("- {}: {what}", code(&one.artifact))
        })
        .collect();
    section(out, "Memory that is not sound:", &lines);
}

fn notes(out: &mut String, report: &Report) {
    let sizes = report.baseline.iter().flat_map(|sizes| &sizes.notes);
    let bench = report.bench.iter().flat_map(|bench| &bench.notes);
    let notes: BTreeSet<&String> = sizes.chain(bench).collect();
    let lines: Vec<String> = notes
        .into_iter()
        .map(|note| format!("- {}", sentence(note)))
        .collect();
    section(out, "Notes:", &lines);
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "\n{title}\n\n");
    for line in lines.iter().take(LINES) {
        out.push_str(line);
        out.push('\n');
    }
    if lines.len() > LINES {
        let _ = writeln!(out, "- and {} more", lines.len() - LINES);
    }
}

/// What to do about what fails.
fn advice(out: &mut String, report: &Report, artifacts: &[Artifact<'_>]) {
    let mut lines = Vec::new();
    let accepts = |judgment: SizeJudgment, locked: bool| match judgment {
        SizeJudgment::Grew | SizeJudgment::Missing | SizeJudgment::Extra => true,
        SizeJudgment::Shrank => locked,
        _ => false,
    };
    if let Some(sizes) = &report.baseline
        && sizes
            .rows
            .iter()
            .any(|row| accepts(row.judgment, sizes.locked))
    {
        lines.push(format!(
            "If it is meant, `wasm-heft accept --reason '...'` moves {}; commit it with the change.",
            code(&sizes.baseline)
        ));
    }
    if let Some(budgets) = &report.budgets
        && artifacts.iter().any(|one| !one.over.is_empty())
    {
        lines.push(format!("Limits are in {}; people set them.", code(budgets)));
    }
    if let Some(bench) = &report.bench
        && bench
            .rows
            .iter()
            .any(|row| matches!(row.judgment, BenchJudgment::Worse | BenchJudgment::Missing))
    {
        lines.push(format!(
            "Figures that are meant go to {} the same way.",
            code(&bench.baseline)
        ));
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n{}\n", lines.join("\n"));
    }
}
