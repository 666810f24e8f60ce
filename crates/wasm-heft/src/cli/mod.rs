//! One file per subcommand, and what they share.

#[cfg(feature = "analysis")]
mod accept;
#[cfg(feature = "analysis")]
mod artifact_files;
#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "analysis")]
mod completions;
#[cfg(feature = "analysis")]
mod counters;
#[cfg(feature = "analysis")]
mod decide;
#[cfg(feature = "analysis")]
mod diff;
mod doctor;
#[cfg(feature = "analysis")]
mod explain;
#[cfg(feature = "analysis")]
mod gate;
mod help;
#[cfg(feature = "analysis")]
mod inputs;
#[cfg(feature = "analysis")]
mod man;
mod optimize;
mod optimizing;
mod options;
mod output;
#[cfg(feature = "analysis")]
mod plot;
#[cfg(feature = "bench")]
mod profile;
mod progress;
#[cfg(feature = "analysis")]
mod project;
#[cfg(feature = "analysis")]
mod read;
mod refusal;
#[cfg(feature = "analysis")]
mod report;
#[cfg(feature = "bench")]
mod sandbox;
#[cfg(feature = "analysis")]
mod size;
mod throttle;
mod ticker;

#[cfg(feature = "analysis")]
use anyhow::Context as _;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use heft_wasm::bytes::Bytes;
use heft_wasm::bytes::parse_size;
use options::{Color, EXIT_STATUS, Verdict};
use progress::Progress;
use std::ffi::OsString;
use std::process::ExitCode;
use wasm_heft::files;

/// Optimize, weigh and gate WebAssembly modules and components.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_STATUS, max_term_width = help::WIDEST)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use color; it only repeats what a word says
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

    /// Refuse an input larger than this
    #[arg(
        long,
        global = true,
        value_parser = parse_size,
        default_value = "1024 MiB",
        value_name = "SIZE",
        display_order = 901
    )]
    max_file: Bytes,
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
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "analysis")]
    Init(heft_project::commands::init::Args),
    #[cfg(feature = "analysis")]
    Build(heft_project::commands::build::Args),
    Optimize(optimize::Args),
    #[cfg(feature = "analysis")]
    Size(size::Args),
    #[cfg(feature = "analysis")]
    Diff(diff::Args),
    #[cfg(feature = "analysis")]
    Gate(gate::Args),
    #[cfg(feature = "analysis")]
    Accept(accept::Args),
    #[cfg(feature = "analysis")]
    Decide(decide::Args),
    #[cfg(feature = "analysis")]
    Plot(plot::Args),
    #[cfg(feature = "analysis")]
    Report(report::Args),
    Doctor(doctor::Args),
    #[cfg(feature = "bench")]
    Bench(bench::Args),
    #[cfg(feature = "bench")]
    Profile(profile::Args),
    #[cfg(feature = "analysis")]
    Comment(heft_comment::commands::Args),
    #[cfg(feature = "analysis")]
    Explain(explain::Args),
    #[cfg(feature = "analysis")]
    Completions(completions::Args),
    #[cfg(feature = "analysis")]
    Man(man::Args),
}

/// Whether what clap says is the help of a command.
fn shows_help(err: &clap::Error) -> bool {
    matches!(
        err.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

impl Cli {
    /// Reads the arguments of the program, its own name first.
    pub(crate) fn read(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = match command.try_get_matches_from_mut(&arguments) {
            // NB: filling lines takes more work than many a file, so only who asks for help waits for it.
            Err(err) if shows_help(&err) => {
                command = help::fitted(Self::command());
                command.try_get_matches_from_mut(arguments)?
            }
            other => other?,
        };
        Self::from_arg_matches(&matches).map_err(|err| err.format(&mut command))
    }

    /// Runs the subcommand.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        output::check()?;
        files::limit_reads(self.max_file);
        files::on_waiting(output::say);
        let painter = output::Painter::new(self.color);
        self.progress.choose();
        match &self.command {
            #[cfg(feature = "analysis")]
            Command::Init(args) => print(args.run()?),
            #[cfg(feature = "analysis")]
            Command::Build(args) => project::build(args, painter),
            Command::Optimize(args) => args.run(painter),
            #[cfg(feature = "analysis")]
            Command::Size(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Diff(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Gate(args) => args.run(painter),
            #[cfg(feature = "analysis")]
            Command::Accept(args) => args.run(painter),
            #[cfg(feature = "analysis")]
            Command::Decide(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Plot(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Report(args) => args.run(painter),
            Command::Doctor(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Comment(args) => {
                let read =
                    |path: &std::path::Path| inputs::text(path).map_err(|err| format!("{err:#}"));
                let folder = heft_optimize::ending::TempFolder::new()
                    .context("cannot make a temporary folder")?;
                print(args.run(&read, folder.path()).map_err(anyhow::Error::msg)?)
            }
            #[cfg(feature = "analysis")]
            Command::Explain(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Completions(args) => args.run(),
            #[cfg(feature = "analysis")]
            Command::Man(args) => args.run(),
            #[cfg(feature = "bench")]
            Command::Bench(args) => args.run(),
            #[cfg(feature = "bench")]
            Command::Profile(args) => args.run(),
        }
    }
}

/// Prints a result that is fine.
#[cfg(feature = "analysis")]
fn print(text: String) -> anyhow::Result<Verdict> {
    output::print(&text)?;
    Ok(Verdict::Pass)
}

/// Prints what parsing the command line came to: help and the version as they are, wrong usage as one
/// line.
pub(crate) fn usage(err: &clap::Error) -> ExitCode {
    if !err.use_stderr() {
        let printed = output::check().and_then(|()| output::printed(err.print()));
        return exit_code(printed.map(|()| Verdict::Pass));
    }
    if err.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = err.print();
        return ExitCode::from(2);
    }
    let words = err.render().to_string();
    // The last lines are the usage and a pointer to --help; those before say what is wrong.
    let wrong = words
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty());
    let mut said = String::new();
    for line in wrong {
        let gap = match said.chars().last() {
            None => "",
            Some(':' | ',') => " ",
            Some(_) if line.starts_with(['-', '<']) => ", ",
            Some(_) => "; ",
        };
        said.push_str(gap);
        said.push_str(line);
    }
    output::say(&format!("{said}; `--help` tells more"));
    ExitCode::from(2)
}

/// Prints an error as one line and turns a result into the exit code.
pub(crate) fn exit_code(result: anyhow::Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Pass) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(err) => {
            let line = format!("{err:#}")
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ");
            output::say(&format!("error: {line}"));
            ExitCode::from(2)
        }
    }
}
