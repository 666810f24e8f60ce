//! `wasm-heft gate`

mod help;

use super::artifact_files::Attributed;
use super::inputs::{self, Content, Inputs};
use super::options::{EXIT_STATUS, Verdict};
use super::output::{self, Painter};
use super::project;
use super::refusal::coded;
use anyhow::bail;
use clap::ValueEnum;
use heft_data::bench_result::BenchReport;
use heft_data::code::Code;
use heft_data::measure::{Measure, matches};
use heft_data::table::Style;
use heft_gate::artifact::{Artifact, Coverage};
use heft_gate::baseline::{BenchBaseline, BenchGate, SizesBaseline, judge_bench, judge_sizes};
use heft_gate::budgets::{Budget, Budgets};
use heft_gate::codes;
use heft_gate::judge_budgets::{GateReport, judge};
use heft_gate::ratios::{RatioRow, judge_ratios};
use heft_gate::render;
use heft_gate::report::{FullReport, Unsound};
use heft_project::Project;
use heft_size::soundness::Memory;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use wasm_heft::files::{self, Outputs};

/// Hold sizes and benchmarks against budgets and against what was last accepted
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXIT_STATUS}", help::AFTER_HELP))]
pub(crate) struct Args {
    /// The file with the limits that people set
    #[arg(long, value_name = "FILE")]
    budgets: Option<PathBuf>,

    /// The sizes that were last accepted, as `accept` wrote them
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// A result of `bench --format json`
    #[arg(long, value_name = "FILE")]
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

    /// Refuse components that corrupt memory: two allocators, and what the host hands in is from one
    /// and goes back to the other. Needs function names; without, it is not known, and refused too.
    /// Without files it is always on, but for what is not known
    #[arg(long)]
    sound: bool,

