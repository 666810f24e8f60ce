//! `wasm-heft diff`

use super::artifact_files::{Companion, Named};
use super::options::{EXIT_STATUS, ReportFormat, Verdict};
use super::output;
use super::ticker::Ticker;
use anyhow::{Context as _, bail};
use heft_data::compress::{brotli, gzip};
use heft_data::table::{Style, Table};
use heft_size::attribution::Attribution;
use heft_size::diff::{self, DiffReport, Side, compare, of_file};
use heft_size::render::path;
use heft_size::why::{Why, WhyError, why};
use heft_wasm::bytes::Bytes;
use std::path::{Path, PathBuf};
use wasm_heft::files;

const AFTER_HELP: &str = "\
What is shown:
  fingerprint  whether both files were made with the same tools, arguments and lock, from the records
               that `optimize --record` wrote: X.json beside X.wasm, or --record-old and --record-new;
               else what the files' `producers` sections say. Only what both records say
               is called the same; a toolchain that changed is said to be a cause
  sections     those that differ; the changes add up to that of the file
  crates       likewise, crates and C libraries first, then parts of the format in brackets
  functions    those that differ: grew, shrank, appeared, vanished, renamed. Matched by name without
               hash, then by content with the numbers of called functions left out; with the core module
               each is in, and its index there

Names are found as `size` finds them. When one of the files has none, there are sections only.

Examples:
    wasm-heft diff old/app.wasm new/app.wasm
    wasm-heft diff --no-compress --top 50 --format markdown old.wasm new.wasm
    wasm-heft diff --why regex::find old.wasm new.wasm";

/// Explain a difference: toolchain or source, then sections, crates, functions
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The file before; `-` is standard input
    old: PathBuf,

    /// The file after
    new: PathBuf,

    /// The old file's symbols file, with function names
    #[arg(long, value_name = "FILE")]
    names_old: Option<PathBuf>,

    /// The new file's symbols file, with function names
    #[arg(long, value_name = "FILE")]
    names_new: Option<PathBuf>,

    /// The old file's record
    #[arg(long, value_name = "FILE")]
    record_old: Option<PathBuf>,

    /// The new file's record
    #[arg(long, value_name = "FILE")]
    record_new: Option<PathBuf>,

    /// Leave gzip and brotli out, which take far longer than all the rest
    #[arg(long)]
    no_compress: bool,

    /// How many functions to show; JSON has all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,

    /// Also show a shortest path from an export to this function of the new file, or of the old one if
    /// only that has it
    #[arg(long, value_name = "FUNCTION")]
    why: Option<String>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
}

