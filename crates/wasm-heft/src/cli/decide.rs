//! `wasm-heft decide`

use super::options::{EXIT_STATUS, Format, Verdict};
use super::{counters, inputs, output, read};
use anyhow::Context as _;
use heft_data::escape;
use heft_data::table::Style;
use heft_report::decision::adr::{self, Difference};
use heft_report::decision::{Decision, decide, tables};
use std::path::{Path, PathBuf};
use wasm_heft::files::{self, Outputs};

const AFTER_HELP: &str = "\
How it is weighed:
  Every number is a ratio to the reference candidate's: 0.900 is a tenth less, and less is better.
  A criterion's ratio is the geometric mean over its cases, targets and measures, or the largest of
  them (rule = \"worst\"). The total is the geometric mean of those, with the weights as exponents;
  the smallest wins. So the order does not depend on which candidate is the reference.
  A candidate is out when a case that counts did not end well, or when a person says so.

Columns of the matrix:
  rank       place by total
  candidate  its name in the decision file
  ...        the ratio for each criterion, in the order of the decision file
  total      the weighted ratio

The decision file:
    schema = 1
    reference = \"dlmalloc\"
    targets = [\"wasip1\", \"wasip2\"]
    modules = \"{candidate}-{target}\"   # a module's name in the bench file

    [[candidate]]
    name = \"dlmalloc\"
    maintenance = 4                    # 1 left alone ... 5 well looked after, or \"exclude\"
    reason = \"why, in a sentence\"

    [[criterion]]
    name = \"fuel\"
    weight = 20                        # only the proportions matter
    measures = [\"fuel\", \"fuel_bulk_once\"]
    cases = [\"serde*\", \"churn\"]        # `*` stands for any run of characters
    rule = \"mean\"                      # or \"worst\"

    [[evidence]]                       # shown beside the matrix, counts for nothing
    title = \"Memory after a long run\"
    measure = \"grown_pages\"
    case = \"longrun\"

MEASURES

A document:
  --write puts the tables between these two lines of it, and --check compares them:
    <!-- wasm-heft decide: written by the command, do not edit -->
    <!-- wasm-heft decide: end -->

Examples:
    wasm-heft bench --format json *.wasm > bench.json
    wasm-heft decide --criteria baselines/decision.toml --bench bench.json
    wasm-heft decide --criteria baselines/decision.toml --bench bench.json --check docs/adr/0001.md";

fn explained() -> String {
    let measures = counters::names(
        "Measures of files: raw_bytes, gzip_bytes, brotli_bytes. Measures of cases:",
        ". A person's mark: maintenance.",
    );
    AFTER_HELP.replace("MEASURES", &measures)
}

/// Weigh allocators by measured numbers, and keep a document's table equal to them
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXIT_STATUS}", explained()))]
pub(crate) struct Args {
    /// What counts, and how much
    #[arg(long, value_name = "FILE", default_value = "baselines/decision.toml")]
    criteria: PathBuf,

    /// What `wasm-heft bench --format json` measured; `-` is standard input
    #[arg(long, value_name = "FILE")]
    bench: PathBuf,

    /// Write the tables between the markers of this document
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    write: Option<PathBuf>,

    /// Exit with 1 when the tables of this document are other ones
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let criteria = read::criteria(&self.criteria)?;
        let bench = read::bench(&self.bench)?;
        let decision = decide(&criteria, &bench)?;
        if let Some(path) = &self.write {
            return write(path, &decision);
        }
        if let Some(path) = &self.check {
            return check(path, &decision);
        }
        output::print(&match self.format {
            Format::Json => output::json(&decision)?,
            Format::Text => tables::render(&decision, Style::Text),
            Format::Markdown => tables::render(&decision, Style::Markdown),
        })?;
        Ok(Verdict::Pass)
    }
}

fn write(path: &Path, decision: &Decision) -> anyhow::Result<Verdict> {
    let document = inputs::text(path)?;
    let table = tables::render(decision, Style::Markdown);
    let text = adr::write(&document, &table)
        .with_context(|| format!("cannot write the table into `{}`", path.display()))?;
    let mut outputs = Outputs::default();
    outputs.replace(path, text.as_bytes())?;
    outputs.commit()?;
    if !files::is_stdout(path) {
        let change = if text == document {
            "is as it was"
        } else {
            "is written"
        };
        output::print(&line(&format!(
            "winner: {}; the table in `{}` {change}",
            decision.winner,
            path.display()
        )))?;
    }
    Ok(Verdict::Pass)
}

fn check(path: &Path, decision: &Decision) -> anyhow::Result<Verdict> {
    let document = inputs::text(path)?;
    let table = tables::render(decision, Style::Markdown);
    let difference = adr::compare(&document, &table)
        .with_context(|| format!("cannot compare the table of `{}`", path.display()))?;
    let Some(Difference {
        line,
        found,
        expected,
    }) = difference
    else {
        output::print(&line(&format!(
            "winner: {}; `{}` says the same",
            decision.winner,
            path.display()
        )))?;
        return Ok(Verdict::Pass);
    };
    let shown = |line: Option<String>| line.map_or("nothing".to_owned(), |l| format!("`{l}`"));
    output::say(&format!(
        "error: {}:{line}: the document and the numbers part: it has {}, the numbers say {}; run `wasm-heft decide` with --write, and read whether the text still holds",
        path.display(),
        shown(found),
        shown(expected),
    ));
    Ok(Verdict::No)
}

fn line(line: &str) -> String {
    escape::line(line) + "\n"
}
