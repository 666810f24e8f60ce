//! Runs a [`Plan`]: cargo, one variant after another; and while it goes on, what it made is optimized.

use crate::error::Error;
use crate::metadata::cargo;
use crate::plan::{CargoCommand, Plan, Step};
use crate::project::{Files, Optimize, Project, Variant};
use crate::state::{Built, State};
use heft_data::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::{fs, io, thread};

/// What optimizes a file: wasm-heft's own optimizer, or a test's.
pub trait Optimizer: Sync {
    /// What tells this optimizer and the tools it runs from others, e.g. versions. When it changes,
    /// everything is optimized again.
    ///
    /// # Errors
    ///
    /// When a tool is missing, in one line.
    fn identity(&self) -> anyhow::Result<String>;

    /// Optimizes one file. It writes all of `job`'s outputs, or none.
    ///
    /// # Errors
    ///
    /// When it cannot, in one line.
    fn optimize(&self, job: &Job<'_>) -> anyhow::Result<()>;

    /// Starts a program that a build waits for. Whoever ends what it starts when it is told to end itself
    /// does so here.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    fn start(&self, command: &mut Command) -> io::Result<Box<dyn Running>> {
        Ok(Box::new(command.spawn()?))
    }

    /// Reads a file of text. Whoever limits what is read does so here.
    ///
    /// # Errors
    ///
    /// When it can't be read, in one line that names it.
    fn text(&self, path: &Path) -> Result<String, String> {
        fs::read_to_string(path).map_err(|err| format!("cannot read `{}`: {err}", path.display()))
    }

    /// Writes a file of the output folder. Another build may read it meanwhile: it gets all of the file or what
    /// was there before.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(content)?;
        file.persist(path).map_err(|err| err.error)?;
        Ok(())
    }
}

/// A program that was started.
pub trait Running {
    /// What it prints, for whom the command says that it is a pipe.
    fn stdout(&mut self) -> Option<ChildStdout>;

    /// Waits until it has ended.
    ///
    /// # Errors
    ///
    /// When the system can't tell how it did.
    fn wait(&mut self) -> io::Result<ExitStatus>;
}

impl Running for Child {
    fn stdout(&mut self) -> Option<ChildStdout> {
        self.stdout.take()
    }

    fn wait(&mut self) -> io::Result<ExitStatus> {
        self.wait()
    }
}

/// One file to optimize.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// What to read.
    pub input: &'a Path,
    /// What to write.
    pub files: &'a Files,
    /// How.
    pub settings: &'a Optimize,
    /// Pairs for the record's fingerprint.
    pub fingerprint: &'a [(String, String)],
}

/// News from a build.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// cargo begins.
    Compiling {
        /// The variant.
        variant: &'a Variant,
        /// Which one it is, from 1.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// The optimizer begins.
    Optimizing(&'a Variant),
    /// The variant is there.
    Done(&'a Outcome),
}

/// What became of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The artifact.
    #[serde(serialize_with = "shown")]
    pub path: PathBuf,
    /// The size that cargo made.
    pub before_bytes: u64,
    /// The artifact's size.
    pub bytes: u64,
    /// Whether it was there already, from the same input by the same optimizer.
    pub unchanged: bool,
}

/// A path as it is shown: JSON has no other signs.
fn shown<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// Builds everything in `plan`. Returns what became of each variant, in the plan's order. `force` is for
/// what has not changed, too.
///
/// # Errors
///
/// The first failure. What was finished by then stays, and the next build takes it from there.
pub fn run(
    project: &Project,
    plan: &Plan,
    optimizer: &dyn Optimizer,
    force: bool,
    tell: &(dyn Fn(&Event<'_>) + Sync),
) -> Result<Vec<Outcome>, Error> {
    let identity = optimizer.identity().map_err(|err| Error::Optimize {
        variant: plan
            .steps
            .first()
            .map_or_else(String::new, |step| step.variant.name.clone()),
        why: format!("{err:#}"),
    })?;
    let folder = &project.output;
    let unoptimized = folder.join("unoptimized");
    fs::create_dir_all(&unoptimized).map_err(|why| Error::writing(&unoptimized, why))?;
    let build = Build {
        project,
        optimizer,
        force,
        tell,
        identity,
        state: Mutex::new(State::read(folder)),
    };
    // NB: results are gathered before an error is returned, so that no thread is left behind.
    let results = build.steps(plan);
    let state = build.state().text(folder)?;
    let path = State::path(folder);
    let written = optimizer.write(&path, state.as_bytes());
    written.map_err(|why| Error::writing(&path, why))?;
    results.into_iter().collect()
}

/// One build.
struct Build<'a> {
    project: &'a Project,
    optimizer: &'a dyn Optimizer,
    force: bool,
    tell: &'a (dyn Fn(&Event<'_>) + Sync),
    identity: String,
    state: Mutex<State>,
}

