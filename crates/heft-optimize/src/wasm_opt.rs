//! Finding and running binaryen's `wasm-opt`.

use crate::ending::{Group, TempFolder};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running wasm-opt is looked at. Short against the time of any run worth counting.
const POLL: Duration = Duration::from_millis(5);

/// How much of wasm-opt's standard error goes into a reason.
const REASON_CHARS: usize = 300;

/// Why wasm-opt can't be used at all.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// There is none.
    #[error(
        "wasm-opt not found ({tried}); install the package `binaryen` (Debian, Nix, Homebrew) or pass --wasm-opt PATH"
    )]
    Missing {
        /// What was tried.
        tried: String,
    },
    /// It does not answer as wasm-opt does.
    #[error("`{path}` does not work as wasm-opt: {why}; install the package `binaryen`")]
    Broken {
        /// The program.
        path: String,
        /// What went wrong.
        why: String,
    },
}

/// Why one run gave no module. Its text is the reason in the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It ended with a failure, or ended well and wrote nothing.
    #[error("wasm-opt failed ({status}): {message}")]
    Failed {
        /// Exit code or signal.
        status: String,
        /// The start of its standard error.
        message: String,
        /// Features it asked for by `--enable-…` in its messages.
        wanted: Vec<String>,
    },
    /// It took longer than it may.
    #[error("wasm-opt took longer than the time limit of {} s", .0.as_secs_f64())]
    TimeLimit(Duration),
    /// It does not know an option or pass, or takes it otherwise.
    #[error("wasm-opt does not take these options: {0}")]
    Options(String),
    /// The machine failed: temporary files, or starting the program.
    #[error("wasm-opt could not be run: {0}")]
    Machine(String),
}

/// The program, and how what it says of its version begins.
const NAME: &str = "wasm-opt";

/// An installed wasm-opt.
#[derive(Clone, Debug)]
pub struct WasmOpt {
    program: PathBuf,
    version: String,
    features: BTreeSet<String>,
}

impl WasmOpt {
    /// Asks the wasm-opt at `program`, or the one in `PATH`, for its version and features.
    ///
    /// # Errors
    ///
    /// When there is none or it does not answer.
    pub fn find(program: Option<&Path>) -> Result<Self, FindError> {
        let path = program.unwrap_or(Path::new(NAME));
        let tried = match program {
            Some(path) => format!("tried `{}`", path.display()),
            None => "looked in PATH".to_owned(),
        };
        let ask = |argument: &str| match Group::answer(
            Command::new(path)
                .arg(argument)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        ) {
            Ok(output) if output.status.success() => {
                Ok(String::from_utf8_lossy(&output.stdout).into_owned())
            }
            Ok(output) => Err(FindError::Broken {
                path: path.display().to_string(),
                why: format!("`{argument}` ended with {}", describe(output.status)),
            }),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Err(FindError::Missing {
                tried: tried.clone(),
            }),
            Err(err) => Err(FindError::Broken {
                path: path.display().to_string(),
                why: err.to_string(),
            }),
        };
        let version = ask("--version")?
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        // Another program ends well on --version, too, and would only fail on every module.
        if !version.contains(NAME) {
            return Err(FindError::Broken {
                path: path.display().to_string(),
                why: format!("its version is `{version}`, and wasm-opt's begins with `{NAME}`"),
            });
        }
        let features = enable_flags(&ask("--help")?);
        Ok(Self {
            program: path.to_owned(),
            version,
            features,
        })
    }

