//! `wasm-heft bench`

pub(super) mod arguments;
mod progress;

use super::options::{EXIT_STATUS, Format, Verdict};
use super::sandbox::{Sandbox, verdict};
use super::{counters, output, project};
use anyhow::{Context as _, bail};
use arguments::CaseArgument;
use heft_bench::bench_table::render;
use heft_bench::{Expectation, ModuleFile, Request};
use heft_data::bench_result::{BenchReport, Case};
use heft_data::table::Style;
use heft_optimize::ending::TempFolder;
use progress::Progress;
use std::path::PathBuf;
use wasm_heft::files::{self, Outputs};

const AFTER_HELP: &str = "\
Each module runs each case alone in a sandbox that is the same every time: the program is called
`program`, clocks start at 2025-01-01 and move a millisecond per look and by what the program waits
for, which is over at once, random numbers come from a fixed seed, folders are private copies, and
there is no environment, network or host clock. So fuel and pages are the same in every run; times
are not, and are shown with their deviation.

Columns:
COLUMNS
  time         median of whole runs, start-up included, of programs compiled without fuel
  MAD          median distance from the median, in percent of it, and how many runs are far out
  instantiate  median time from a compiled program to an instance
  ops/s        operations by time, of programs that print a line `operations: N`
  x            the column before in relation to the --relative-to module

Outcomes:
  ok               exit code 0 and the expected output
  trapped          a WebAssembly trap, such as unreachable code or memory out of bounds
  failed           another exit code
  wrong-output     standard output is not that of --expect, or of the first module that ended well
  out-of-memory    wanted more than --max-memory
  timed-out        ran longer than --timeout
  too-much-output  printed more than --max-output
  not-runnable     no WASI command, or it imports what nobody offers; functions of wasi:http may be
                   imported, and end the run when called
  Any other outcome than ok makes the exit status 1; the other rows go on.

Examples:
    wasm-heft bench -- sort input.txt
    wasm-heft bench old=a.wasm new=b.wasm --relative-to old --dir . -- sort input.txt
    wasm-heft bench *.wasm --case churn --case small='churn --rounds 10' --startup startup
    wasm-heft bench *.wasm --operations -- worst
    wasm-heft bench app.wasm --format json --report bench.json --no-time";

fn explained() -> String {
    AFTER_HELP.replace("COLUMNS", &counters::columns())
}

/// Run WASI programs side by side: fuel, memory, start-up, time
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXIT_STATUS}", explained()))]
pub(crate) struct Args {
    /// WASI commands, as NAME=FILE or FILE: core modules (WASI 0.1) or components (WASI 0.2). A FILE
    /// without a name goes by its stem. Without any: the artifacts of the heft.toml that is here or above
    #[arg(value_name = "MODULE", value_parser = arguments::module)]
    modules: Vec<(String, PathBuf)>,

    /// Which program of the heft.toml; may be left out where it has only one
    #[arg(long, value_name = "NAME", conflicts_with = "modules")]
    program: Option<String>,

    /// Arguments of the only case, where there is no --case
    #[arg(last = true, value_name = "ARGS", conflicts_with = "cases")]
    arguments: Vec<String>,

    /// A case: a name and arguments, split as a shell does. A name alone is its only argument
    #[arg(long = "case", value_name = "NAME[=ARGS]")]
    cases: Vec<CaseArgument>,

    /// Subtract the fuel of a run with these arguments, or of the case of this name. Without it the
    /// fuel of instantiation is subtracted
    #[arg(long, value_name = "ARGS")]
    startup: Option<String>,

    #[command(flatten)]
    sandbox: Sandbox,

    /// What a case must print on standard output. Without it all modules must print the same
    #[arg(long, value_name = "[CASE=]FILE", value_parser = arguments::expectation)]
    expect: Vec<(Option<String>, PathBuf)>,

    /// Do not compare outputs
    #[arg(long, conflicts_with = "expect")]
    any_output: bool,

    /// Timed runs of each case, after one to warm up
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// Measure no times
    #[arg(long, conflicts_with = "runs")]
    no_time: bool,

    /// Record how memory grows over fuel (JSON only)
    #[arg(long)]
    curve: bool,

