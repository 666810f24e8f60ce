//! `wasm-heft profile`

use super::bench::arguments::{self, FolderArgument};
use super::{EXIT_STATUS, Format, Verdict, output};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;
use wasm_heft::Bytes;
use wasm_heft::bench::{Expectation, Limits, Request};
use wasm_heft::bench_result::{Case, Outcome};
use wasm_heft::files::{self, Outputs};
use wasm_heft::plot;
use wasm_heft::profile::{ProfileReport, profile, render};
use wasm_heft::table::Style;

const AFTER_HELP: &str = "\
A module is traced if it was built with the feature `tracing` of the crate wasi-alloc, which
clawft-wasm and alloc-workloads forward as `alloc-tracing`. Any allocator can be traced, on both
targets. The module counts what is asked of its allocator; it runs here in the same world as under
`wasm-heft bench`, and after its end the counts are read: of a module (WASI 0.1) however it ended, of
a component (WASI 0.2) unless it trapped or called exit, after which no component can be asked.

Columns:
  allocated      blocks handed out
  freed          blocks given back
  resized        blocks resized
  failed         requests that were answered with null
  requested      bytes of all blocks handed out, and of all resized ones at their new size
  live           bytes of blocks that are out; C's and the host's with the header before each of them
  pages          pages of 64 KiB of the module's memory; it never shrinks
  live of memory the most that was live, in percent of the memory at the end; the rest is stack,
                 static data, the allocator's own, and what is lost to fragmentation

  The table of sizes has a row for each power of two, and counts what was allocated or resized to at
  most that. The last table is the time line: the newest sample of when that part of the operations
  was done. JSON has all samples, at most 257, evenly over the whole run.

Examples:
  wasm-heft profile app.wasm --dir data -- sort data/input.txt
  wasm-heft profile talc=a.wasm leaking=b.wasm --svg memory.svg -- longrun";

/// Show what a traced program's allocator did, and its memory over time
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// Traced WASI commands, as NAME=FILE or FILE: core modules (WASI 0.1) or components (WASI 0.2). A
    /// FILE without a name goes by its stem
    #[arg(value_name = "MODULE", required = true, value_parser = arguments::module)]
    modules: Vec<(String, PathBuf)>,

    /// Arguments of the programs
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,

    /// A folder for the programs, under the name GUEST; each run gets a fresh copy
    #[arg(long = "dir", value_name = "HOST[::GUEST]")]
    folders: Vec<FolderArgument>,

    /// An environment variable; there are no others
    #[arg(long, value_name = "NAME=VALUE", value_parser = arguments::variable)]
    env: Vec<(String, String)>,

    /// Standard input of every run; empty without it
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,

    /// Memory a program may have, over all its linear memories
    #[arg(long, value_name = "SIZE", default_value = "1024 MiB", value_parser = arguments::size)]
    max_memory: Bytes,

    /// How long one run may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = arguments::seconds)]
    timeout: Duration,

    /// What a program may print
    #[arg(long, value_name = "SIZE", default_value = "16 MiB", value_parser = arguments::size)]
    max_output: Bytes,

    /// Draw the time lines of all modules in one picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

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
        for path in self.svg.iter().chain(&self.report) {
            Outputs::check(path)?;
        }
        let request = self.request()?;
        let talkative = std::io::stderr().is_terminal();
        let report = profile(&request, &|name| {
            if talkative {
                eprintln!("running {name}");
            }
        })?;
        self.show(&report)?;
        let bad = report
            .modules
            .iter()
            .filter(|module| module.outcome != Outcome::Ok);
        let bad = bad.count();
        if bad == 0 {
            return Ok(Verdict::Pass);
        }
        eprintln!(
            "error: {bad} of {} modules did not end well; the last lines of the tables say how",
            report.modules.len()
        );
        Ok(Verdict::No)
    }

    fn request(&self) -> anyhow::Result<Request> {
        Ok(Request {
            modules: arguments::read(&self.modules)?,
            cases: vec![Case {
                name: "run".to_owned(),
                arguments: self.arguments.clone(),
            }],
            startup: None,
            env: self.env.clone(),
            stdin: match &self.stdin {
                Some(path) => files::read(path)?,
                None => Vec::new(),
            },
            folders: self.folders.iter().map(|f| f.0.clone()).collect(),
            expectation: Expectation::Anything,
            limits: Limits {
                memory: self.max_memory,
                time: self.timeout,
                output: self.max_output,
            },
            runs: 0,
            curve: false,
        })
    }

    fn show(&self, report: &ProfileReport) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(report)? + "\n",
            Format::Text => render(report, Style::Text),
            Format::Markdown => render(report, Style::Markdown),
        };
        let mut outputs = Outputs::default();
        if let Some(path) = &self.report {
            outputs.add(path, text.as_bytes())?;
        }
        if let Some(path) = &self.svg
            && report.modules.iter().any(|module| module.profile.is_some())
        {
            outputs.add(path, plot::time_line(report)?.to_file().as_bytes())?;
        }
        outputs.commit()?;
        let mut written = self.svg.iter().chain(&self.report);
        if !written.any(|path| files::is_stdio(path)) {
            output::print(&text)?;
        }
        Ok(())
    }
}
