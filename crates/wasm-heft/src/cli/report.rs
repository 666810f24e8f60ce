//! `wasm-heft report`

use super::artifact_files::{Companion, Named};
use super::options::{EXIT_STATUS, Verdict};
use super::output::{self, Painter};
use super::plot::check_reference;
use super::{inputs, project, read};
use anyhow::{Context as _, bail};
use heft_data::bench_result::BenchReport;
use heft_data::escape;
use heft_data::record_reader::ReadRecord;
use heft_gate::baseline::SizesBaseline;
use heft_gate::budgets::Budgets;
use heft_project::Project;
use heft_report::{ArtifactInput, Inputs, Pictures, Report, markdown, page, plot};
use heft_wasm::bytes::Bytes;
use std::path::{Path, PathBuf};
use wasm_heft::files::{self, Outputs};

/// A page larger than this is slow to open and to send.
const LARGE: Bytes = Bytes(1_000_000);

const AFTER_HELP: &str = "\
What is in it:
  sizes      raw, gzip, brotli, and the size after each step, from the record beside the artifact
  budgets    each size against its limit, with a bar (--budgets)
  changes    each size against what was last accepted, and what grew (--baseline)
  crates     a treemap of each artifact that has names, down to its functions, and tables
  bench      size against fuel, memory over time, pages, and all counts as a table (--bench)
  decision   the weighted matrix and everything it rests on (--criteria, which needs --bench)
  A part that was not given is left out, and the end of the page says so.

Files beside an artifact:
  For X.wasm, X.names.wasm is taken as the same code with names, and X.json as its record, when they
  are there.

The page:
  One HTML file that loads nothing. Light and dark, for a phone and for paper. It opens with what needs
  a look, in words and pictures. Tables sort and filter; the picture of a file can be entered, by mouse
  or keyboard, down to its functions, and compared with another. It can be read without its script.
  Its numbers are in it as JSON (the element `report-data`); the attribute `data-at` of a row and
  `data-number` or `data-text` of a cell, one after the other, are the JSON pointer of what it shows.

Examples:
    wasm-heft report
    wasm-heft report -o report.html talc-wasip1=clawft.wasm
    wasm-heft report -o report.html --markdown summary.md --budgets baselines/budgets.toml \
     --bench bench.json --criteria baselines/decision.toml talc-wasip1=a.wasm talc-wasip2=b.wasm";

