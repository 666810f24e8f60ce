//! `wasm-heft gate`

mod complaint;
mod github;
mod help;
mod tables;

use super::inputs::{self, Inputs};
use super::output::{self, Painter};
use super::{EXIT_STATUS, Verdict};
use anyhow::{anyhow, bail};
use clap::ValueEnum;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use wasm_heft::budgets::Budgets;
use wasm_heft::files::{self, Outputs};
use wasm_heft::gate::{Artefact, Coverage, FullReport, GateReport, judge};
use wasm_heft::ratchet::{BenchBaseline, SizesBaseline, SizesGate, judge_bench, judge_sizes};
use wasm_heft::table::Style;

/// Hold sizes against budgets and against what was last accepted, and benchmarks likewise
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXIT_STATUS}", help::AFTER_HELP))]
pub(crate) struct Args {
    /// The file with the limits that people set
    #[arg(long, value_name = "FILE", required_unless_present_any = ["baseline", "bench"])]
    budgets: Option<PathBuf>,

    /// The sizes that were last accepted, as `accept` wrote them
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// A result of `bench --format json`
    #[arg(long, value_name = "FILE", requires = "bench_baseline")]
    bench: Option<PathBuf>,

    /// The fuel and pages that were last accepted, as `accept` wrote them
    #[arg(long, value_name = "FILE", requires = "bench")]
    bench_baseline: Option<PathBuf>,

    /// Allow budgets and entries of baselines for which nothing is given: only some are looked at
    #[arg(long)]
    partial: bool,

    /// Fail on what got better beyond the tolerance too: the baseline is to be moved
    #[arg(long)]
    locked: bool,

    /// Also write the result to this file, whatever it says
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// With --format github: append a summary in Markdown to this file [default: the file named by
    /// the environment variable GITHUB_STEP_SUMMARY, if it is set]
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    inputs: Inputs,
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people
    Text,
    /// One JSON document
    Json,
    /// Markdown tables
    Markdown,
    /// Annotations of a GitHub workflow, and a step summary
    Github,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self, painter: Painter) -> anyhow::Result<Verdict> {
        if self.summary.is_some() && self.format != Format::Github {
            bail!("--summary goes with --format github; for a file in another format use --report");
        }
        if let Some(path) = &self.report {
            Outputs::check(path)?;
        }
        let report = self.judge()?;
        self.show(&report, painter)?;
        for line in complaint::of(&report) {
            eprintln!("error: {line}");
        }
        Ok(if report.passed {
            Verdict::Pass
        } else {
            Verdict::No
        })
    }

    fn judge(&self) -> anyhow::Result<FullReport> {
        // Small files first: what is wrong with them is told before anything is compressed.
        let budgets = self.budgets.as_deref().map(read_budgets).transpose()?;
        let baseline = self.baseline.as_deref();
        let baseline = baseline
            .map(|path| read_baseline(path, SizesBaseline::parse))
            .transpose()?;
        let bench = self.judge_bench()?;
        if self.inputs.artefacts.is_empty() {
            if budgets.is_some() || baseline.is_some() {
                bail!("no artefacts are given to hold against them; expected NAME=FILE");
            }
            return Ok(FullReport::new(None, None, bench));
        }
        if budgets.is_none() && baseline.is_none() {
            bail!(
                "artefacts are given and nothing to hold them against; pass --budgets or --baseline"
            );
        }
        let measured = self.inputs.artefacts()?;
        let artefacts: Vec<Artefact> = measured
            .iter()
            .map(|(artefact, _)| artefact.clone())
            .collect();
        let budgeted = match &budgets {
            Some(budgets) => Some(self.judge_budgets(budgets, &artefacts)?),
            None => None,
        };
        let based = match &baseline {
            Some(baseline) => {
                let weighed = self.inputs.weigh(&measured)?;
                Some(judge_sizes(
                    baseline,
                    &weighed,
                    self.coverage(),
                    self.locked,
                ))
            }
            None => None,
        };
        if let (None, Some(based)) = (&budgeted, &based) {
            refuse_unheld(based)?;
        }
        Ok(FullReport::new(budgeted, based, bench))
    }

    fn judge_budgets(
        &self,
        budgets: &Budgets,
        artefacts: &[Artefact],
    ) -> anyhow::Result<GateReport> {
        judge(budgets, artefacts, self.coverage()).map_err(|errors| {
            let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!(words.join("; "))
        })
    }

    fn judge_bench(&self) -> anyhow::Result<Option<wasm_heft::ratchet::BenchGate>> {
        let (Some(result), Some(baseline)) = (&self.bench, &self.bench_baseline) else {
            return Ok(None);
        };
        let baseline = read_baseline(baseline, BenchBaseline::parse)?;
        let measured = self.inputs.bench(result)?;
        Ok(Some(judge_bench(
            &baseline,
            &measured,
            self.coverage(),
            self.locked,
        )))
    }

    fn coverage(&self) -> Coverage {
        if self.partial {
            Coverage::Partial
        } else {
            Coverage::Full
        }
    }

    fn show(&self, report: &FullReport, painter: Painter) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(report)? + "\n",
            Format::Text => tables::render(report, Style::Text),
            Format::Markdown => tables::render(report, Style::Markdown),
            Format::Github => github::annotations(report),
        };
        if let Some(path) = &self.report {
            let mut outputs = Outputs::default();
            outputs.add(path, text.as_bytes())?;
            outputs.commit()?;
        }
        if self.format == Format::Github {
            let from_environment = || std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from);
            let summary = self.summary.clone().or_else(from_environment);
            if let Some(path) = summary.filter(|path| !path.as_os_str().is_empty()) {
                append(&path, &github::summary(report))?;
            }
        }
        if self.report.as_deref().is_some_and(files::is_stdout) {
            return Ok(());
        }
        let shown = if self.format == Format::Text {
            painter.verdicts(&text)
        } else {
            text
        };
        output::print(&shown)?;
        Ok(())
    }
}

fn read_budgets(path: &Path) -> anyhow::Result<Budgets> {
    Ok(Budgets::parse(
        &path.display().to_string(),
        &inputs::text(path)?,
    )?)
}

fn read_baseline<T>(
    path: &Path,
    parse: impl FnOnce(&str, &str) -> Result<T, wasm_heft::ratchet::JsonError>,
) -> anyhow::Result<T> {
    match inputs::read_json_if_there(path, parse)? {
        Some(baseline) => Ok(baseline),
        None => bail!(
            "there is no baseline `{}`; `wasm-heft accept` starts one",
            path.display()
        ),
    }
}

/// Without budgets, artefacts of unknown tools would pass whatever they weigh.
fn refuse_unheld(based: &SizesGate) -> anyhow::Result<()> {
    if based.unjudged().is_empty() {
        return Ok(());
    }
    bail!(
        "{}; pass --budgets, so that something holds them",
        based.notes.join("; ")
    )
}

/// The summary file is another program's, which may hold it open: appended to, not replaced.
fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    let open = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    open.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|err| anyhow!("cannot write `{}`: {err}", path.display()))
}
