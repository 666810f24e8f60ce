//! Printing: results to standard output, progress, warnings and errors to standard error.

use super::options::Color;
use anyhow::Context as _;
use heft_data::escape;
use heft_data::table::Tone;
#[cfg(feature = "analysis")]
use heft_data::table::{Paint, unpainted};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};
use wasm_heft::standard_output;

/// Adds color where it is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Painter {
    #[cfg_attr(
        not(feature = "analysis"),
        expect(dead_code, reason = "for tables of verdicts")
    )]
    stdout: bool,
    stderr: bool,
}

impl Painter {
    /// Decides for this run.
    pub(crate) fn new(color: Color) -> Self {
        let wanted = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Self {
            stdout: wanted(io::stdout().is_terminal()),
            stderr: wanted(io::stderr().is_terminal()),
        }
    }

    /// Prints a result, with its verdicts in color where that is wanted.
    #[cfg(feature = "analysis")]
    pub(crate) fn print(self, render: impl FnOnce(Paint<'_>) -> String) -> anyhow::Result<()> {
        if !self.stdout {
            return print(&render(&unpainted));
        }
        to_stdout(&escaped_between_colors(&render(&colored)))
    }

    /// Prints a warning on standard error.
    pub(crate) fn warn(self, message: &str) {
        let message = escape::line(message);
        let warning = if self.stderr {
            colored(Tone::Note, "warning")
        } else {
            "warning".to_owned()
        };
        to_stderr(&format!("{warning}: {message}"));
    }
}

/// What begins and ends each color: ECMA-48, section 8.3.117 (SGR).
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

fn colored(tone: Tone, text: &str) -> String {
    let color = match tone {
        Tone::Good => GREEN,
        Tone::Bad => RED,
        Tone::Note => YELLOW,
    };
    format!("{color}{text}{RESET}")
}

/// Lets only these colors through the last net of [`print()`].
#[cfg(feature = "analysis")]
fn escaped_between_colors(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        let (before, from) = rest.split_at(at);
        out += &escape::json(before);
        let ours = [RED, GREEN, YELLOW, RESET];
        let sign = ours.into_iter().find(|sign| from.starts_with(sign));
        out += sign.unwrap_or("\\u001b");
        rest = &from[sign.map_or(1, str::len)..];
    }
    out + &escape::json(rest)
}

/// Says how the work goes, on standard error, where somebody looks at it: into a file or a log only what
/// matters is written.
pub(crate) fn progress(line: &str) {
    if super::progress::shown() {
        say(line);
    }
}

/// Prints a line about the work on standard error.
pub(crate) fn say(line: &str) {
    to_stderr(&escape::line(line));
}

/// What comes here is escaped.
fn to_stderr(line: &str) {
    // NB: where nobody can be told, there is nobody to tell that; the exit code says it.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A result as one JSON document.
pub(crate) fn json(result: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(result)? + "\n")
}

/// Prints a result: a table, each text in it escaped by who wrote it, or JSON.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    to_stdout(&escape::json(text))
}

fn to_stdout(text: &str) -> anyhow::Result<()> {
    printed(standard_output::write(text.as_bytes()))
}

/// Fails where nothing can be printed.
pub(crate) fn check() -> anyhow::Result<()> {
    printed(standard_output::check())
}

/// What becomes of printing. Whoever went away while reading has seen enough: what was found stays true, so that
/// `gate | head -1` fails where `gate` does.
pub(crate) fn printed(outcome: io::Result<()>) -> anyhow::Result<()> {
    match outcome {
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.context("cannot write to standard output"),
    }
}

#[cfg(all(test, feature = "analysis"))]
mod tests {
    use super::*;

    #[test]
    fn only_a_painters_own_colors_reach_a_terminal() {
        let text = format!("a\x1b[2J {} b\x1b", colored(Tone::Bad, "OVER\u{9b}"));
        assert_eq!(
            escaped_between_colors(&text),
            "a\\u001b[2J \x1b[31mOVER\\u009b\x1b[0m b\\u001b"
        );
    }
}
