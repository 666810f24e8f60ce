//! One file per subcommand, and what they share.

mod accept;
#[cfg(feature = "bench")]
mod bench;
mod decide;
mod diff;
mod doctor;
mod gate;
mod inputs;
mod named;
mod optimize;
mod output;
mod plot;
#[cfg(feature = "bench")]
mod profile;
mod progress;
mod read;
mod report;
mod size;
mod ticker;
#[cfg(feature = "bench")]
mod world;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use progress::Progress;
use std::process::ExitCode;
use wasm_heft::{Bytes, files};

/// What a command found. That it could not find out is an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well.
    Pass,
    /// Measured fine; the answer is no.
    No,
}

/// Optimise, weigh and gate WebAssembly modules and components.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_STATUS, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour; it only repeats what a word says
    // NB: without an order of its own it moves in every command's help with each new subcommand.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Color::Auto,
        value_name = "WHEN",
        display_order = 900
    )]
    color: Color,

    /// When to tell on standard error how far the work is; without a value: always
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Progress::Auto,
        default_missing_value = "always",
        num_args = 0..=1,
        require_equals = true,
        value_name = "WHEN",
        display_order = 901
    )]
    progress: Progress,

    /// The largest input that is read
    #[arg(
        long,
        global = true,
        value_name = "SIZE",
        default_value = "1024 MiB",
        value_parser = wasm_heft::budgets::parse_size,
        display_order = 902
    )]
    max_input: Bytes,
}

#[derive(Debug, Subcommand)]
enum Command {
    Optimize(optimize::Args),
    Size(size::Args),
    Diff(diff::Args),
    Gate(gate::Args),
    Accept(accept::Args),
    Decide(decide::Args),
    Plot(plot::Args),
    Report(report::Args),
    Doctor(doctor::Args),
    #[cfg(feature = "bench")]
    Bench(bench::Args),
    #[cfg(feature = "bench")]
    Profile(profile::Args),
}

/// The end of every `--help`.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  measured fine, and the answer is no (over a budget, not optimised)
  2  wrong usage, or an input that cannot be read; one line on standard error says what to do";

/// When to use colour.
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

impl Cli {
    /// Runs the subcommand.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let painter = output::Painter::new(self.color);
        self.progress.choose();
        files::set_largest_input(self.max_input);
        match &self.command {
            Command::Optimize(args) => args.run(painter),
            Command::Size(args) => args.run(),
            Command::Diff(args) => args.run(),
            Command::Gate(args) => args.run(painter),
            Command::Accept(args) => args.run(painter),
            Command::Decide(args) => args.run(),
            Command::Plot(args) => args.run(),
            Command::Report(args) => args.run(),
            Command::Doctor(args) => args.run(),
            #[cfg(feature = "bench")]
            Command::Bench(args) => args.run(),
            #[cfg(feature = "bench")]
            Command::Profile(args) => args.run(),
        }
    }
}

/// Reads a pair from the command line.
fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, e.g. std=optimize_for_size".to_owned()),
    }
}

/// Prints an error as one line and turns a result into the exit code.
pub(crate) fn exit_code(result: anyhow::Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Pass) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        // Whoever read our output has seen enough.
        Err(err) if output::is_closed_pipe(&err) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("error: {}", one_line(&format!("{err:#}")));
            ExitCode::from(2)
        }
    }
}

/// Prints what the command line asks for instead of work, or in one line what is wrong with it.
/// Returns the exit code.
pub(crate) fn usage(err: &clap::Error) -> ExitCode {
    if matches!(
        err.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match err.print() {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever reads it has seen enough.
            Err(err) if err.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    if err.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprintln!("error: no command is given; `wasm-heft --help` lists them");
        return ExitCode::from(2);
    }
    let text = err.render().to_string();
    let (what, usage) = text.split_once("\n\nUsage: ").unwrap_or((&text, ""));
    let what = what.strip_prefix("error: ").unwrap_or(what);
    let what = what
        .split("\n\nFor more information")
        .next()
        .unwrap_or(what);
    let line = one_line(&what.replace("\n\n  tip: ", "; "));
    // `Usage: wasm-heft optimize [OPTIONS] ...`
    let command: Vec<&str> = usage
        .split_whitespace()
        .take_while(|word| !word.starts_with(['-', '<', '[']))
        .collect();
    let command = if command.is_empty() {
        "wasm-heft".to_owned()
    } else {
        command.join(" ")
    };
    eprintln!("error: {line}; see `{command} --help`");
    ExitCode::from(2)
}

/// The lines of a text as one, with control characters written out: parts of it may be from a file
/// or from an argument.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut out = String::new();
    for c in lines.join(" ").chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