    /// Whether the artifacts are those of a heft.toml.
    #[arg(skip)]
    of_project: bool,

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
        if self.inputs.artifacts.is_empty() && self.bench.is_none() {
            return self.with_project(&project::here()?)?.hold(painter);
        }
        if self.budgets.is_none() && self.baseline.is_none() && self.bench.is_none() && !self.sound
        {
            return Err(coded(
                "nothing to hold the artifacts against; expected --budgets, --baseline, --bench or --sound",
                codes::NOT_HELD,
            ));
        }
        self.hold(painter)
    }

    /// With the artifacts of a project, and what it holds them against unless that is said.
    fn with_project(&self, project: &Project) -> anyhow::Result<Self> {
        let mut whole = self.clone();
        whole.of_project = true;
        whole.inputs.artifacts = project::artifacts(project)?;
        if whole.budgets.is_none() && whole.baseline.is_none() {
            whole.budgets = project.budgets.as_deref().map(project::from_here);
            whole.baseline = project.accepted().map(|path| project::from_here(path));
        }
        Ok(whole)
    }

    fn hold(&self, painter: Painter) -> anyhow::Result<Verdict> {
        if self.summary.is_some() && self.format != Format::Github {
            bail!("--summary goes with --format github; for a file in another format use --report");
        }
        if let Some(path) = &self.report {
            Outputs::check(path)?;
        }
        let summary = self.summary();
        if let Some(path) = &summary {
            files::check_append(path)?;
        }
        let outputs = [("--report", &self.report), ("--summary", &summary)];
        let outputs: Vec<(&str, &Path)> = outputs
            .into_iter()
            .filter_map(|(option, path)| Some((option, path.as_deref()?)))
            .collect();
        files::distinct(&outputs, &[], &[])?;
        let report = self.judge()?;
        if let Some(path) = &summary {
            files::no_input(path)?;
        }
        self.show(&report, painter)?;
        for unsound in report.unsound.iter().flatten() {
            output::say(&format!("error: {unsound}"));
        }
        for problem in render::lines(&report) {
            // Its names are escaped, so its line feeds are its own.
            format!("error: {problem}").lines().for_each(output::say);
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
        let report = self
            .bench
            .as_deref()
            .map(inputs::bench_report)
            .transpose()?;
        let contents = self.inputs.read()?;
        self.inputs.check_companions(&contents, report.as_ref())?;
        let (bench, ratios) = self.judge_bench(budgets.as_ref(), report.as_ref())?;
        let for_sizes = budgets
            .as_ref()
            .filter(|budgets| !budgets.entries.is_empty());
        if self.inputs.artifacts.is_empty() {
            // A budgets file may be there for its ratios.
            if baseline.is_some() || self.sound || (for_sizes.is_some() && ratios.is_empty()) {
                return Err(coded(
                    "no artifacts are given to hold against them; expected NAME=FILE",
                    codes::NOT_HELD,
                ));
            }
            return Ok(FullReport::new(None, None, bench, ratios));
        }
        // What both questions need is found once, and only if one of them is asked.
        let asked = baseline.is_some() || self.asks_for_soundness();
        let named = asked.then(|| self.inputs.named(&contents)).transpose()?;
        let attributed = inputs::attribute(named.as_deref().unwrap_or_default())?;
        let unsound = self.unsound(&contents, &attributed);
        if for_sizes.is_none() && baseline.is_none() {
            // What was not asked for is nothing that somebody holds them against.
            let Some(unsound) = unsound.filter(|_| self.sound) else {
                return Err(coded(
                    "artifacts are given and nothing to hold them against; pass --budgets with a [[budget]], --baseline or --sound",
                    codes::NOT_HELD,
                ));
            };
            return Ok(FullReport::new(None, None, bench, ratios).with_unsound(unsound));
        }
        // Records and symbols files before anything is compressed, too.
        let provenance = match &baseline {
            Some(_) => Some(self.inputs.take_apart(&contents, &attributed)?),
            None => None,
        };
        let measured = inputs::measure(&contents, |name| match (&baseline, for_sizes) {
            (None, Some(budgets)) => limited(budgets, name),
            _ => Measure::ALL.to_vec(),
        });
        let budgeted = match for_sizes {
            Some(budgets) => Some(self.judge_budgets(budgets, &measured)?),
            None => None,
        };
        let based = baseline
            .as_ref()
            .zip(provenance)
            .map(|(baseline, provenance)| {
                let weighed = inputs::weighed(&measured, provenance);
                judge_sizes(baseline, &weighed, self.coverage(), self.locked)
            });
        if let (None, Some(based)) = (&budgeted, &based) {
            let advice = "pass --budgets, so that something holds them";
            refuse_unheld(&based.unjudged(), &based.notes, advice)?;
        }
        let report = FullReport::new(budgeted, based, bench, ratios);
        Ok(match unsound {
            Some(unsound) => report.with_unsound(unsound),
            None => report,
        })
    }

    /// The artifacts whose memory is not sound, if that is looked at. Of a project those that are known to corrupt it:
    /// there nobody asked, and has to have names.
    fn unsound(&self, contents: &[Content], attributed: &[Attributed<'_>]) -> Option<Vec<Unsound>> {
        if !self.asks_for_soundness() {
            return None;
        }
        let mut found = inputs::unsound(contents, attributed);
        if !self.sound {
            found.retain(|unsound| unsound.soundness.memory == Memory::Corrupts);
        }
        Some(found)
    }

    fn asks_for_soundness(&self) -> bool {
        self.sound || self.of_project
    }

    fn judge_budgets(
        &self,
        budgets: &Budgets,
        artifacts: &[Artifact],
    ) -> anyhow::Result<GateReport> {
        judge(budgets, artifacts, self.coverage())
            .map_err(|errors| in_one_line(&errors, codes::BUDGETS))
    }

    /// The benchmark against its baseline, and its modules against each other.
    fn judge_bench(
        &self,
        budgets: Option<&Budgets>,
        report: Option<&BenchReport>,
    ) -> anyhow::Result<(Option<BenchGate>, Vec<RatioRow>)> {
        let (Some(result), Some(report)) = (&self.bench, report) else {
            return Ok((None, Vec::new()));
        };
        let limits = budgets.map_or(&[][..], |budgets| &budgets.ratios);
        if limits.is_empty() && self.bench_baseline.is_none() {
            return Err(coded(
                "a benchmark is given and nothing to hold it against; pass --bench-baseline, or --budgets with a [[ratio]]",
                codes::NOT_HELD,
            ));
        }
        let baseline = self.bench_baseline.as_deref();
        let baseline = baseline
            .map(|path| read_baseline(path, BenchBaseline::parse))
            .transpose()?;
        let ratios = judge_ratios(limits, report, self.coverage())
            .map_err(|errors| in_one_line(&errors, codes::NO_RATIO))?;
        if ratios.is_empty() && baseline.is_none() {
            return Err(coded(
                "no [[ratio]] is of modules in the benchmark, so nothing holds it",
                codes::NOT_HELD,
            ));
        }
        let Some(baseline) = baseline else {
            return Ok((None, ratios));
        };
        let measured = self.inputs.keyed(result, report)?;
        let gate = judge_bench(&baseline, &measured, self.coverage(), self.locked);
        if ratios.is_empty() {
            let advice =
                "pass --budgets with a [[ratio]] of these modules, so that something holds them";
            refuse_unheld(&gate.unjudged(), &gate.notes, advice)?;
        }
        Ok((Some(gate), ratios))
    }

    /// Where the summary goes, if there is to be one.
    fn summary(&self) -> Option<PathBuf> {
        if self.format != Format::Github {
            return None;
        }
        let from_environment = || std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from);
        let path = self.summary.clone().or_else(from_environment);
        path.filter(|path| !path.as_os_str().is_empty())
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
            Format::Json => output::json(report)?,
            Format::Text => render::render(report, Style::Text),
            Format::Markdown => render::render(report, Style::Markdown),
            Format::Github => render::annotations(report),
        };
        if let Some(path) = &self.report {
            let mut outputs = Outputs::default();
            outputs.add(path, text.as_bytes())?;
            outputs.commit()?;
        }
        if let Some(path) = self.summary() {
            files::append(&path, &render::summary(report))?;
        }
        if self.report.as_deref().is_some_and(files::is_stdout) {
            return Ok(());
        }
        if self.format == Format::Text {
            painter.print(|paint| render::render_painted(report, Style::Text, paint))?;
        } else {
            output::print(&text)?;
        }
        Ok(())
    }
}