impl Build<'_> {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compiles in order, and optimizes beside it. Stops at the first command of cargo's that fails.
    fn steps(&self, plan: &Plan) -> Vec<Result<Outcome, Error>> {
        thread::scope(|scope| {
            let mut running = Vec::new();
            for (at, step) in plan.steps.iter().enumerate() {
                (self.tell)(&Event::Compiling {
                    variant: &step.variant,
                    number: at + 1,
                    of: plan.steps.len(),
                });
                // NB: the next command of cargo's may write over this one's program.
                let input = compile(step, self.optimizer).and_then(|made| self.take(step, &made));
                let failed = input.is_err();
                running.push(scope.spawn(move || self.finish(step, &input?)));
                if failed {
                    break;
                }
            }
            let results = running.into_iter().map(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            results.collect()
        })
    }

    /// Copies what cargo made to where it stays until it is optimized.
    fn take(&self, step: &Step, made: &Path) -> Result<Vec<u8>, Error> {
        let bytes = fs::read(made).map_err(|why| Error::reading(made, why))?;
        let known = fs::read(&step.unoptimized).unwrap_or_default();
        if known != bytes {
            let path = &step.unoptimized;
            let written = self.optimizer.write(path, &bytes);
            written.map_err(|why| Error::writing(path, why))?;
        }
        Ok(bytes)
    }

    /// Optimizes what is not there yet.
    fn finish(&self, step: &Step, input: &[u8]) -> Result<Outcome, Error> {
        // NB: not before cargo ran: the first run writes the lock.
        let fingerprint = fingerprint(self.project);
        let settings = settings_text(&self.identity, &self.project.optimize, &fingerprint);
        let (input_sha256, settings_sha256) =
            (sha256::hex(input), sha256::hex(settings.as_bytes()));
        let known = self.state().of(&step.variant.name).cloned();
        let unchanged = !self.force
            && known.is_some_and(|known| {
                known.input_sha256 == input_sha256
                    && known.settings_sha256 == settings_sha256
                    && digests(&step.files).is_some_and(|now| now == known.output_sha256)
            });
        if !unchanged {
            let built = Built {
                input_sha256,
                settings_sha256,
                output_sha256: self.optimize(step, &fingerprint)?,
            };
            self.state().insert(&step.variant.name, built);
        }
        let artifact = &step.files.artifact;
        let size = fs::metadata(artifact)
            .map_err(|why| Error::reading(artifact, why))?
            .len();
        let outcome = Outcome {
            name: step.variant.name.clone(),
            path: artifact.clone(),
            before_bytes: input.len() as u64,
            bytes: size,
            unchanged,
        };
        (self.tell)(&Event::Done(&outcome));
        Ok(outcome)
    }

    /// Returns the digest of each file that was written.
    fn optimize(
        &self,
        step: &Step,
        fingerprint: &[(String, String)],
    ) -> Result<BTreeMap<String, String>, Error> {
        (self.tell)(&Event::Optimizing(&step.variant));
        let job = Job {
            input: &step.unoptimized,
            files: &step.files,
            settings: &self.project.optimize,
            fingerprint,
        };
        let failed = |why: String| Error::Optimize {
            variant: step.variant.name.clone(),
            why,
        };
        self.optimizer
            .optimize(&job)
            .map_err(|err| failed(format!("{err:#}")))?;
        digests(&step.files)
            .ok_or_else(|| failed("the optimizer did not write all of its files".to_owned()))
    }
}

