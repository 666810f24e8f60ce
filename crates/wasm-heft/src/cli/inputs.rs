//! What `gate` and `accept` read: artifacts with their records and symbols files, baselines, results.

use super::artifact_files::{Attributed, Companion, Named};
use super::refusal::{check_wasm, coded};
use super::ticker::Ticker;
use anyhow::{Context as _, bail};
use heft_data::bench_result::{self, BenchReport};
use heft_data::measure::Measure;
use heft_data::provenance::Provenance;
use heft_data::sha256;
use heft_data::source::json::parse;
use heft_gate::artifact::Artifact;
use heft_gate::baseline::{self, Measured, Weighed};
use heft_gate::codes;
use heft_gate::report::Unsound;
use heft_size::breakdown::Breakdown;
use heft_size::soundness::soundness;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use wasm_heft::files;

/// Artifacts and what is known of them.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Inputs {
    /// A record of `optimize`, for the artifact or benched module whose content it describes;
    /// may be given often. Artifacts need none if `X.json` is beside `X.wasm`
    #[arg(long, value_name = "FILE")]
    record: Vec<PathBuf>,

    /// The symbols file of an artifact, if it is not `X.names.wasm` beside `X.wasm`
    #[arg(long, value_name = "NAME=FILE", value_parser = name_file)]
    names: Vec<(String, PathBuf)>,

    /// What made the artifacts or modules that have no record, e.g. rustc=1.97.1
    #[arg(long, value_name = "KEY=VALUE", value_parser = super::options::key_value)]
    fingerprint: Vec<(String, String)>,

    /// Artifacts: the name budgets and baselines go by, and the file. Without any, and without --bench:
    /// those of the heft.toml that is here or above
    #[arg(value_name = "NAME=FILE", value_parser = name_file)]
    pub(crate) artifacts: Vec<(String, PathBuf)>,
}

impl Inputs {
    /// Reads the artifacts, in their order: all of them, so that a wrong name is told at once.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<Content>> {
        let mut names: Vec<&str> = self.artifacts.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            let words = format!("artifact `{}` is given twice; name each once", twice[0]);
            return Err(coded(words, codes::BUDGETS));
        }
        let read = |(name, path): &(String, PathBuf)| -> anyhow::Result<Content> {
            let bytes = files::read(path).with_context(|| format!("artifact `{name}`"))?;
            check_wasm(path, &bytes).with_context(|| format!("artifact `{name}`"))?;
            Ok(Content {
                name: name.clone(),
                path: path.clone(),
                bytes,
                sha256: OnceLock::new(),
            })
        };
        self.artifacts.iter().map(read).collect()
    }

    /// Each artifact with its symbols file.
    pub(crate) fn named<'c>(&self, contents: &'c [Content]) -> anyhow::Result<Vec<Named<'c>>> {
        let named = |content: &'c Content| {
            let symbols = self.names.iter().find(|(of, _)| *of == content.name);
            let symbols = symbols.map(|(_, symbols)| symbols.as_path());
            Named::new(&content.path, Cow::Borrowed(&content.bytes), symbols)
                .with_context(|| format!("symbols file of `{}`", content.name))
        };
        contents.iter().map(named).collect()
    }

    /// What made each artifact and what it is made of.
    pub(crate) fn take_apart(
        &self,
        contents: &[Content],
        attributed: &[Attributed<'_>],
    ) -> anyhow::Result<Vec<Apart>> {
        let records = self.records()?;
        let apart = |(content, found): (&Content, &Attributed<'_>)| {
            let provenance = self.provenance(content, &records)?;
            if let Some(err) = &found.refused {
                bail!(
                    "artifact `{}`: `{}`: {err}",
                    content.name,
                    content.path.display()
                );
            }
            Ok((Breakdown::of(&found.attribution), provenance))
        };
        contents.iter().zip(attributed).map(apart).collect()
    }

    /// Joins a result of `bench` with the records.
    pub(crate) fn keyed(&self, path: &Path, report: &BenchReport) -> anyhow::Result<Vec<Measured>> {
        baseline::keyed(report, &self.records()?, self.vouched().as_ref())
            .map_err(|err| coded(err, codes::RECORD))
            .with_context(|| path.display().to_string())
    }

    /// Makes sure that every record and symbols file is of something that was given: one of nothing is a
    /// mistake.
    pub(crate) fn check_companions(
        &self,
        contents: &[Content],
        report: Option<&BenchReport>,
    ) -> anyhow::Result<()> {
        for (name, _) in &self.names {
            if contents.iter().all(|content| content.name != *name) {
                let words = format!("--names is given for `{name}`, and no such artifact is");
                return Err(coded(words, codes::RECORD));
            }
        }
        for (path, record) in self.record.iter().zip(self.records()?) {
            let of_module = |report: &BenchReport| {
                let mut modules = report.modules.iter();
                modules.any(|module| record.sha256.as_ref() == Some(&module.sha256))
            };
            let of_artifact = |content: &Content| record.check("", "", content.sha256()).is_ok();
            if !contents.iter().any(of_artifact) && !report.is_some_and(of_module) {
                let words = format!(
                    "the record `{}` is of none of the files given: its output has SHA-256 {:.12}...; leave it out, or pass the record written with the file",
                    path.display(),
                    record.sha256.unwrap_or_default()
                );
                return Err(coded(words, codes::RECORD));
            }
        }
        Ok(())
    }

    fn records(&self) -> anyhow::Result<Vec<Provenance>> {
        self.record
            .iter()
            .map(|path| read_json(path, |file, text| parsed(Provenance::parse(file, text))))
            .collect()
    }

    fn vouched(&self) -> Option<Provenance> {
        let pairs: BTreeMap<String, String> = self.fingerprint.iter().cloned().collect();
        (!pairs.is_empty()).then(|| Provenance::from_pairs(pairs))
    }

    fn provenance(&self, content: &Content, records: &[Provenance]) -> anyhow::Result<Provenance> {
        let (name, path) = (&content.name, &content.path);
        let file = path.display().to_string();
        let describes = |record: &&Provenance| record.check("", &file, content.sha256()).is_ok();
        if let Some(record) = records.iter().find(describes) {
            return Ok(record.clone());
        }
        let mut but = String::new();
        if let Some(beside) = Companion::Record.find(path) {
            match read_json(&beside, Provenance::parse) {
                Ok(record) => {
                    let checked =
                        record.check(&beside.display().to_string(), &file, content.sha256());
                    checked.map_err(|err| coded(err, codes::RECORD))?;
                    return Ok(record);
                }
                // Any program may have written a file of this name.
                Err(err) => but = format!(", and that is {err:#}"),
            }
        }
        if let Some(vouched) = self.vouched() {
            return Ok(vouched);
        }
        let words = format!(
            "artifact `{name}` has no record: expected `{}`, as `wasm-heft optimize --record` writes it{but}; pass --record FILE, or name its tools with --fingerprint KEY=VALUE",
            Companion::Record.path(path).display(),
        );
        Err(coded(words, codes::RECORD))
    }
}

