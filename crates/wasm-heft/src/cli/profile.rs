//! `wasm-heft profile`

use super::bench::arguments;
use super::options::{EXIT_STATUS, Format, Verdict};
use super::output;
use super::sandbox::{Sandbox, verdict};
use anyhow::Context as _;
use heft_bench::profile;
use heft_bench::profile_table::render;
use heft_data::bench_result::Case;
use heft_data::profile::ProfileReport;
use heft_data::table::Style;
use heft_optimize::ending::TempFolder;
use heft_report::plot;
use std::path::PathBuf;
use wasm_heft::files::{self, Outputs};

const AFTER_HELP: &str = "\
A module is traced if it was built with the feature `tracing` of the crate wasi-alloc, which
clawft-wasm and alloc-workloads forward as `alloc-tracing`. Any allocator can be traced, on both
targets. The module counts what is asked of its allocator; it runs here in the same sandbox as under
`wasm-heft bench`, and after its end the counts are read: of a module (WASI 0.1) however it ended, of
a component (WASI 0.2) unless it trapped or called exit, after which no component can be asked.

Columns:
  allocated       blocks handed out
  freed           blocks given back
  resized         blocks resized
  failed          requests that were answered with null
  requested       bytes of all blocks handed out, and of all resized ones at their new size
  live            bytes of blocks that are out; C's and the host's with the header before each of them
  pages           pages of 64 KiB of the module's memory; it never shrinks
  live of memory  the most that was live, in percent of the memory at the end; the rest is stack,
                  static data, the allocator's own, and what is lost to fragmentation
  stack           how deep the stack in memory became, as under `wasm-heft bench`

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

    #[command(flatten)]
    sandbox: Sandbox,

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
        let case = Case {
            name: "run".to_owned(),
            arguments: self.arguments.clone(),
        };
        let temporary = TempFolder::new().context("cannot make a temporary folder")?;
        let request =
            self.sandbox
                .request(arguments::read(&self.modules)?, vec![case], &temporary)?;
        let report = profile(&request, &|name| {
            output::progress(&format!("running {name}"))
        })?;
        self.show(&report)?;
        let outcomes = report.modules.iter().map(|module| &module.outcome);
        Ok(verdict(outcomes, "modules"))
    }

    fn show(&self, report: &ProfileReport) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Json => output::json(report)?,
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
        if !written.any(|path| files::is_stdout(path)) {
            output::print(&text)?;
        }
        Ok(())
    }
}
