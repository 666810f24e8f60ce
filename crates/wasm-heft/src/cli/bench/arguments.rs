//! Reading single arguments of `wasm-heft bench` and `wasm-heft profile`.

use anyhow::{Context as _, bail};
use heft_bench::{ModuleFile, Preopen};
use heft_data::bench_result::Case;
use heft_wasm::bytes::Bytes;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use wasm_heft::files;

/// `NAME[=ARGS]`
#[derive(Clone, Debug)]
pub(in crate::cli) struct CaseArgument(pub(in crate::cli) Case);

impl FromStr for CaseArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, arguments) = match text.split_once('=') {
            Some((name, arguments)) => (name, split(arguments)?),
            None => (text, vec![text.to_owned()]),
        };
        if name.is_empty() {
            return Err("expected NAME[=ARGS], e.g. small='churn --rounds 10'".to_owned());
        }
        Ok(Self(Case {
            name: name.to_owned(),
            arguments,
        }))
    }
}

/// Splits arguments as a shell does.
pub(in crate::cli) fn split(text: &str) -> Result<Vec<String>, String> {
    shlex::split(text).ok_or_else(|| format!("`{text}` has a quote that does not end"))
}

/// `HOST[::GUEST]`
#[derive(Clone, Debug)]
pub(in crate::cli) struct PreopenArgument(pub(in crate::cli) Preopen);

impl FromStr for PreopenArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, guest) = text.split_once("::").unwrap_or((text, text));
        if host.is_empty() || guest.is_empty() {
            return Err("expected HOST[::GUEST], e.g. fixtures::/data".to_owned());
        }
        if !Path::new(host).is_dir() {
            return Err(format!("`{host}` is not a folder"));
        }
        Ok(Self(Preopen {
            host: PathBuf::from(host),
            guest: guest.to_owned(),
        }))
    }
}

/// `[NAME=]FILE`; the name is the file's stem otherwise.
pub(in crate::cli) fn module(text: &str) -> Result<(String, PathBuf), String> {
    let wrong = || "expected [NAME=]FILE, e.g. talc-wasip1=clawft.wasm".to_owned();
    if let Some((name, file)) = text.split_once('=') {
        if name.is_empty() || file.is_empty() {
            return Err(wrong());
        }
        return Ok((name.to_owned(), PathBuf::from(file)));
    }
    let path = PathBuf::from(text);
    let stem = path.file_stem().ok_or_else(wrong)?;
    Ok((stem.to_string_lossy().into_owned(), path))
}

/// Reads the modules, whose names must differ.
pub(in crate::cli) fn read(named: &[(String, PathBuf)]) -> anyhow::Result<Vec<ModuleFile>> {
    let mut modules: Vec<ModuleFile> = Vec::new();
    for (name, path) in named {
        if modules.iter().any(|module| module.name == *name) {
            bail!("two modules are named `{name}`; name them, e.g. {name}-2=FILE");
        }
        let bytes = files::read(path).with_context(|| format!("module `{name}`"))?;
        modules.push(ModuleFile {
            name: name.clone(),
            bytes,
        });
    }
    Ok(modules)
}

/// `NAME=VALUE`
pub(in crate::cli) fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, e.g. RUST_BACKTRACE=1".to_owned()),
    }
}

/// `[CASE=]FILE`
pub(in crate::cli) fn expectation(text: &str) -> Result<(Option<String>, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((Some(name.to_owned()), PathBuf::from(file)))
        }
        None if !text.is_empty() => Ok((None, PathBuf::from(text))),
        _ => Err("expected [CASE=]FILE, e.g. churn=churn.txt".to_owned()),
    }
}

/// A size with its unit.
pub(in crate::cli) fn size(text: &str) -> Result<Bytes, String> {
    heft_wasm::bytes::parse_size(text)
}

/// A number of seconds above zero.
pub(in crate::cli) fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds above 0, e.g. 60".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(wrong)
}
