//! What `cargo metadata` says of a workspace: the parts that are read here.

use crate::error::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A workspace.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    /// Its packages.
    pub packages: Vec<Package>,
    /// Its folder.
    pub workspace_root: PathBuf,
}

/// A package of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What is compiled of it.
    pub targets: Vec<CargoTarget>,
    /// Its features, and what each switches on.
    #[serde(default)]
    pub features: BTreeMap<String, Vec<String>>,
    /// What it depends on.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
}

/// A library, program, test or the like of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct CargoTarget {
    /// Its name.
    pub name: String,
    /// What it is, e.g. `bin`.
    pub kind: Vec<String>,
}

/// A dependency of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
}

impl Package {
    /// The names of its programs.
    #[must_use]
    pub fn bins(&self) -> Vec<&str> {
        let bins = self.targets.iter().filter(|target| target.is_bin());
        bins.map(|target| target.name.as_str()).collect()
    }

    /// The folder it is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    /// Whether it depends on the package of this name.
    #[must_use]
    pub fn depends_on(&self, name: &str) -> bool {
        self.dependencies.iter().any(|one| one.name == name)
    }
}

impl CargoTarget {
    fn is_bin(&self) -> bool {
        self.kind.iter().any(|kind| kind == "bin")
    }
}

/// The cargo to run: the one that runs this program, if one does.
#[must_use]
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Asks cargo about the workspace that `folder` is in.
///
/// # Errors
///
/// When there is no cargo, or no crate here or above.
pub fn read(folder: &Path) -> Result<Metadata, Error> {
    let cargo = cargo();
    let output = Command::new(&cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(folder)
        .output()
        .map_err(|why| Error::CannotRun {
            program: cargo,
            why,
            advice: "install Rust: https://rustup.rs",
        })?;
    let failed = |why: String| Error::Metadata {
        folder: folder.to_owned(),
        why,
    };
    if !output.status.success() {
        return Err(failed(one_line(&String::from_utf8_lossy(&output.stderr))));
    }
    parse(&output.stdout).map_err(|err| failed(format!("unexpected JSON: {err}")))
}

/// Reads what cargo printed.
///
/// # Errors
///
/// When it is not the JSON of `cargo metadata`.
pub fn parse(json: &[u8]) -> Result<Metadata, serde_json::Error> {
    serde_json::from_slice(json)
}

/// cargo's words without its `error:` and line breaks.
fn one_line(words: &str) -> String {
    let lines = words
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}
