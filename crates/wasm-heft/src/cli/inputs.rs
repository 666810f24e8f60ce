//! What `gate` and `accept` read: artefacts with their records and twins, baselines, results.

use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use wasm_heft::bench_result::{self, BenchReport};
use wasm_heft::files;
use wasm_heft::gate::Artefact;
use wasm_heft::ratchet::{self, JsonError, MadeBy, Measured, Weighed};
use wasm_heft::tree::has_function_names;

/// Artefacts and what is known of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Inputs {
    /// A record of `optimize`, for the artefact or benched module whose content it describes;
    /// may be given often. Artefacts need none if `X.json` is beside `X.wasm`
    #[arg(long, value_name = "FILE")]
    record: Vec<PathBuf>,

    /// The named twin of an artefact, if it is not `X.names.wasm` beside `X.wasm`
    #[arg(long, value_name = "NAME=FILE", value_parser = name_file)]
    names: Vec<(String, PathBuf)>,

    /// What made the artefacts or modules that have no record, e.g. rustc=1.97.1
    #[arg(long, value_name = "KEY=VALUE", value_parser = super::key_value)]
    fingerprint: Vec<(String, String)>,

    /// Artefacts: the name budgets and baselines go by, and the file
    #[arg(value_name = "NAME=FILE", required_unless_present = "bench", value_parser = name_file)]
    pub(crate) artefacts: Vec<(String, PathBuf)>,
}

impl Inputs {
    /// Reads and weighs the artefacts, in their order.
    pub(crate) fn artefacts(&self) -> anyhow::Result<Vec<(Artefact, Vec<u8>)>> {
        use rayon::prelude::*;
        let read = |(name, path): &(String, PathBuf)| -> anyhow::Result<(String, Vec<u8>)> {
            let content = files::read(path).with_context(|| format!("artefact `{name}`"))?;
            wasm_heft::binary::kind(&content)
                .with_context(|| format!("artefact `{name}`: cannot weigh `{}`", path.display()))?;
            Ok((name.clone(), content))
        };
        // All are read before the first is compressed, so that a wrong name is told at once.
        let contents = self
            .artefacts
            .iter()
            .map(read)
            .collect::<anyhow::Result<Vec<_>>>()?;
        let (count, done) = (contents.len(), AtomicUsize::new(0));
        let measure = |(name, content): (String, Vec<u8>)| {
            let artefact = Artefact::measure(&name, &content);
            let done = 1 + done.fetch_add(1, Ordering::Relaxed);
            if count > 1 && super::progress::shown() {
                eprintln!("weighed {done} of {count}: {name}");
            }
            (artefact, content)
        };
        Ok(contents.into_par_iter().map(measure).collect())
    }

    /// Adds to each artefact what made it and what it is made of.
    pub(crate) fn weigh(&self, measured: &[(Artefact, Vec<u8>)]) -> anyhow::Result<Vec<Weighed>> {
        let mut names: Vec<&str> = self
            .artefacts
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            bail!("artefact `{}` is given twice; name each once", twice[0]);
        }
        if let Some((name, _)) = self
            .names
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()))
        {
            bail!("--names is given for `{name}`, and no such artefact is");
        }
        let records = self.records()?;
        let weigh =
            |((name, path), (artefact, content)): (&(String, PathBuf), &(Artefact, Vec<u8>))| {
                let made_by = self.made_by(name, path, content, &records)?;
                let twin = self.twin(name, path)?;
                let parts = ratchet::parts(content, twin.as_deref())
                    .with_context(|| format!("artefact `{name}`: `{}`", path.display()))?;
                Ok(Weighed::new(artefact.clone(), parts, &made_by))
            };
        self.artefacts.iter().zip(measured).map(weigh).collect()
    }

    /// Reads a result of `bench` and joins it with the records.
    pub(crate) fn bench(&self, path: &Path) -> anyhow::Result<Vec<Measured>> {
        let report: BenchReport = read_json(path, ratchet::parse)?;
        let file = path.display();
        if report.schema != bench_result::SCHEMA {
            bail!(
                "{file}: schema {} is not known, expected {}",
                report.schema,
                bench_result::SCHEMA
            );
        }
        ratchet::keyed(&report, &self.records()?, self.vouched().as_ref())
            .with_context(|| file.to_string())
    }

    fn records(&self) -> anyhow::Result<Vec<MadeBy>> {
        self.record
            .iter()
            .map(|path| read_json(path, MadeBy::parse))
            .collect()
    }

    fn vouched(&self) -> Option<MadeBy> {
        let pairs: BTreeMap<String, String> = self.fingerprint.iter().cloned().collect();
        (!pairs.is_empty()).then(|| MadeBy::from_pairs(pairs))
    }

    fn made_by(
        &self,
        name: &str,
        path: &Path,
        content: &[u8],
        records: &[MadeBy],
    ) -> anyhow::Result<MadeBy> {
        let file = path.display().to_string();
        let describes = |record: &&MadeBy| record.check("", &file, content).is_ok();
        if let Some(record) = records.iter().find(describes) {
            return Ok(record.clone());
        }
        let beside = path.with_extension("json");
        if !files::is_stdio(path) && beside.is_file() {
            let record: MadeBy = read_json(&beside, MadeBy::parse)?;
            record.check(&beside.display().to_string(), &file, content)?;
            return Ok(record);
        }
        if let Some(vouched) = self.vouched() {
            return Ok(vouched);
        }
        bail!(
            "artefact `{name}` has no record: expected `{}`, as `wasm-heft optimize --record` writes it; pass --record FILE, or name its tools with --fingerprint KEY=VALUE",
            beside.display(),
        )
    }

    fn twin(&self, name: &str, path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
        if let Some((_, twin)) = self.names.iter().find(|(of, _)| of == name) {
            return Ok(Some(
                files::read(twin).with_context(|| format!("named twin of `{name}`"))?,
            ));
        }
        let beside = path.with_extension("names.wasm");
        if files::is_stdio(path) || !beside.is_file() {
            return Ok(None);
        }
        // `optimize --names` writes one without names for a file that has none.
        Ok(Some(files::read(&beside)?).filter(|twin| has_function_names(twin)))
    }
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
pub(crate) fn read_json_if_there<T>(
    path: &Path,
    parse: impl FnOnce(&str, &str) -> Result<T, JsonError>,
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