/// The digest of every file by its name; `None` if one is missing.
fn digests(files: &Files) -> Option<BTreeMap<String, String>> {
    let digest = |path: &&PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some((name, sha256::hex(&fs::read(path).ok()?)))
    };
    files.all().iter().map(digest).collect()
}

/// What, beside the input, decides what comes out.
fn settings_text(identity: &str, settings: &Optimize, fingerprint: &[(String, String)]) -> String {
    format!("{identity}\n{settings:?}\n{fingerprint:?}\n")
}

/// The lock's digest: `diff` tells by it whether dependencies changed.
fn fingerprint(project: &Project) -> Vec<(String, String)> {
    let mut locks = project
        .root
        .ancestors()
        .map(|folder| folder.join("Cargo.lock"));
    let lock = locks.find_map(|path| fs::read(path).ok());
    let pair = lock.map(|text| ("cargo-lock".to_owned(), sha256::hex(&text)));
    pair.into_iter().collect()
}

/// Runs cargo. Returns the program that it says it made.
fn compile(step: &Step, optimizer: &dyn Optimizer) -> Result<PathBuf, Error> {
    let command = &step.command;
    let program = cargo();
    let mut child = start(&program, command, optimizer)?;
    let mut made = None;
    if let Some(stdout) = child.stdout() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            made = artifact_of(&line, &step.variant.bin).or(made);
        }
    }
    let status = child.wait().map_err(|why| cannot_run(&program, why))?;
    if !status.success() {
        return Err(Error::Cargo {
            variant: step.variant.name.clone(),
            command: command.display(),
            status: status.to_string(),
        });
    }
    made.ok_or_else(|| Error::NoProgram {
        variant: step.variant.name.clone(),
        command: command.display(),
        bin: step.variant.bin.clone(),
        package: step.variant.package.clone(),
    })
}

fn start(
    program: &str,
    command: &CargoCommand,
    optimizer: &dyn Optimizer,
) -> Result<Box<dyn Running>, Error> {
    let mut run = Command::new(program);
    run.args(&command.arguments)
        .current_dir(&command.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    for (name, value) in &command.environment {
        run.env(name, value);
    }
    optimizer
        .start(&mut run)
        .map_err(|why| cannot_run(program, why))
}

fn cannot_run(program: &str, why: std::io::Error) -> Error {
    Error::CannotRun {
        program: program.to_owned(),
        why,
        advice: "install Rust: https://rustup.rs",
    }
}

/// The file of a program, from one line of `--message-format=json`
/// (<https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>).
fn artifact_of(line: &str, bin: &str) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    let target = message.target?;
    let is_bin = target.name == bin && target.kind.iter().any(|kind| kind == "bin");
    if message.reason != "compiler-artifact" || !is_bin {
        return None;
    }
    let mut files = message.filenames.into_iter();
    files.find(|file| file.extension().is_some_and(|end| end == "wasm"))
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<crate::metadata::CargoTarget>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::artifact_of;
    use std::path::PathBuf;

    #[test]
    fn the_program_is_read_from_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"app"},"filenames":["/t/app.d","/t/app.wasm"]}"#;
        assert_eq!(artifact_of(line, "app"), Some(PathBuf::from("/t/app.wasm")));
        assert_eq!(artifact_of(line, "other"), None);
        assert_eq!(artifact_of("not JSON", "app"), None);
        let library = line.replace("[\"bin\"]", "[\"lib\"]");
        assert_eq!(artifact_of(&library, "app"), None);
    }
}
