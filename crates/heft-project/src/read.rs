//! Reads a `heft.toml`.

use crate::error::Error;
use crate::near;
use crate::project::{
    Allocator, Artifact, Converge, DEFAULT_PROFILE, Effort, Optimize, Panics, Project, Target,
};
use heft_data::measure::Measure;
use heft_data::source::toml_file::{Source, TomlError};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The version of the file's shape that this reads.
pub(crate) const SCHEMA: u32 = 1;

/// Reads the text of a file. Paths in it start from the file's folder.
///
/// # Errors
///
/// When it says something wrong: the first such thing, with its line.
pub fn read(path: &Path, text: &str) -> Result<Project, Error> {
    let file = path.display().to_string();
    let source = Source { file: &file, text };
    let raw: RawFile = source.read().map_err(|err| TomlError {
        message: near::explain(&err.message),
        ..err
    })?;
    if *raw.schema.get_ref() != SCHEMA {
        let message = format!(
            "schema {} is not known, expected {SCHEMA}; a newer wasm-heft may know it",
            raw.schema.get_ref()
        );
        return Err(source.error(raw.schema.span(), message).into());
    }
    if raw.artifact.is_empty() {
        let message = "expected at least one [[artifact]], found none; e.g. [[artifact]] with package = \"app\"";
        return Err(source.error(0..0, message.to_owned()).into());
    }
    let root = path.parent().unwrap_or(Path::new("")).to_owned();
    let in_root = |name: Option<PathBuf>, default: &str| {
        root.join(name.unwrap_or_else(|| PathBuf::from(default)))
    };
    let artifacts = raw.artifact.into_iter();
    let artifacts: Vec<(Spanned<()>, Artifact)> = artifacts
        .map(|raw| {
            let span = raw.span();
            let artifact = artifact(&source, raw.into_inner())?;
            Ok((Spanned::new(span, ()), artifact))
        })
        .collect::<Result<_, Error>>()?;
    refuse_twice(&source, &artifacts)?;
    Ok(Project {
        budgets: raw.budgets.map(|name| root.join(name)),
        baseline: in_root(raw.baseline, "sizes.json"),
        output: in_root(raw.output, "target/heft"),
        optimize: optimize(&source, raw.optimize)?,
        artifacts: artifacts
            .into_iter()
            .map(|(_, artifact)| artifact)
            .collect(),
        root,
    })
}

/// Two artifacts of one name would write the same files.
fn refuse_twice(source: &Source<'_>, artifacts: &[(Spanned<()>, Artifact)]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for (place, artifact) in artifacts {
        for variant in artifact.variants() {
            if !seen.insert(variant.name.clone()) {
                let message = format!(
                    "`{}` is the name of two artifacts; give this one another `name`",
                    variant.name
                );
                return Err(source.error(place.span(), message).into());
            }
        }
    }
    Ok(())
}

fn artifact(source: &Source<'_>, raw: RawArtifact) -> Result<Artifact, Error> {
    let package = raw.package.get_ref().clone();
    let bin = raw.bin.unwrap_or_else(|| package.clone());
    let name = match raw.name {
        Some(name) => checked_name(source, &name)?,
        None => checked(source, raw.package.span(), &bin)?,
    };
    let targets = match raw.targets {
        Some(targets) => read_targets(source, &targets)?,
        None => Target::ALL.to_vec(),
    };
    let profiles = match raw.profiles {
        Some(profiles) => {
            refuse_empty(source, &profiles, "profiles", DEFAULT_PROFILE)?;
            let names = profiles.into_inner().into_iter();
            names
                .map(|name| checked_name(source, &name))
                .collect::<Result<_, _>>()?
        }
        None => vec![DEFAULT_PROFILE.to_owned()],
    };
    let mut allocators = BTreeMap::new();
    for (name, raw) in raw.allocators {
        let allocator = Allocator {
            features: raw.features,
            heap: raw.heap,
        };
        allocators.insert(checked_name(source, &name)?, allocator);
    }
    Ok(Artifact {
        name,
        package,
        bin,
        targets,
        profiles,
        features: raw.features,
        default_features: raw.default_features.unwrap_or(true),
        allocators,
    })
}

