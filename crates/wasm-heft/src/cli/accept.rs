//! `wasm-heft accept`

use super::inputs::{self, Inputs};
use super::options::{EXIT_STATUS, Format, Verdict};
use super::output::{self, Painter};
use super::project;
use anyhow::{Context as _, bail};
use heft_data::measure::Measure;
use heft_data::table::{Paint, Style, Table, Tone, or_dash, unpainted};
use heft_gate::baseline::history::{self, Line};
use heft_gate::baseline::{
    AcceptOptions, AcceptReport, Acceptable, BaselineFile, BenchFile, Change, Measured, Missing,
    Move, SizesFile, Weighed, accept,
};
use heft_wasm::bytes::group_thousands;
use std::path::{Path, PathBuf};
use wasm_heft::files::{self, Outputs};
use wasm_heft::folder_lock::FolderLock;

const AFTER_HELP: &str = "\
What is taken:
  new      an artifact or case that was not there: as measured
  better   as measured; needs no reason
  within   worse, within the tolerance: left where it was, since otherwise accepting often would
           creep over the tolerance
  beyond   worse, beyond the tolerance: needs --reason; then all numbers of that artifact or case
           are taken exactly as measured, with no room on top: the tolerance is the same margin as
           before
  missing  in the baseline, for the same tools, and not given: refused unless --partial (keep it) or
           --remove-missing says what to do

  Numbers made by other tools are kept, unless --prune drops them. The tolerance stays as it is in
  the file: people may change it there. Budgets are never touched.

Files:
  All are written, or none. The history gets a line for each artifact or module that moved: when,
  which baseline, what, old, new, reason, fingerprint. It is `history.jsonl` beside the baseline.

Columns:
  what      the artifact, or module/case
  measure   which of its numbers
  old       what was accepted before
  new       what was measured
  change    new less old
  verdict   added, tightened, loosened, kept (the baseline stays), removed, REFUSED or MISSING

Examples:
    wasm-heft accept --baseline baselines/sizes.json talc-wasip1=clawft.wasm --partial
    wasm-heft accept --baseline sizes.json --reason 'HTTP client for wasip2' app=app.wasm
    wasm-heft accept --bench result.json --bench-baseline bench.json --record app.json --dry-run";

/// Move baselines to what is measured now: down freely, up only with a reason
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The baseline of sizes; made if it is not there
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// A result of `bench --format json`
    #[arg(long, value_name = "FILE", requires = "bench_baseline")]
    bench: Option<PathBuf>,

    /// The baseline of benchmarks; made if it is not there
    #[arg(long, value_name = "FILE", requires = "bench")]
    bench_baseline: Option<PathBuf>,

    /// Why something may get worse; goes into the history
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,

    /// The history [default: history.jsonl beside the baseline]
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,

    /// The day for the history, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_name = "DAY", value_parser = date)]
    date: Option<String>,

    /// Keep entries for which nothing is given: only some are looked at
    #[arg(long)]
    partial: bool,

    /// Remove entries, for the same tools, for which nothing is given
    #[arg(long, conflicts_with = "partial")]
    remove_missing: bool,

    /// Remove everything made by other tools than these artifacts and modules, of each what its own did not make
    #[arg(long, conflicts_with = "partial")]
    prune: bool,

    /// Write nothing; say what would be done
    #[arg(long)]
    dry_run: bool,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    inputs: Inputs,
}

/// What was measured now.
struct New {
    sizes: Vec<Weighed>,
    bench: Vec<Measured>,
}

/// A baseline to write: its file and its text, `None` if that is as it was.
struct Written {
    path: PathBuf,
    text: Option<String>,
}