    /// What `wasm-opt --version` prints, e.g. `wasm-opt version 131`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether this wasm-opt has the flag `--enable-NAME`.
    #[must_use]
    pub fn knows(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// Runs wasm-opt on `module` with `arguments` and returns what it wrote.
    ///
    /// Input and output are files in a folder of their own, removed afterwards. `threads` limits
    /// wasm-opt's own threads unless the user's `BINARYEN_CORES` does. `waiting` is called while it
    /// runs, with the time since its start.
    ///
    /// # Errors
    ///
    /// When it fails, takes too long or writes nothing.
    pub fn run(
        &self,
        module: &[u8],
        arguments: &[String],
        threads: usize,
        time_limit: Option<Duration>,
        waiting: &dyn Fn(Duration),
    ) -> Result<Vec<u8>, RunError> {
        let machine = |err: io::Error| RunError::Machine(err.to_string());
        let folder = TempFolder::new().map_err(machine)?;
        let (input, output) = (
            folder.path().join("in.wasm"),
            folder.path().join("out.wasm"),
        );
        let messages = folder.path().join("stderr");
        fs::write(&input, module).map_err(machine)?;

        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg(&input)
            .args([OsString::from("-o"), output.clone().into_os_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&messages).map_err(machine)?);
        if std::env::var_os("BINARYEN_CORES").is_none() {
            command.env("BINARYEN_CORES", threads.to_string());
        }
        let status = wait(command, time_limit, waiting)?;
        let said = fs::read(&messages).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        if !status.success() {
            return Err(failed(describe(status), &said));
        }
        match fs::read(&output) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            Ok(_) => Err(failed("it wrote an empty file".to_owned(), &said)),
            Err(err) => Err(failed(format!("no output: {err}"), &said)),
        }
    }
}

fn wait(
    mut command: Command,
    time_limit: Option<Duration>,
    waiting: &dyn Fn(Duration),
) -> Result<ExitStatus, RunError> {
    let machine = |err: io::Error| RunError::Machine(err.to_string());
    let start = Instant::now();
    // Dropping it ends it, with all that it started.
    let mut group = Group::spawn(&mut command).map_err(machine)?;
    loop {
        if let Some(status) = group.try_wait().map_err(machine)? {
            return Ok(status);
        }
        let elapsed = start.elapsed();
        if let Some(limit) = time_limit.filter(|limit| elapsed >= *limit) {
            return Err(RunError::TimeLimit(limit));
        }
        waiting(elapsed);
        thread::sleep(POLL);
    }
}

/// What wasm-opt's messages about wrong options hold; about modules none does.
const ABOUT_OPTIONS: &[&str] = &[
    "Unknown option '",
    "Unexpected argument '",
    "Unexpected second argument '",
    "Unexpected second positional argument '",
    "Fatal: can't set ",
    " usage:  wasm-opt ",
];

fn failed(status: String, said: &str) -> RunError {
    if let Some(line) = said
        .lines()
        .find(|line| ABOUT_OPTIONS.iter().any(|words| line.contains(words)))
    {
        return RunError::Options(shown(line.trim()));
    }
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut message: String = shown(&lines.join(" / "));
    if message.is_empty() {
        message.push_str("it printed nothing");
    }
    RunError::Failed {
        status,
        message,
        wanted: enable_flags(said).into_iter().collect(),
    }
}

/// The start of what wasm-opt said, on one line: it may quote names from the file.
fn shown(text: &str) -> String {
    let plain = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c });
    plain.take(REASON_CHARS).collect()
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

/// The NAMEs of all `--enable-NAME` in a text.
fn enable_flags(text: &str) -> BTreeSet<String> {
    text.split("--enable-")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            rest[..end.unwrap_or(rest.len())]
                .trim_end_matches('-')
                .to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_out_of_help_and_messages() {
        let text = "  --enable-simd    x\n [--enable-bulk-memory --enable-sign-ext], --enable-";
        let found: Vec<String> = enable_flags(text).into_iter().collect();
        assert_eq!(found, ["bulk-memory", "sign-ext", "simd"]);
    }

    #[test]
    fn what_wasm_opt_says_about_options_is_told_from_what_it_says_about_modules() {
        for said in [
            "Unknown option '-Ozz'\n",
            "Fatal: can't set extract-function: pass not enabled",
            "warning: x\nFatal: ExtractFunction usage:  wasm-opt --extract-function=FUNCTION_NAME",
        ] {
            let found = failed("exit code 1".to_owned(), said);
            assert!(matches!(found, RunError::Options(_)), "{said}: {found}");
        }
        let found = failed("exit code 1".to_owned(), "[parse exception: bad section]");
        assert!(matches!(found, RunError::Failed { .. }), "{found}");
    }

    #[test]
    fn a_missing_wasm_opt_names_the_package() {
        let err = WasmOpt::find(Some(Path::new("/nowhere/wasm-opt"))).expect_err("not there");
        assert!(
            err.to_string().contains("install the package `binaryen`"),
            "{err}"
        );
    }
}