/// An artifact that was read.
pub(crate) struct Content {
    name: String,
    path: PathBuf,
    bytes: Vec<u8>,
    sha256: OnceLock<String>,
}

impl Content {
    /// Its SHA-256, which every record is compared with.
    fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| sha256::hex(&self.bytes))
    }
}

/// Attributes each file.
pub(crate) fn attribute<'n>(named: &'n [Named<'_>]) -> anyhow::Result<Vec<Attributed<'n>>> {
    named.iter().map(Named::attribute).collect()
}

/// The artifacts that corrupt memory, and those of which it is not known.
pub(crate) fn unsound(contents: &[Content], attributed: &[Attributed<'_>]) -> Vec<Unsound> {
    let both = contents.iter().zip(attributed);
    let found = both.filter_map(|(content, found)| {
        let soundness = soundness(&content.bytes, &found.attribution)?;
        Unsound::new(&content.name, soundness)
    });
    found.collect()
}

/// What an artifact is made of, and what made it.
pub(crate) type Apart = (Breakdown, Provenance);

/// Measures the artifacts by what `asked` says for each name.
pub(crate) fn measure(
    contents: &[Content],
    asked: impl Fn(&str) -> Vec<Measure> + Sync,
) -> Vec<Artifact> {
    use rayon::prelude::*;
    let ticker = Ticker::start("weighing", contents.len());
    let measure = |content: &Content| {
        let artifact = Artifact::measure(&content.name, &content.bytes, &asked(&content.name));
        ticker.one_done();
        artifact
    };
    contents.par_iter().map(measure).collect()
}

/// Puts together what is known of each artifact.
pub(crate) fn weighed(measured: &[Artifact], apart: Vec<Apart>) -> Vec<Weighed> {
    let both = measured.iter().zip(apart);
    both.map(|(artifact, (breakdown, provenance))| {
        Weighed::new(artifact.clone(), breakdown, &provenance)
    })
    .collect()
}

/// What is wrong with a file, with its code.
pub(crate) fn parsed<T, E: std::fmt::Display>(result: Result<T, E>) -> anyhow::Result<T> {
    result.map_err(|err| coded(err, codes::FILE))
}

/// Reads a result of `bench`.
pub(crate) fn bench_report(path: &Path) -> anyhow::Result<BenchReport> {
    let report: BenchReport = read_json(path, |file, text| parsed(parse(file, text)))?;
    if report.schema != bench_result::SCHEMA {
        let words = format!(
            "{}: schema {} is not known, expected {}",
            path.display(),
            report.schema,
            bench_result::SCHEMA
        );
        return Err(coded(words, codes::FILE));
    }
    if report.rows.is_empty() {
        let words = format!(
            "{}: it has no rows, so it holds nothing; run the bench again",
            path.display()
        );
        return Err(coded(words, codes::FILE));
    }
    Ok(report)
}

/// Reads a file of JSON with `parse`, which is given its name and its text.
pub(crate) fn read_json<T, E: Into<anyhow::Error>>(
    path: &Path,
    parse: impl FnOnce(&str, &str) -> Result<T, E>,
) -> anyhow::Result<T> {
    let text = text(path)?;
    parse(&path.display().to_string(), &text).map_err(Into::into)
}

/// Like [`read_json`]; `None` where there is no such file.
pub(crate) fn read_json_if_there<T, E: Into<anyhow::Error>>(
    path: &Path,
    parse: impl FnOnce(&str, &str) -> Result<T, E>,
) -> anyhow::Result<Option<T>> {
    if !path.try_exists().unwrap_or(true) {
        return Ok(None);
    }
    read_json(path, parse).map(Some)
}

/// Reads a file of text.
pub(crate) fn text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(files::read(path)?)
        .with_context(|| format!("`{}` is not text", path.display()))
}

/// Reads an argument NAME=FILE.
pub(crate) fn name_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(file)))
        }
        _ => Err("expected NAME=FILE, e.g. talc-wasip1=clawft.wasm".to_owned()),
    }
}