/// What becomes of all baselines together.
#[derive(Default)]
struct Moved {
    files: Vec<Written>,
    moves: Vec<Move>,
    lines: Vec<Line>,
    notes: Vec<String>,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self, painter: Painter) -> anyhow::Result<Verdict> {
        if self.inputs.artifacts.is_empty() && self.baseline.is_none() && self.bench.is_none() {
            let project = project::here()?;
            let mut whole = self.clone();
            whole.inputs.artifacts = project::artifacts(&project)?;
            whole.baseline = Some(project.baseline);
            return whole.accept(painter);
        }
        self.accept(painter)
    }

    fn accept(&self, painter: Painter) -> anyhow::Result<Verdict> {
        if self.baseline.is_some() == self.inputs.artifacts.is_empty() {
            bail!("--baseline and artifacts go together; expected --baseline FILE NAME=FILE...");
        }
        let weighed = self.weigh()?;
        // What takes long is done: others may accept until here.
        let _alone = match self.dry_run {
            true => Vec::new(),
            false => self.lock()?,
        };
        let mut moved = Moved::default();
        if let Some(path) = &self.baseline {
            self.take::<SizesFile>(path, &weighed.sizes, &mut moved)?;
        }
        if let Some(path) = &self.bench_baseline {
            self.take::<BenchFile>(path, &weighed.bench, &mut moved)?;
        }
        let refusal = refusal(&moved.moves);
        let write = refusal.is_none() && !self.dry_run;
        if write {
            self.write(&moved.files, &moved.lines)?;
        }
        let report = AcceptReport {
            schema: 1,
            written: write,
            moves: moved.moves,
            notes: moved.notes,
        };
        self.show(&report, painter)?;
        let Some(refusal) = refusal else {
            return Ok(Verdict::Pass);
        };
        output::say(&format!("error: {refusal}"));
        Ok(Verdict::No)
    }

    fn options(&self) -> AcceptOptions {
        AcceptOptions {
            reason: self.reason.clone(),
            when: self.date.clone().unwrap_or_else(history::today),
            missing: match (self.partial, self.remove_missing) {
                (true, _) => Missing::Keep,
                (_, true) => Missing::Remove,
                _ => Missing::Refuse,
            },
            prune: self.prune,
        }
    }

    /// Measures and joins everything that was given.
    fn weigh(&self) -> anyhow::Result<New> {
        let report = self.bench.as_deref().map(inputs::bench_report);
        let report = report.transpose()?;
        let contents = self.inputs.read()?;
        self.inputs.check_companions(&contents, report.as_ref())?;
        let named = self.inputs.named(&contents)?;
        let attributed = inputs::attribute(&named)?;
        let apart = self.inputs.take_apart(&contents, &attributed)?;
        let measured = inputs::measure(&contents, |_| Measure::ALL.to_vec());
        Ok(New {
            sizes: inputs::weighed(&measured, apart),
            bench: match (&self.bench, &report) {
                (Some(path), Some(report)) => self.inputs.keyed(path, report)?,
                _ => Vec::new(),
            },
        })
    }

    /// Keeps others from accepting into the same folders until what is returned is dropped.
    fn lock(&self) -> anyhow::Result<Vec<FolderLock>> {
        let files = [&self.baseline, &self.bench_baseline, &self.history];
        let files: Vec<&Path> = files.into_iter().flatten().map(PathBuf::as_path).collect();
        Ok(FolderLock::of(&files, |folder| {
            output::progress(&format!(
                "waiting for another `wasm-heft accept` in `{}`",
                folder.display()
            ));
        })?)
    }

    /// Accepts what was measured into a baseline, which is still to be written.
    fn take<B: Acceptable>(
        &self,
        path: &Path,
        measured: &[B::Measured],
        into: &mut Moved,
    ) -> anyhow::Result<()> {
        refuse_no_file("baseline", path)?;
        let before: Option<BaselineFile<B>> =
            inputs::read_json_if_there(path, BaselineFile::parse)?;
        let before = before.unwrap_or_else(|| BaselineFile::empty(&path.display().to_string()));
        let accepted = accept(&before, measured, &self.options());
        into.files.push(written(path, accepted.baseline.to_text()));
        into.moves.extend(accepted.moves);
        into.lines.extend(accepted.history);
        into.notes.extend(accepted.notes);
        Ok(())
    }

    /// The history first: a baseline never moves without it. Where a run was cut off between the two,
    /// the history has lines of a move that was not made; accepting again makes it and does not add
    /// them twice.
    fn write(&self, baselines: &[Written], lines: &[Line]) -> anyhow::Result<()> {
        let mut outputs = Outputs::default();
        let first = baselines.first().map(|written| written.path.as_path());
        let beside = first.map(|path| path.with_file_name("history.jsonl"));
        if let Some(path) = self
            .history
            .clone()
            .or(beside)
            .filter(|_| !lines.is_empty())
        {
            refuse_no_file("history", &path)?;
            let old = if path.try_exists().unwrap_or(true) {
                inputs::text(&path)?
            } else {
                String::new()
            };
            let new = history::append(&path.display().to_string(), &old, lines)
                .context("the history is not one")?;
            outputs.replace(&path, new.as_bytes())?;
        }
        for written in baselines {
            if let Some(text) = &written.text {
                outputs.replace(&written.path, text.as_bytes())?;
            }
        }
        outputs.commit()?;
        Ok(())
    }

    fn show(&self, report: &AcceptReport, painter: Painter) -> anyhow::Result<()> {
        match self.format {
            Format::Json => output::print(&output::json(report)?)?,
            Format::Text => painter.print(|paint| render(report, Style::Text, paint))?,
            Format::Markdown => output::print(&render(report, Style::Markdown, &unpainted))?,
        }
        Ok(())
    }
}

