//! The result for a GitHub workflow: annotations on the lines that hold the limits, and a summary.
//!
//! The syntax is that of <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::problems::{Problem, problems};
use super::tables;
use crate::report::FullReport;
use heft_data::escape::{github_message, github_property, html, markdown};
use heft_data::table::Style;
use std::fmt::Write as _;

/// One workflow command a line.
#[must_use]
pub fn annotations(report: &FullReport) -> String {
    let mut out = String::new();
    for problem in problems(report).iter().flatten() {
        let message = format!("{}; {}", problem.words, problem.advice);
        let _ = writeln!(
            out,
            "::error {}::{}",
            properties(problem),
            github_message(&message)
        );
    }
    for unsound in report.unsound.iter().flatten() {
        let _ = writeln!(
            out,
            "::error title=wasm-heft gate::{}",
            github_message(&unsound.to_string())
        );
    }
    for note in notes(report) {
        let _ = writeln!(
            out,
            "::notice title=wasm-heft gate::{}",
            github_message(note)
        );
    }
    if report.passed {
        let _ = writeln!(
            out,
            "::notice title=wasm-heft gate::{}",
            github_message(&verdict(report))
        );
    }
    out
}

/// Markdown for the step summary: the verdict, what fails and why, and everything, collapsed.
#[must_use]
pub fn summary(report: &FullReport) -> String {
    let mut out = format!("## {}\n\n", verdict(report));
    for problem in problems(report).iter().flatten() {
        let place = problem
            .place
            .as_ref()
            .map(|p| format!(" ({p})"))
            .unwrap_or_default();
        let words = format!("{}{place}; {}", problem.words, problem.advice);
        let _ = writeln!(out, "- {}", markdown(&words));
    }
    for unsound in report.unsound.iter().flatten() {
        let _ = writeln!(out, "- {}", markdown(&unsound.to_string()));
    }
    for note in notes(report) {
        let _ = writeln!(out, "- note: {}", markdown(note));
    }
    let mut details = Vec::new();
    for causes in report.baseline.iter().flat_map(|gate| &gate.causes) {
        let table = tables::causes_table(causes).render(Style::Markdown);
        details.push((tables::causes_title(causes), table));
    }
    if let Some(gate) = &report.baseline {
        let table = tables::sizes(&gate.rows).render(Style::Markdown);
        details.push((tables::sizes_title(gate), table));
    }
    if let Some(file) = &report.budgets {
        let table = tables::budgets(&report.rows).render(Style::Markdown);
        details.push((format!("budgets {file}"), table));
    }
    if !report.ratios.is_empty() {
        let table = tables::ratios(&report.ratios).render(Style::Markdown);
        details.push((tables::RATIOS_TITLE.to_owned(), table));
    }
    if let Some(gate) = &report.bench {
        let table = tables::bench(&tables::moved(gate)).render(Style::Markdown);
        details.push((
            tables::bench_title(gate),
            format!("{table}\n{}\n", tables::bench_count(gate)),
        ));
    }
    for (title, table) in details {
        // NB: without the empty lines the table would be shown as text.
        let title = html(&title);
        let _ = write!(
            out,
            "\n<details><summary>{title}</summary>\n\n{table}\n</details>\n"
        );
    }
    out.push('\n');
    out
}

fn verdict(report: &FullReport) -> String {
    let failed: usize = problems(report).iter().map(Vec::len).sum();
    let sizes = report
        .baseline
        .as_ref()
        .map_or(report.rows.len(), |gate| gate.rows.len());
    let figures = report.bench.as_ref().map_or(0, |gate| gate.rows.len()) + report.ratios.len();
    let of = match (sizes, figures) {
        (sizes, 0) => format!("{sizes} sizes"),
        (0, figures) => format!("{figures} figures"),
        (sizes, figures) => format!("{sizes} sizes and {figures} figures"),
    };
    if let Some(unsound) = report.unsound.as_ref().filter(|found| !found.is_empty()) {
        let count = unsound.len();
        format!("wasm-heft gate: failed, {failed} of {of}, memory of {count} artifacts not sound")
    } else if report.passed {
        format!("wasm-heft gate: passed, {of}")
    } else {
        format!("wasm-heft gate: failed, {failed} of {of}")
    }
}

fn notes(report: &FullReport) -> impl Iterator<Item = &String> {
    let sizes = report.baseline.iter().flat_map(|gate| &gate.notes);
    sizes.chain(report.bench.iter().flat_map(|gate| &gate.notes))
}

fn properties(problem: &Problem) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &problem.place {
        properties.push(format!("file={}", github_property(&place.file)));
        properties.push(format!("line={}", place.line));
    }
    properties.push(format!("title={}", github_property(&problem.title)));
    properties.join(",")
}