fn read_targets(
    source: &Source<'_>,
    targets: &Spanned<Vec<Spanned<String>>>,
) -> Result<Vec<Target>, Error> {
    refuse_empty(source, targets, "targets", "wasip1")?;
    let known = Target::ALL.map(Target::name);
    let mut read = Vec::new();
    for name in targets.get_ref() {
        let wrong = |message| Err(source.error(name.span(), message).into());
        let Some(target) = Target::named(name.get_ref()) else {
            let short = name.get_ref().trim_start_matches("wasm32-");
            let hint = match near::nearest(short, &known) {
                Some(name) => format!("did you mean `{name}`? "),
                None => String::new(),
            };
            let known = known.map(|name| format!("`{name}`")).join(", ");
            return wrong(format!(
                "target `{}` is not known; {hint}known are {known}",
                name.get_ref()
            ));
        };
        if read.contains(&target) {
            return wrong(format!("target `{target}` is there twice; leave one out"));
        }
        read.push(target);
    }
    Ok(read)
}

fn refuse_empty<T>(
    source: &Source<'_>,
    list: &Spanned<Vec<T>>,
    key: &str,
    example: &str,
) -> Result<(), Error> {
    if !list.get_ref().is_empty() {
        return Ok(());
    }
    let message = format!("`{key}` is empty; expected at least one, e.g. {key} = [\"{example}\"]");
    Err(source.error(list.span(), message).into())
}

/// A name becomes part of file names.
fn checked_name(source: &Source<'_>, name: &Spanned<String>) -> Result<String, Error> {
    checked(source, name.span(), name.get_ref())
}

fn checked(source: &Source<'_>, span: Range<usize>, text: &str) -> Result<String, Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    let message = format!(
        "name \"{}\": expected letters, digits, `-` and `_`, since files are named after it",
        text.escape_debug()
    );
    Err(source.error(span, message).into())
}

fn optimize(source: &Source<'_>, raw: RawOptimize) -> Result<Optimize, Error> {
    let default = Optimize::default();
    let time_limit_seconds = match raw.time_limit_seconds {
        Some(seconds) if *seconds.get_ref() == 0 => {
            let message =
                "`time-limit-seconds` is 0; expected seconds above 0, or no such key for no limit";
            return Err(source.error(seconds.span(), message.to_owned()).into());
        }
        seconds => seconds.map(Spanned::into_inner),
    };
    let cross_module = raw.cross_module.unwrap_or(default.cross_module);
    let prune_imports = match raw.prune_imports {
        Some(prune) if *prune.get_ref() && !cross_module => {
            let message =
                "`prune-imports` needs `cross-module`, which is false; leave one of the two out";
            return Err(source.error(prune.span(), message.to_owned()).into());
        }
        prune => prune.map_or(default.prune_imports, Spanned::into_inner),
    };
    Ok(Optimize {
        arguments: raw.arguments.unwrap_or(default.arguments),
        converge: raw.converge.unwrap_or(default.converge),
        effort: raw.effort.unwrap_or(default.effort),
        smallest: raw.smallest.unwrap_or(default.smallest),
        cross_module,
        prune_imports,
        keep_exports: raw.keep_exports,
        panics: raw.panics.unwrap_or(default.panics),
        time_limit_seconds,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawFile {
    schema: Spanned<u32>,
    budgets: Option<PathBuf>,
    baseline: Option<PathBuf>,
    output: Option<PathBuf>,
    #[serde(default)]
    optimize: RawOptimize,
    #[serde(default)]
    artifact: Vec<Spanned<RawArtifact>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawOptimize {
    arguments: Option<Vec<String>>,
    converge: Option<Converge>,
    effort: Option<Effort>,
    smallest: Option<Measure>,
    cross_module: Option<bool>,
    prune_imports: Option<Spanned<bool>>,
    keep_exports: Option<Vec<String>>,
    panics: Option<Panics>,
    time_limit_seconds: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawArtifact {
    name: Option<Spanned<String>>,
    package: Spanned<String>,
    bin: Option<String>,
    targets: Option<Spanned<Vec<Spanned<String>>>>,
    profiles: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    features: Vec<String>,
    default_features: Option<bool>,
    #[serde(default)]
    allocators: BTreeMap<Spanned<String>, RawAllocator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawAllocator {
    features: Vec<String>,
    heap: Option<Vec<String>>,
}