/// What is read and replaced is a file: reading a device may never end, and a pipe gives what it has once.
fn refuse_no_file(what: &str, path: &Path) -> anyhow::Result<()> {
    if path.try_exists().unwrap_or(true) && !path.is_file() {
        bail!("the {what} `{}` is not a file", path.display());
    }
    Ok(())
}

fn written(path: &Path, text: String) -> Written {
    let same = files::read(path).is_ok_and(|old| old == text.as_bytes());
    Written {
        path: path.to_owned(),
        text: (!same).then_some(text),
    }
}

fn render(report: &AcceptReport, style: Style, paint: Paint<'_>) -> String {
    let mut out = if report.moves.is_empty() {
        "everything is as it was accepted\n".to_owned()
    } else {
        moves_table(&report.moves).render_painted(style, paint)
    };
    for note in &report.notes {
        let word = paint(Tone::Note, "note");
        out.push_str(&format!("\n{word}: {}\n", style.say(note)));
    }
    if !report.written && !report.moves.is_empty() {
        out.push_str("\nnothing was written\n");
    }
    out
}

fn moves_table(moves: &[Move]) -> Table {
    let mut table = Table::new(&["what", "measure", ">old", ">new", ">change", "verdict"]);
    let number = |value: Option<u64>| or_dash(value.map(group_thousands));
    for moved in moves {
        let (verdict, tone) = match moved.change {
            Change::Added => ("added", None),
            Change::Tightened => ("tightened", Some(Tone::Good)),
            Change::Loosened => ("loosened", Some(Tone::Note)),
            Change::Kept => ("kept", None),
            Change::Refused => ("REFUSED", Some(Tone::Bad)),
            Change::Removed => ("removed", Some(Tone::Note)),
            Change::Missing => ("MISSING", Some(Tone::Bad)),
        };
        table.row([
            moved.what.clone(),
            moved.measure.clone(),
            number(moved.old),
            number(moved.new),
            or_dash(difference(moved)),
            verdict.to_owned(),
        ]);
        table.tone("verdict", tone);
    }
    table
}

fn difference(moved: &Move) -> Option<String> {
    let (old, new) = (moved.old?, moved.new?);
    let sign = if new > old { "+" } else { "-" };
    Some(format!("{sign}{}", group_thousands(new.abs_diff(old))))
}

/// Why nothing is written, if so.
fn refusal(moves: &[Move]) -> Option<String> {
    let of = |change: Change| moves.iter().filter(move |m| m.change == change);
    let worse: Vec<String> = of(Change::Refused)
        .map(|m| match difference(m) {
            Some(by) => format!("`{}` {} {by}", m.what, m.measure),
            None => format!("`{}` {}", m.what, m.measure),
        })
        .collect();
    let mut missing: Vec<String> = of(Change::Missing)
        .map(|m| format!("`{}`", m.what))
        .collect();
    missing.dedup();
    let mut words = Vec::new();
    if !worse.is_empty() {
        words.push(format!(
            "worse: {}; say why with --reason TEXT",
            worse.join(", ")
        ));
    }
    if !missing.is_empty() {
        words.push(format!(
            "in the baseline and not given: {}; pass them, --partial to keep them, or --remove-missing",
            missing.join(", ")
        ));
    }
    (!words.is_empty()).then(|| format!("nothing is accepted; {}", words.join("; ")))
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.contains('\n') {
        return Err("expected a sentence on one line".to_owned());
    }
    Ok(text.to_owned())
}

fn date(text: &str) -> Result<String, String> {
    if history::is_date(text) {
        return Ok(text.to_owned());
    }
    Err("expected a day, e.g. 2026-03-31".to_owned())
}