/// As gzip and as brotli.
type Compressed = (Option<Bytes>, Option<Bytes>);

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        if files::is_stdio(&self.old) && files::is_stdio(&self.new) {
            bail!("both files are standard input; name at least one of them");
        }
        let old = Named::read(&self.old, self.names_old.as_deref())?;
        let new = Named::read(&self.new, self.names_new.as_deref())?;
        let (old_file, new_file) = (old.attribute()?, new.attribute()?);
        let (before, after) = (&old_file.attribution, &new_file.attribution);
        if before.kind != after.kind {
            bail!(
                "cannot compare `{}` and `{}`: the first is a {}, the second a {}; compare two files made for one target",
                old.name,
                new.name,
                before.kind,
                after.kind
            );
        }
        let mut notes = Vec::new();
        for (file, found) in [(&old, before), (&new, after)] {
            notes.extend(
                found
                    .notes
                    .iter()
                    .map(|note| format!("`{}`: {note}", file.name)),
            );
        }
        let prints = (
            fingerprint(&old, &self.old, self.record_old.as_deref(), &mut notes)?,
            fingerprint(&new, &self.new, self.record_new.as_deref(), &mut notes)?,
        );
        let why = match &self.why {
            Some(name) => Some(why_in(before, after, name)?),
            None => None,
        };
        let ((gzip_old, brotli_old), (gzip_new, brotli_new)) = self.compressed_sizes(&old, &new);
        let report = DiffReport {
            schema: diff::SCHEMA,
            fingerprints: compare(&prints.0, &prints.1),
            diff: diff::diff(before, after),
            old: Side {
                names: before.has_names.then(|| old_file.source.to_owned()),
                path: old.name.clone(),
                gzip_bytes: gzip_old,
                brotli_bytes: brotli_old,
            },
            new: Side {
                names: after.has_names.then(|| new_file.source.to_owned()),
                path: new.name.clone(),
                gzip_bytes: gzip_new,
                brotli_bytes: brotli_new,
            },
            why,
            notes,
        };
        output::print(&self.render(&report)?)?;
        Ok(Verdict::Pass)
    }

    /// The compressed sizes of both files, on all cores; nothing when they are not asked for.
    fn compressed_sizes(&self, old: &Named<'_>, new: &Named<'_>) -> (Compressed, Compressed) {
        if self.no_compress {
            return ((None, None), (None, None));
        }
        let ticker = Ticker::start("compressing", 2);
        let compress = |file: &Named<'_>| {
            let (gzip, brotli) = rayon::join(|| gzip(&file.bytes), || brotli(&file.bytes));
            ticker.one_done();
            (Some(gzip), Some(brotli))
        };
        rayon::join(|| compress(old), || compress(new))
    }

    fn render(&self, report: &DiffReport) -> anyhow::Result<String> {
        let style = match self.format {
            ReportFormat::Json => return output::json(report),
            ReportFormat::Text => Style::Text,
            ReportFormat::Markdown | ReportFormat::Github => Style::Markdown,
        };
        let (diff, prints) = (&report.diff, &report.fingerprints);
        let mut out = match self.format {
            ReportFormat::Github => diff::render::github(diff, prints, self.top),
            _ => diff::render::tables(diff, prints, self.top, style),
        };
        if let Some(table) = compressed(report) {
            out.push('\n');
            out.push_str(&table.render(style));
        }
        for note in &report.notes {
            out.push_str(&format!("\nnote: {}\n", style.say(note)));
        }
        if let Some(why) = &report.why {
            out.push_str(&format!("\n{}", path(why, style)));
        }
        Ok(out)
    }
}

fn compressed(report: &DiffReport) -> Option<Table> {
    let mut table = Table::new(&["compressed", ">old", ">new", ">change"]);
    let rows = [
        ("gzip", report.old.gzip_bytes, report.new.gzip_bytes),
        ("brotli", report.old.brotli_bytes, report.new.brotli_bytes),
    ];
    for (name, old, new) in rows {
        let (old, new) = (old?, new?);
        table.row([
            name.to_owned(),
            old.to_string(),
            new.to_string(),
            new.minus(old).to_string(),
        ]);
    }
    Some(table)
}

/// What is known of what made a file: by the record given, else by the one beside it, and by the file
/// itself, else by its symbols file.
fn fingerprint(
    file: &Named<'_>,
    path: &Path,
    record: Option<&Path>,
    notes: &mut Vec<String>,
) -> anyhow::Result<diff::Fingerprint> {
    let mut found = match record {
        Some(record) => {
            let content = files::read(record)?;
            of_file(&file.bytes, Some(&content)).with_context(|| {
                format!(
                    "cannot use the record `{}` for `{}`",
                    record.display(),
                    file.name
                )
            })?
        }
        None => {
            let content = Companion::Record.find(path).map(|it| files::read(&it));
            let content = content.transpose()?;
            match of_file(&file.bytes, content.as_deref()) {
                Ok(found) => found,
                Err(err) => {
                    let beside = Companion::Record.path(path);
                    notes.push(format!("`{}` is not used: {err}", beside.display()));
                    of_file(&file.bytes, None)?
                }
            }
        }
    };
    if let (true, Some(symbols)) = (found.producers.is_empty(), file.symbols()) {
        found.producers = of_file(symbols, None)?.producers;
    }
    Ok(found)
}

/// Looks in the new file, then in the old one.
fn why_in(old: &Attribution<'_>, new: &Attribution<'_>, name: &str) -> Result<Why, WhyError> {
    match why(new, name) {
        Err(err @ WhyError::Unknown { .. }) => why(old, name).map_err(|_| err),
        found => found,
    }
}
