//! `wasm-heft size`

use super::{EXIT_STATUS, Format, Verdict, output};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::PathBuf;
use wasm_heft::files;
use wasm_heft::size::{FileSize, SizeReport, measure};
use wasm_heft::table::{Style, Table};

const AFTER_HELP: &str = "\
What is shown:
  raw         the file as it is
  gzip        gzip level 9, with neither name nor time in its header
  brotli      brotli quality 11, window 2^22
  sections    all sections of one sort in one module or component, with their ids and lengths; they
              add up to the raw size. `module 0/code` is the code of the first core module
  allocators  the malloc families that are linked, by function names: how many functions, and the
              size of their bodies. Without a name section nothing is known (null in JSON)

Examples:
  wasm-heft size app.wasm
  wasm-heft size --format json *.wasm | jq '.files[] | [.path, .gzip_bytes]'";

/// Weigh files: raw, gzip, brotli, sections, linked allocators
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// Modules or components; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let measure_file = |path: &PathBuf| {
            let bytes = files::read(path)?;
            let name = path.display().to_string();
            measure(&name, &bytes).with_context(|| format!("cannot weigh `{name}`"))
        };
        let sizes = self
            .files
            .iter()
            .map(measure_file)
            .collect::<anyhow::Result<Vec<_>>>()?;
        let report = SizeReport::new(sizes);
        output::print(&match self.format {
            Format::Json => serde_json::to_string_pretty(&report)? + "\n",
            Format::Text => render(&report, Style::Text),
            Format::Markdown => render(&report, Style::Markdown),
        })?;
        Ok(Verdict::Pass)
    }
}

fn render(report: &SizeReport, style: Style) -> String {
    let mut table = Table::new(&["file", "kind", ">raw", ">gzip", ">brotli"]);
    for file in &report.files {
        table.row([
            file.path.clone(),
            file.kind.to_string(),
            file.raw_bytes.to_string(),
            file.gzip_bytes.to_string(),
            file.brotli_bytes.to_string(),
        ]);
    }
    let mut out = table.render(style);
    for file in &report.files {
        let title = match style {
            Style::Text => file.path.clone(),
            Style::Markdown => format!("### {}", file.path),
        };
        let _ = write!(out, "\n{title}\n\n{}", parts(file).render(style));
        match &file.allocators {
            None => out.push_str("\nallocators: not known, the file has no function names\n"),
            Some(found) if found.is_empty() => out.push_str("\nallocators: none found\n"),
            Some(_) => {
                let _ = write!(out, "\n{}", allocators(file).render(style));
            }
        }
    }
    out
}

fn parts(file: &FileSize) -> Table {
    let mut table = Table::new(&["section", ">size"]);
    for section in &file.sections {
        table.row([section.name.clone(), section.bytes.to_string()]);
    }
    table
}

fn allocators(file: &FileSize) -> Table {
    let mut table = Table::new(&["allocator", ">functions", ">code"]);
    for allocator in file.allocators.iter().flatten() {
        table.row([
            allocator.family.to_owned(),
            allocator.functions.to_string(),
            allocator.code_bytes.to_string(),
        ]);
    }
    table
}
