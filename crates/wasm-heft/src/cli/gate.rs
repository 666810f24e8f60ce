//! `wasm-heft gate`

use super::output::{self, Painter};
use super::{EXIT_STATUS, Format, Verdict};
use anyhow::{Context as _, anyhow};
use std::path::PathBuf;
use wasm_heft::budgets::Budgets;
use wasm_heft::files::{self, Outputs};
use wasm_heft::gate::{Artefact, Coverage, GateReport, Judgement, Row, judge};
use wasm_heft::table::{Style, Table};

const AFTER_HELP: &str = "\
Columns:
  artefact  the NAME given
  measure   raw; gzip level 9 without name and time; brotli quality 11, window 2^22
  size      exact bytes
  limit     the ceiling from the budgets file; equal passes
  room      limit less size; below zero it is how far over
  stretch   the wish below the limit: met or missed; - where there is none
  verdict   ok, OVER, or not budgeted where the file sets no limit
  where     file and line of the limit

The budgets file:
  schema = 1

  [[budget]]
  artefacts = [\"*-wasip1\", \"*-wasip2\"]   # `*` stands for any run of characters
  raw = { limit = \"350 KiB\", stretch = \"300 KiB\" }
  gzip = { limit = \"150 KiB\" }           # units: B, KiB, MiB

  Every artefact needs exactly one budget, and every pattern an artefact (but see --partial).

Examples:
  wasm-heft gate --budgets baselines/budgets.toml talc-wasip1=clawft.wasm --partial
  wasm-heft gate --budgets budgets.toml --format markdown --report sizes.md app=app.wasm";

/// Hold sizes against budgets
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The file with the limits
    #[arg(long, value_name = "FILE")]
    budgets: PathBuf,

    /// Allow patterns that match no artefact given: only some of them are looked at
    #[arg(long)]
    partial: bool,

    /// Also write the result to this file, whatever it says
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Artefacts: the name budgets go by, and the file
    #[arg(value_name = "NAME=FILE", required = true, value_parser = name_file)]
    artefacts: Vec<(String, PathBuf)>,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self, painter: Painter) -> anyhow::Result<Verdict> {
        if let Some(path) = &self.report {
            Outputs::check(path)?;
        }
        let text = String::from_utf8(files::read(&self.budgets)?)
            .with_context(|| format!("`{}` is not text", self.budgets.display()))?;
        let budgets = Budgets::parse(&self.budgets.display().to_string(), &text)?;
        let measure = |(name, path): &(String, PathBuf)| -> anyhow::Result<Artefact> {
            let content = files::read(path).with_context(|| format!("artefact `{name}`"))?;
            wasm_heft::binary::kind(&content)
                .with_context(|| format!("artefact `{name}`: cannot weigh `{}`", path.display()))?;
            Ok(Artefact::measure(name, &content))
        };
        let artefacts = self
            .artefacts
            .iter()
            .map(measure)
            .collect::<anyhow::Result<Vec<_>>>()?;
        let coverage = if self.partial {
            Coverage::Partial
        } else {
            Coverage::Full
        };
        let report = judge(&budgets, &artefacts, coverage).map_err(|errors| {
            let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!(words.join("; "))
        })?;
        self.show(&report, painter)?;
        if report.passed {
            return Ok(Verdict::Pass);
        }
        eprintln!("error: {}", complaint(&report));
        Ok(Verdict::No)
    }

    fn show(&self, report: &GateReport, painter: Painter) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(report)? + "\n",
            Format::Text => table(report).render(Style::Text),
            Format::Markdown => table(report).render(Style::Markdown),
        };
        if let Some(path) = &self.report {
            let mut outputs = Outputs::default();
            outputs.add(path, text.as_bytes())?;
            outputs.commit()?;
            if files::is_stdio(path) {
                return Ok(());
            }
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

fn table(report: &GateReport) -> Table {
    let mut table = Table::new(&[
        "artefact", "measure", ">size", ">limit", ">room", "stretch", "verdict", "where",
    ]);
    let dash = || "-".to_owned();
    for row in &report.rows {
        let stretch = match (row.stretch_bytes, row.stretch_met) {
            (Some(bytes), Some(true)) => format!("met ({bytes})"),
            (Some(bytes), _) => format!("missed ({bytes})"),
            (None, _) => dash(),
        };
        table.row([
            row.artefact.clone(),
            row.measure.to_string(),
            row.size_bytes.to_string(),
            row.limit_bytes.map_or_else(dash, |b| b.to_string()),
            row.room_bytes.map_or_else(dash, |b| b.to_string()),
            stretch,
            match row.judgement {
                Judgement::Ok => "ok".to_owned(),
                Judgement::Over => "OVER".to_owned(),
                Judgement::NotBudgeted => "not budgeted".to_owned(),
            },
            row.place.as_ref().map_or_else(dash, ToString::to_string),
        ]);
    }
    table
}

fn complaint(report: &GateReport) -> String {
    let over: Vec<&Row> = report
        .rows
        .iter()
        .filter(|row| row.judgement == Judgement::Over)
        .collect();
    let details: Vec<String> = over
        .iter()
        .map(|row| {
            let by = row.room_bytes.map_or(0, |room| room.0.unsigned_abs());
            let place = row
                .place
                .as_ref()
                .map(|p| format!(" ({p})"))
                .unwrap_or_default();
            format!(
                "`{}` {} by {}{place}",
                row.artefact,
                row.measure,
                wasm_heft::Bytes(by)
            )
        })
        .collect();
    let are = if over.len() == 1 { "is" } else { "are" };
    format!(
        "{} of {} sizes {are} over budget: {}; make it smaller or raise the limit there",
        over.len(),
        report.rows.len(),
        details.join(", "),
    )
}

fn name_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(file)))
        }
        _ => Err("expected NAME=FILE, e.g. talc-wasip1=clawft.wasm".to_owned()),
    }
}
