//! What `heft.toml` says: for `build`, and for commands that are given no files.

use super::optimize::smallest;
use super::optimizing::{self, Input};
use super::options::Verdict;
use super::output::{self, Painter};
use super::{inputs, refusal};
use anyhow::{Context as _, bail};
use heft_optimize::ending::Group;
use heft_optimize::{Optimized, Settings};
use heft_project::run::{Job, Optimizer, Running};
use heft_project::{Converge, Project, Variant};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus};
use std::time::Duration;
use wasm_heft::files::{self, Outputs};

/// The project that the current folder is in.
pub(crate) fn here() -> anyhow::Result<Project> {
    let folder = std::env::current_dir().context("cannot tell the current folder")?;
    heft_project::find(&folder, &text).context("no NAME=FILE is given")
}

/// Reads a heft.toml as any other input: no output takes its place.
fn text(path: &Path) -> Result<String, String> {
    inputs::text(path).map_err(|err| format!("{err:#}"))
}

/// A path as short as it is from the current folder, for people to read.
pub(crate) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_owned()
}

/// The artifacts of a project: names, and files that `build` made.
pub(crate) fn artifacts(project: &Project) -> anyhow::Result<Vec<(String, PathBuf)>> {
    built(project, &project.variants())
}

/// The artifacts of one program of a project: of `name`, which may be left out where there is only one.
#[cfg(feature = "bench")]
pub(crate) fn artifacts_of(
    project: &Project,
    name: Option<&str>,
) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let programs = &project.artifacts;
    let names = programs.iter().map(|it| format!("`{}`", it.name));
    let known = names.collect::<Vec<_>>().join(", ");
    let program = match (name, programs.as_slice()) {
        (None, [only]) => Some(only),
        (None, _) => bail!(
            "heft.toml has {} programs, and runs of different ones do not compare; pass --program NAME, one of {known}",
            programs.len()
        ),
        (Some(name), _) => programs.iter().find(|program| program.name == name),
    };
    let program = program.with_context(|| {
        format!(
            "--program: heft.toml has no `{}`; there are {known}",
            name.unwrap_or_default()
        )
    })?;
    built(project, &program.variants())
}

fn built(project: &Project, variants: &[Variant]) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let file = |variant: &Variant| {
        let path = project.files(variant).artifact;
        if !path.is_file() {
            bail!(
                "`{}` is not built: expected `{}`; run `wasm-heft build`",
                variant.name,
                path.display()
            );
        }
        Ok((variant.name.clone(), path))
    };
    variants.iter().map(file).collect()
}

/// Runs `build`.
pub(crate) fn build(
    args: &heft_project::commands::build::Args,
    painter: Painter,
) -> anyhow::Result<Verdict> {
    output::print(&args.run(&Own { painter }, &output::progress)?)?;
    Ok(Verdict::Pass)
}

/// The optimizer of this program.
struct Own {
    painter: Painter,
}

impl Optimizer for Own {
    fn identity(&self) -> anyhow::Result<String> {
        let tool = refusal::wasm_opt(None)?;
        Ok(format!("{} {}", env!("CARGO_PKG_VERSION"), tool.version()))
    }

    fn optimize(&self, job: &Job<'_>) -> anyhow::Result<()> {
        let input = Input {
            path: job.input,
            content: &files::read(job.input)?,
            // Several may be at it at once.
            label: job.files.artifact.file_stem().and_then(OsStr::to_str),
        };
        let mut optimized = optimizing::optimize(&input, None, &settings(job), self.painter)?;
        let (artifact, names) = (&job.files.artifact, &job.files.names);
        optimized.name_files(&files::name_of(artifact), Some(&files::name_of(names)));
        write(job, &optimized)
    }

    fn start(&self, command: &mut Command) -> io::Result<Box<dyn Running>> {
        Ok(Box::new(Started(Group::spawn(command)?)))
    }

    fn text(&self, path: &Path) -> Result<String, String> {
        text(path)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut outputs = Outputs::default();
        let written = outputs.replace(path, content);
        written
            .and_then(|()| outputs.commit())
            .map_err(io::Error::other)
    }
}

/// A program that ends with this one.
struct Started(Group);

impl Running for Started {
    fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout()
    }

    fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait()
    }
}

fn settings(job: &Job<'_>) -> Settings {
    Settings {
        arguments: job.settings.arguments.clone(),
        converge: match job.settings.converge {
            Converge::Auto => heft_optimize::Converge::Auto,
            Converge::Always => heft_optimize::Converge::Always,
            Converge::Never => heft_optimize::Converge::Never,
        },
        effort: match job.settings.effort {
            heft_project::Effort::Fast => heft_optimize::Effort::Fast,
            heft_project::Effort::Normal => heft_optimize::Effort::Normal,
            heft_project::Effort::Max => heft_optimize::Effort::Max,
        },
        smallest: smallest(job.settings.smallest),
        time_limit: job.settings.time_limit_seconds.map(Duration::from_secs),
        cross_module: job.settings.cross_module,
        prune_imports: job.settings.prune_imports,
        keep_exports: job.settings.keep_exports.clone(),
        panics: match job.settings.panics {
            heft_project::Panics::Keep => None,
            heft_project::Panics::Trap => Some(heft_optimize::Panics {
                readable: heft_size::attribution::folded_name,
            }),
        },
        fingerprint: job.fingerprint.to_vec(),
    }
}

fn write(job: &Job<'_>, optimized: &Optimized) -> anyhow::Result<()> {
    let mut outputs = Outputs::default();
    let json = output::json(&optimized.record)?;
    outputs.add(&job.files.names, &optimized.symbols)?;
    outputs.add(&job.files.record, json.as_bytes())?;
    outputs.add(&job.files.artifact, &optimized.output)?;
    outputs.commit()?;
    Ok(())
}