    /// Count the fuel of each operation that a program marks: it looks at the monotonic clock right before
    /// and right after
    #[arg(long)]
    operations: bool,

    /// Also show every module in relation to this one
    #[arg(long, value_name = "NAME")]
    relative_to: Option<String>,

    /// Also write the result to this file, whatever it says
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        if let Some(path) = &self.report {
            Outputs::check(path)?;
        }
        let temporary = TempFolder::new().context("cannot make a temporary folder")?;
        let request = self.request(&temporary)?;
        let progress = Progress::new();
        let report = heft_bench::bench(&request, &|event| progress.show(&event))?;
        self.show(&report)?;
        let outcomes = report.rows.iter().map(|row| &row.outcome);
        Ok(verdict(outcomes, "rows"))
    }

    fn request(&self, temporary: &TempFolder) -> anyhow::Result<Request> {
        let cases = self.cases()?;
        Ok(Request {
            startup: self.startup(&cases)?,
            expectation: self.expectation(&cases)?,
            runs: if self.no_time { 0 } else { self.runs },
            curve: self.curve,
            operations: self.operations,
            ..self.sandbox.request(self.modules()?, cases, temporary)?
        })
    }

    fn modules(&self) -> anyhow::Result<Vec<ModuleFile>> {
        let modules = if self.modules.is_empty() {
            let named = project::artifacts_of(&project::here()?, self.program.as_deref())?;
            arguments::read(&named)?
        } else {
            arguments::read(&self.modules)?
        };
        if let Some(name) = &self.relative_to
            && modules.iter().all(|module| module.name != *name)
        {
            let known: Vec<&str> = modules.iter().map(|module| module.name.as_str()).collect();
            bail!(
                "--relative-to: no module is named `{name}`; there are {}",
                known.join(", ")
            );
        }
        Ok(modules)
    }

    fn cases(&self) -> anyhow::Result<Vec<Case>> {
        if self.cases.is_empty() {
            let name = match self.arguments.join(" ") {
                empty if empty.is_empty() => "run".to_owned(),
                words => words,
            };
            return Ok(vec![Case {
                name,
                arguments: self.arguments.clone(),
            }]);
        }
        let mut cases: Vec<Case> = Vec::new();
        for CaseArgument(case) in &self.cases {
            if cases.iter().any(|known| known.name == case.name) {
                bail!(
                    "two cases are named `{}`; give one of them another name",
                    case.name
                );
            }
            cases.push(case.clone());
        }
        Ok(cases)
    }

    fn startup(&self, cases: &[Case]) -> anyhow::Result<Option<Vec<String>>> {
        let Some(text) = &self.startup else {
            return Ok(None);
        };
        if let Some(case) = cases.iter().find(|case| case.name == *text) {
            return Ok(Some(case.arguments.clone()));
        }
        arguments::split(text)
            .map(Some)
            .map_err(|why| anyhow::anyhow!("--startup: {why}"))
    }

    fn expectation(&self, cases: &[Case]) -> anyhow::Result<Expectation> {
        if self.any_output {
            return Ok(Expectation::Anything);
        }
        let mut given: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, path) in &self.expect {
            let name = match (name, cases) {
                (Some(name), _) if cases.iter().any(|case| case.name == *name) => name.clone(),
                (Some(name), _) => bail!("--expect: there is no case `{name}`"),
                (None, [only]) => only.name.clone(),
                (None, _) => bail!("--expect: say of which case, e.g. {}=FILE", cases[0].name),
            };
            given.push((name, files::read(path).context("--expect")?));
        }
        Ok(if given.is_empty() {
            Expectation::Same
        } else {
            Expectation::Given(given)
        })
    }

    fn show(&self, report: &BenchReport) -> anyhow::Result<()> {
        let table = |style| render(report, self.relative_to.as_deref(), style);
        let text = match self.format {
            Format::Json => output::json(report)?,
            Format::Text => table(Style::Text),
            Format::Markdown => table(Style::Markdown),
        };
        if let Some(path) = &self.report {
            let mut outputs = Outputs::default();
            outputs.add(path, text.as_bytes())?;
            outputs.commit()?;
            if files::is_stdout(path) {
                return Ok(());
            }
        }
        output::print(&text)?;
        Ok(())
    }
}