fn read_budgets(path: &Path) -> anyhow::Result<Budgets> {
    let text = inputs::text(path)?;
    inputs::parsed(Budgets::parse(&path.display().to_string(), &text))
}

fn read_baseline<T>(
    path: &Path,
    parse: impl FnOnce(&str, &str) -> Result<T, heft_data::source::json::JsonError>,
) -> anyhow::Result<T> {
    match inputs::read_json_if_there(path, |file, text| inputs::parsed(parse(file, text)))? {
        Some(baseline) => Ok(baseline),
        None => Err(coded(
            format!(
                "there is no baseline `{}`; `wasm-heft accept` starts one",
                path.display()
            ),
            codes::NO_BASELINE,
        )),
    }
}

/// What no baseline knows has to be held by something else, or it would pass whatever it is.
fn refuse_unheld(unknown: &BTreeSet<&str>, notes: &[String], advice: &str) -> anyhow::Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    Err(coded(
        format!("{}; {advice}", notes.join("; ")),
        codes::NOT_HELD,
    ))
}

/// What a budget of this name limits: no other size has to be measured.
fn limited(budgets: &Budgets, name: &str) -> Vec<Measure> {
    let patterns = |entry: &&Budget| entry.patterns.iter().any(|(p, _)| matches(p, name));
    let Some(budget) = budgets.entries.iter().find(patterns) else {
        return Vec::new();
    };
    let limited = |measure: &Measure| budget.ceiling(*measure).is_some();
    Measure::ALL.into_iter().filter(limited).collect()
}

fn in_one_line<E: std::fmt::Display>(errors: &[E], code: Code) -> anyhow::Error {
    let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
    coded(words.join("; "), code)
}
