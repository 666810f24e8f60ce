//! Which cargo commands a build runs, and where their results go: computed, not run.

use crate::error::Error;
use crate::project::{DEFAULT_PROFILE, Files, Project, Variant};
use std::path::{Path, PathBuf};

/// The settings that `release-wasm` needs, so that no `Cargo.toml` has to have it: small, and unstripped
/// until the last step. As in this project's own `Cargo.toml`.
const RELEASE_WASM: [(&str, &str); 6] = [
    ("inherits", "\"release\""),
    ("opt-level", "\"z\""),
    ("lto", "\"fat\""),
    ("codegen-units", "1"),
    ("panic", "\"abort\""),
    ("strip", "false"),
];

/// The profile that compiles the standard library for size, too: docs/min.md.
pub(crate) const MIN: &str = "min";

/// What `min` asks of cargo, and of rustc; as in nix/variants.nix.
const MIN_ARGUMENTS: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];
const MIN_RUSTFLAGS: [&str; 3] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
];

/// What a plan depends on beside the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Where the workspace is, if that is known.
    pub workspace: Option<PathBuf>,
    /// cargo's folder, in which the sources of dependencies are.
    pub cargo_home: Option<PathBuf>,
    /// Where rustc's own files are: with `min`, the sources of the standard library.
    pub sysroot: Option<PathBuf>,
    /// The environment's `RUSTFLAGS`, which cargo takes in place of its settings.
    pub rustflags: Option<String>,
    /// Further arguments for cargo, e.g. `--offline`.
    pub cargo_arguments: Vec<String>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One variant each. cargo runs them one after another: they share its target folder.
    pub steps: Vec<Step>,
}

/// One variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is built.
    pub variant: Variant,
    /// What compiles it.
    pub command: CargoCommand,
    /// What cargo made, as it was before it was optimized.
    pub unoptimized: PathBuf,
    /// The results.
    pub files: Files,
}

/// A call of cargo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoCommand {
    /// Where it runs.
    pub folder: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What is set in its environment.
    pub environment: Vec<(&'static str, String)>,
}

impl CargoCommand {
    /// The command as a person would type it.
    #[must_use]
    pub fn display(&self) -> String {
        let set = self.environment.iter();
        let set = set.map(|(name, value)| format!("{name}={}", quoted(value)));
        let arguments = self.arguments.iter().map(|argument| quoted(argument));
        let words: Vec<String> = set.chain(["cargo".to_owned()]).chain(arguments).collect();
        words.join(" ")
    }
}

/// For a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Plans the build of the variants that fit one of `patterns` (in which `*` stands for any text); of all
/// variants for no pattern.
///
/// # Errors
///
/// When a pattern fits nothing.
pub fn plan(
    project: &Project,
    surroundings: &Surroundings,
    patterns: &[String],
) -> Result<Plan, Error> {
    let variants = project.variants();
    for pattern in patterns {
        if !variants.iter().any(|variant| fits(pattern, &variant.name)) {
            let known: Vec<String> = variants
                .iter()
                .map(|one| format!("`{}`", one.name))
                .collect();
            return Err(Error::NoVariant {
                pattern: pattern.clone(),
                known: known.join(", "),
            });
        }
    }
    let is_asked = |variant: &Variant| {
        patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, &variant.name))
    };
    let steps = variants.into_iter().filter(is_asked);
    let steps = steps.map(|variant| Step {
        command: command(project, surroundings, &variant),
        unoptimized: project
            .output
            .join("unoptimized")
            .join(format!("{}.wasm", variant.name)),
        files: project.files(&variant),
        variant,
    });
    Ok(Plan {
        steps: steps.collect(),
    })
}

fn command(project: &Project, surroundings: &Surroundings, variant: &Variant) -> CargoCommand {
    let is_min = variant.profile == MIN;
    let profile = if is_min {
        DEFAULT_PROFILE
    } else {
        &variant.profile
    };
    let mut arguments: Vec<String> = ["build", "--message-format=json-render-diagnostics"]
        .map(str::to_owned)
        .to_vec();
    arguments.push(format!("--target={}", variant.target.triple()));
    arguments.push(format!("--profile={profile}"));
    arguments.push(format!("--package={}", variant.package));
    arguments.push(format!("--bin={}", variant.bin));
    if !variant.default_features {
        arguments.push("--no-default-features".to_owned());
    }
    if !variant.features.is_empty() {
        arguments.push(format!("--features={}", variant.features.join(",")));
    }
    let mut config = Vec::new();
    if profile == DEFAULT_PROFILE {
        let settings = RELEASE_WASM.iter();
        config.extend(settings.map(|(key, value)| format!("profile.{profile}.{key}={value}")));
    } else {
        config.push(format!("profile.{profile}.strip=false"));
    }
    let mut environment = Vec::new();
    let flags = rustflags(surroundings, is_min);
    match &surroundings.rustflags {
        // NB: where this is set, cargo reads no flags from its settings.
        Some(given) => environment.push(("RUSTFLAGS", format!("{given} {}", flags.join(" ")))),
        None if flags.is_empty() => {}
        None => config.push(format!(
            "target.{}.rustflags={}",
            variant.target.triple(),
            serde_json::Value::from(flags)
        )),
    }
    if is_min {
        // The stable compiler, asked for what is not stable yet: docs/min.md.
        environment.push(("RUSTC_BOOTSTRAP", "1".to_owned()));
        arguments.extend(MIN_ARGUMENTS.map(str::to_owned));
    }
    for setting in config {
        arguments.extend(["--config".to_owned(), setting]);
    }
    arguments.extend(surroundings.cargo_arguments.iter().cloned());
    CargoCommand {
        folder: project.root.clone(),
        arguments,
        environment,
    }
}

/// Panic messages hold source paths: without this, sizes would depend on where the sources are.
fn rustflags(surroundings: &Surroundings, is_min: bool) -> Vec<String> {
    let library = || Some(surroundings.sysroot.as_ref()?.join("lib/rustlib/src/rust"));
    let folders = [
        (surroundings.workspace.clone(), "/source"),
        (
            surroundings
                .cargo_home
                .as_ref()
                .map(|home| home.join("registry/src")),
            "/cargo",
        ),
        (is_min.then(library).flatten(), "/rust"),
    ];
    let remap = |(folder, name): (Option<PathBuf>, &str)| {
        let folder = folder?;
        Some(format!("--remap-path-prefix={}={name}", as_text(&folder)?))
    };
    let mut flags: Vec<String> = folders.into_iter().filter_map(remap).collect();
    if is_min {
        flags.extend(MIN_RUSTFLAGS.map(str::to_owned));
    }
    flags
}

/// A folder that can stand in flags: cargo splits `RUSTFLAGS` at spaces.
fn as_text(folder: &Path) -> Option<&str> {
    folder
        .to_str()
        .filter(|text| !text.contains(char::is_whitespace))
}

/// Whether a name fits a pattern, in which `*` stands for any run of characters.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(left) = name.strip_prefix(head) else {
        return false;
    };
    let mut starts = left.char_indices().map(|(at, _)| at).chain([left.len()]);
    starts.any(|at| fits(rest, &left[at..]))
}
