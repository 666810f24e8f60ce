//! The report's tables for the summary of a CI run.

use super::report::Report;
use super::sections;
use crate::attention;
use crate::decision::tables;
use heft_data::table::{Style, Table};
use std::fmt::Write as _;

/// Writes the tables that fit a summary.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut out = format!("## {}\n", Style::Markdown.say(&report.title));
    let lines: Vec<String> = attention::lines(report)
        .into_iter()
        .map(|line| line.text)
        .collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{}", tables::sentences(&lines, Style::Markdown));
    }
    let mut part = |title: &str, table: &Table, words: &[String]| {
        let _ = write!(
            out,
            "\n{}\n\n{}",
            Style::Markdown.heading(title),
            table.render(Style::Markdown)
        );
        if !words.is_empty() {
            let _ = writeln!(out, "\n{}", tables::sentences(words, Style::Markdown));
        }
    };
    if !report.artifacts.is_empty() {
        part("Sizes", &sections::sizes(&report.artifacts).to_table(), &[]);
    }
    if let Some(budgets) = &report.budgets {
        part("Budgets", &sections::budgets(budgets).to_table(), &[]);
    }
    if let Some(baseline) = &report.baseline {
        part("Changes", &sections::baseline(baseline).to_table(), &[]);
        for (i, causes) in baseline.causes.iter().enumerate() {
            let title = format!("What changed in {}", causes.artifact);
            part(&title, &sections::causes(i, causes).to_table(), &[]);
        }
    }
    if let Some(bench) = &report.bench {
        part("Bench", &sections::bench(bench).to_table(), &[]);
    }
    if let Some(decision) = &report.decision {
        for decided in tables::parts(decision) {
            part(&decided.title, &decided.table, &decided.words);
        }
    }
    if !report.missing.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            tables::sentences(&report.missing, Style::Markdown)
        );
    }
    out
}
