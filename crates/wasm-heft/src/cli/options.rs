//! What the subcommands share: how a result is shown, and what a command found.

use clap::ValueEnum;

/// What a command found. That it could not find out is an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well.
    Pass,
    /// Measured fine; the answer is no.
    No,
}

/// The end of every `--help`.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  measured fine, and the answer is no (over a budget, not optimized)
  2  wrong usage, or an input that cannot be read; one line on standard error says what to do";

/// When to use color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    Text,
    /// One JSON document
    Json,
    /// A Markdown table
    Markdown,
}

/// How an explanation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Tables for people
    Text,
    /// One JSON document
    Json,
    /// Markdown tables
    Markdown,
    /// Annotations for GitHub's log, then Markdown for its step summary
    Github,
}

/// Reads a pair from the command line.
pub(crate) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, e.g. std=optimize_for_size".to_owned()),
    }
}