/// Write one HTML page with every number and picture
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The page to write; `-` is standard output [default: report.html in the output folder of the
    /// heft.toml, where the artifacts are taken from there]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Also write the tables as Markdown, for the summary of a CI run
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// The heading
    #[arg(long, value_name = "TEXT", default_value = "Sizes, fuel and memory")]
    title: String,

    /// The file with the limits
    #[arg(long, value_name = "FILE")]
    budgets: Option<PathBuf>,

    /// The sizes that were last accepted, as `wasm-heft accept` wrote them
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// What `wasm-heft bench --format json` measured
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,

    /// What counts, and how much, as for `wasm-heft decide`
    #[arg(long, value_name = "FILE")]
    criteria: Option<PathBuf>,

    /// The allocator that is 1 in pictures of the bench; if not said the reference of the criteria, and
    /// without those the first one of each picture
    #[arg(long, value_name = "NAME", requires = "bench")]
    reference: Option<String>,

    /// The case whose memory is drawn over time; if not said the one that any module ends with the most
    /// pages
    #[arg(long, value_name = "NAME", requires = "bench")]
    memory_case: Option<String>,

    /// Artifacts: the name they go by, and the file. Without any: those of the heft.toml that is here
    /// or above, with its budgets and baseline; not where --bench is given with an --output
    #[arg(value_name = "NAME=FILE", value_parser = inputs::name_file)]
    artifacts: Vec<(String, PathBuf)>,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self, painter: Painter) -> anyhow::Result<Verdict> {
        match &self.output {
            // A page of a bench alone.
            Some(output) if self.bench.is_some() || !self.artifacts.is_empty() => {
                self.write(output, painter)
            }
            None if !self.artifacts.is_empty() => {
                bail!("artifacts are given and no page to write; pass --output FILE")
            }
            _ => {
                let project = project::here()?;
                let whole = self.with_project(&project)?;
                let output = whole.output.clone();
                let output = output.unwrap_or_else(|| project.output.join("report.html"));
                whole.write(&output, painter)
            }
        }
    }

    /// With the artifacts of a project, and its budgets and baseline unless others are given.
    fn with_project(&self, project: &Project) -> anyhow::Result<Self> {
        let mut whole = self.clone();
        whole.artifacts = project::artifacts(project)?;
        whole.budgets = whole.budgets.or_else(|| project.budgets.clone());
        whole.baseline = whole.baseline.or_else(|| project.accepted().cloned());
        Ok(whole)
    }

    fn write(&self, output: &PathBuf, painter: Painter) -> anyhow::Result<Verdict> {
        for path in [Some(output), self.markdown.as_ref()].into_iter().flatten() {
            Outputs::check(path)?;
        }
        let inputs = self.inputs(painter)?;
        let pictures = inputs.bench.as_ref().map(|bench| self.pictures(bench));
        let pictures = pictures.transpose()?;
        let report = Report::collect(&inputs)?;
        for (index, why) in &report.refused {
            let (_, path) = &self.artifacts[*index];
            not_used(Companion::Symbols, path, why, painter);
        }
        let html = page::write(&report, pictures)?;
        let size = Bytes::of(html.as_bytes());
        if size > LARGE {
            painter.warn(&format!(
                "the page is {size}, more than {LARGE}; give fewer artifacts or cases"
            ));
        }
        let mut outputs = Outputs::default();
        outputs.add(output, html.as_bytes())?;
        if let Some(path) = &self.markdown {
            outputs.add(path, markdown::write(&report).as_bytes())?;
        }
        outputs.commit()?;
        if !files::is_stdout(output) {
            output::print(&format!(
                "{}: {size}\n",
                escape::line(&output.display().to_string())
            ))?;
        }
        Ok(Verdict::Pass)
    }

    /// What to draw of a bench.
    fn pictures<'a>(&'a self, bench: &'a BenchReport) -> anyhow::Result<Pictures<'a>> {
        let reference = self.reference.as_deref();
        check_reference(reference, &plot::groups(bench), "bench")?;
        let memory_case = self.memory_case.as_deref();
        if memory_case.is_some() {
            plot::memory_case(&bench.rows, memory_case).context("--memory-case")?;
        }
        Ok(Pictures {
            bench,
            reference,
            memory_case,
        })
    }

    fn inputs(&self, painter: Painter) -> anyhow::Result<Inputs> {
        let budgets = |path: &PathBuf| -> anyhow::Result<Budgets> {
            Ok(Budgets::parse(
                &path.display().to_string(),
                &inputs::text(path)?,
            )?)
        };
        let artifact = |(name, path): &(String, PathBuf)| {
            artifact(name, path, painter).with_context(|| format!("artifact `{name}`"))
        };
        let baseline = |path: &Path| inputs::read_json(path, SizesBaseline::parse);
        Ok(Inputs {
            title: self.title.clone(),
            artifacts: self
                .artifacts
                .iter()
                .map(artifact)
                .collect::<anyhow::Result<_>>()?,
            budgets: self.budgets.as_ref().map(budgets).transpose()?,
            baseline: self.baseline.as_deref().map(baseline).transpose()?,
            bench: self.bench.as_deref().map(read::bench).transpose()?,
            criteria: self.criteria.as_deref().map(read::criteria).transpose()?,
        })
    }
}

/// An artifact with what is beside it. A file there that is not a record is somebody else's.
fn artifact(name: &str, path: &Path, painter: Painter) -> anyhow::Result<ArtifactInput> {
    let read = |record: PathBuf| -> anyhow::Result<_> {
        let text = files::read(&record)?;
        Ok(ReadRecord::parse("", &String::from_utf8_lossy(&text)))
    };
    let record = match Companion::Record.find(path).map(read).transpose()? {
        Some(Err(err)) => {
            let why = format!(
                "it is not a record of `wasm-heft optimize`: {}",
                err.message
            );
            not_used(Companion::Record, path, &why, painter);
            None
        }
        Some(Ok(record)) => Some(record),
        None => None,
    };
    let named = Named::read(path, None)?;
    Ok(ArtifactInput {
        name: name.to_owned(),
        names: named.symbols().map(<[u8]>::to_vec),
        file: named.bytes.into_owned(),
        record,
    })
}

fn not_used(companion: Companion, artifact: &Path, why: &str, painter: Painter) {
    let beside = companion.path(artifact);
    painter.warn(&format!("`{}` is not used: {why}", beside.display()));
}
