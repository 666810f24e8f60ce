//! `wasm-heft size`

use super::artifact_files::{Attributed, Named};
use super::options::{EXIT_STATUS, ReportFormat, Verdict};
use super::output;
use super::ticker::Ticker;
use anyhow::{Context as _, bail};
use heft_data::table::Style;
use heft_size::file_size::{FileSize, SizeOptions, SizeReport, measure};
use heft_size::render::{github, tables};
use heft_size::why::why;
use rayon::prelude::*;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
What is shown:
  raw         the file as it is
  gzip        gzip level 9, with neither name nor time in its header
  brotli      brotli quality 11, window 2^22
  sections    all sections of one sort in one module or component, with their ids and lengths; they
              add up to the raw size. `module 0/code` is the code of the first core module
  crates      every byte in exactly one row, by the crate or C library it is from; they add up to the
              raw size. In brackets what is neither: a part of the format, what the linker, rustc or
              the optimizer makes, and what the names do not tell: [unattributed] code, [data]
  functions   the largest, demangled, with the length before each body; `--fold` counts all instances
              of a generic function as one
  allocators  the malloc families that are linked: how many functions, the size of their bodies, and
              how many of them an export, the start function, a table or a global leads to
  dominators  `--dominators`: functions, exports and tables by what would go with them: their own size
              and that of every function that only they lead to. `kept by` is the nearest that every
              way to one goes through; `-` when there are ways that share nothing
  garbage     `--garbage`: functions that nothing leads to. In a component an export of an inner module
              that no other part of it uses leads to nothing

Names are from `--names FILE`, else from X.names.wasm beside X.wasm if its code is the same, else from
the file itself. Without any, sections are all that is known (null in JSON).

Examples:
    wasm-heft size app.wasm
    wasm-heft size --no-compress --fold --top 30 app.wasm
    wasm-heft size --why dlmalloc --names app.names.wasm app.wasm
    wasm-heft size --no-compress --dominators --garbage --top 20 app.wasm
    wasm-heft size --format json *.wasm | jq '.files[] | [.path, .gzip_bytes]'";

/// Weigh files: raw, gzip, brotli, sections, crates, functions, linked allocators
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// Modules or components; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// The file's symbols file, with function names; only with a single FILE
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// Leave gzip and brotli out, which take far longer than all the rest
    #[arg(long)]
    no_compress: bool,

    /// How many functions to list, in each table
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,

    /// List all functions
    #[arg(long, conflicts_with = "top")]
    functions: bool,

    /// Count all instances of a generic function as one
    #[arg(long)]
    fold: bool,

    /// Also show a shortest path from an export to this function: its name, or a part that no other has
    #[arg(long, value_name = "FUNCTION")]
    why: Option<String>,

    /// Also show what keeps the most: the size of functions with all that only they lead to
    #[arg(long)]
    dominators: bool,

    /// Also show the functions that nothing leads to
    #[arg(long)]
    garbage: bool,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        if self.names.is_some() && self.files.len() > 1 {
            bail!(
                "`--names` is the symbols file of one file, and {} are given; run it for each",
                self.files.len()
            );
        }
        let ticker = Ticker::start("weighing", self.files.len());
        let weighed: Vec<anyhow::Result<FileSize>> = self
            .files
            .par_iter()
            .map(|path| {
                let found = self.weigh(path);
                ticker.one_done();
                found
            })
            .collect();
        drop(ticker);
        let report = SizeReport::new(weighed.into_iter().collect::<anyhow::Result<_>>()?);
        output::print(&match self.format {
            ReportFormat::Json => output::json(&report)?,
            ReportFormat::Text => tables(&report, Style::Text),
            ReportFormat::Markdown => tables(&report, Style::Markdown),
            ReportFormat::Github => github(&report),
        })?;
        Ok(Verdict::Pass)
    }

    fn weigh(&self, path: &std::path::Path) -> anyhow::Result<FileSize> {
        let file = Named::read(path, self.names.as_deref())?;
        let Attributed {
            attribution,
            source,
            ..
        } = file.attribute()?;
        let options = SizeOptions {
            compress: !self.no_compress,
            functions: if self.functions { usize::MAX } else { self.top },
            fold: self.fold,
            dominators: self.dominators,
            garbage: self.garbage,
        };
        let mut size = measure(&file.name, &file.bytes, &attribution, source, options);
        if let Some(function) = &self.why {
            let found = why(&attribution, function).with_context(|| format!("`{}`", file.name))?;
            size.why = Some(found);
        }
        Ok(size)
    }
}
