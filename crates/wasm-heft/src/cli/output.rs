//! Printing: results to standard output, progress, warnings and errors to standard error.

use super::options::Color;
use anyhow::Context as _;
use heft_data::escape;
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

    /// Prints a result with its verdicts in color.
    #[cfg(feature = "analysis")]
    pub(crate) fn print_verdicts(self, text: &str) -> anyhow::Result<()> {
        // Escapes of its own come after names have lost theirs.
        to_stdout(&self.verdicts(&escape::json(text)))
    }

    #[cfg(feature = "analysis")]
    fn verdicts(self, text: &str) -> String {
        if !self.stdout {
            return text.to_owned();
        }
        let red = [
            "OVER", "GREW", "WORSE", "BROKE", "MISSING", "EXTRA", "REFUSED", "MISSING",
        ];
        let red = red.iter().fold(text.to_owned(), |text, word| {
            text.replace(word, &format!("\x1b[31m{word}\x1b[0m"))
        });
        red.replace("  ok", "  \x1b[32mok\x1b[0m")
    }

    /// Prints a warning on standard error.
    pub(crate) fn warn(self, message: &str) {
        let message = escape::line(message);
        let warning = if self.stderr {
            "\x1b[33mwarning\x1b[0m"
        } else {
            "warning"
        };
        to_stderr(&format!("{warning}: {message}"));
    }
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
