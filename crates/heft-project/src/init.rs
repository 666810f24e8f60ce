//! A first `heft.toml` for a crate that has none, from what `cargo metadata` says.
//!
//! Computed here, written by [`commands::init`](crate::commands::init).

use crate::error::Error;
use crate::find::{self, FILE_NAME};
use crate::metadata::{Metadata, Package};
use crate::project::{Allocator, Artifact, DEFAULT_PROFILE, Optimize, Project, Target};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The crate that puts one allocator under a whole module.
const ALLOCATOR_CRATE: &str = "wasi-alloc";

/// Its allocators that ship, and how `wasm-heft size` names each; as in nix/variants.nix.
const ALLOCATORS: [(&str, &str); 5] = [
    ("dlmalloc", "dlmalloc crate"),
    ("lol", "lol_alloc"),
    ("slabs", "wasi-alloc slabs"),
    ("system", "wasi-libc dlmalloc"),
    ("talc", "talc"),
];

/// The allocator that is proposed: docs/adr/0001-global-allocator.md.
const RECOMMENDED: &str = "slabs";

/// The first limits. Ten times what an ordinary command line program has, so that the first gate passes;
/// people lower them to just above what they see.
const BUDGETS: &str = "\
# The limits that `wasm-heft gate` holds the artifacts to. They start far above what most programs have:
# lower them to just above what `wasm-heft build` prints.
schema = 1

[[budget]]
artifacts = [\"*\"]
raw = { limit = \"4 MiB\" }
gzip = { limit = \"2 MiB\" }
";

/// What `init` would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// What the file says.
    pub project: Project,
    /// Its path.
    pub path: PathBuf,
    /// The budgets file, and its first content.
    pub budgets: (PathBuf, &'static str),
    /// The packages without `wasi-alloc`, and the lines that would add it.
    pub proposals: Vec<Proposal>,
}

/// The lines that put one allocator under a package's programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The package.
    pub package: String,
    /// Its `Cargo.toml`.
    pub manifest: PathBuf,
}

impl Proposal {
    /// For `Cargo.toml`.
    #[must_use]
    pub fn manifest_lines(&self) -> String {
        format!(
            "[target.'cfg(target_os = \"wasi\")'.dependencies]\n{ALLOCATOR_CRATE} = {{ version = \"0.1\", default-features = false, features = [\"{RECOMMENDED}\", \"one-heap\"] }}\n"
        )
    }

    /// For the program's `main.rs`.
    #[must_use]
    pub fn source_lines(&self) -> &'static str {
        "#[cfg(target_os = \"wasi\")]\nuse wasi_alloc as _;\n"
    }
}

/// What to write for the crate that `folder` stands in: for the package, if it is in one; for all
/// packages with programs, if it is in a workspace above them. `only` names one package.
///
/// # Errors
///
/// When there is no program, no such package, or a `heft.toml` is there.
pub fn start(metadata: &Metadata, folder: &Path, only: Option<&str>) -> Result<Start, Error> {
    let chosen = match only {
        Some(name) => vec![named(metadata, name)?],
        None => standing_in(metadata, folder)?,
    };
    let root = match (only, &chosen[..]) {
        (None, [only]) => only.folder().to_owned(),
        _ => metadata.workspace_root.clone(),
    };
    if let Some(path) = find::nearest(&root) {
        return Err(Error::Exists {
            path,
            advice: "add an [[artifact]] to it, or move it away",
        });
    }
    let proposals = chosen.iter().filter(|one| !one.depends_on(ALLOCATOR_CRATE));
    let proposals = proposals.map(|one| Proposal {
        package: one.name.clone(),
        manifest: one.manifest_path.clone(),
    });
    Ok(Start {
        path: root.join(FILE_NAME),
        budgets: (root.join("budgets.toml"), BUDGETS),
        proposals: proposals.collect(),
        project: Project {
            budgets: Some(root.join("budgets.toml")),
            baseline: root.join("sizes.json"),
            output: root.join("target/heft"),
            optimize: Optimize::default(),
            artifacts: artifacts(&chosen),
            root,
        },
    })
}

fn named<'m>(metadata: &'m Metadata, name: &str) -> Result<&'m Package, Error> {
    let mut packages = metadata.packages.iter();
    let Some(package) = packages.find(|package| package.name == name) else {
        return Err(Error::NoBin(format!(
            "there is no package `{name}`; packages with programs are: {}",
            with_programs(metadata)
        )));
    };
    refuse_without_bin(metadata, package)?;
    Ok(package)
}

/// The innermost package that `folder` is in, or all with programs.
fn standing_in<'m>(metadata: &'m Metadata, folder: &Path) -> Result<Vec<&'m Package>, Error> {
    let around = metadata.packages.iter();
    let around = around.filter(|package| folder.starts_with(package.folder()));
    if let Some(package) = around.max_by_key(|package| package.folder().components().count()) {
        refuse_without_bin(metadata, package)?;
        return Ok(vec![package]);
    }
    let all = metadata.packages.iter();
    let all: Vec<&Package> = all.filter(|package| !package.bins().is_empty()).collect();
    if all.is_empty() {
        return Err(Error::NoBin(format!(
            "no package of the workspace `{}` has a program; expected a `src/main.rs` or a [[bin]]",
            metadata.workspace_root.display()
        )));
    }
    Ok(all)
}

fn refuse_without_bin(metadata: &Metadata, package: &Package) -> Result<(), Error> {
    if !package.bins().is_empty() {
        return Ok(());
    }
    Err(Error::NoBin(format!(
        "the package `{}` has no program; expected a `src/main.rs` or a [[bin]]; packages with programs are: {}",
        package.name,
        with_programs(metadata)
    )))
}

fn with_programs(metadata: &Metadata) -> String {
    let packages = metadata.packages.iter();
    let packages = packages.filter(|package| !package.bins().is_empty());
    let names: Vec<String> = packages.map(|one| format!("`{}`", one.name)).collect();
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

/// One artifact a program. A program's name that another package has too gets its package's in front.
fn artifacts(packages: &[&Package]) -> Vec<Artifact> {
    let all = || packages.iter().flat_map(|package| package.bins());
    let mut artifacts = Vec::new();
    for package in packages {
        let allocators = allocators(package);
        for bin in package.bins() {
            let name = match all().filter(|other| *other == bin).count() {
                1 => bin.to_owned(),
                _ => format!("{}-{bin}", package.name),
            };
            artifacts.push(Artifact {
                name,
                package: package.name.clone(),
                bin: bin.to_owned(),
                targets: Target::ALL.to_vec(),
                profiles: vec![DEFAULT_PROFILE.to_owned()],
                features: Vec::new(),
                default_features: !by_default(package, &allocators),
                allocators: allocators.clone(),
            });
        }
    }
    artifacts
}

/// Features of the package that choose an allocator of `wasi-alloc`.
fn allocators(package: &Package) -> BTreeMap<String, Allocator> {
    let mut found = BTreeMap::new();
    for (feature, switched_on) in &package.features {
        let chosen = ALLOCATORS.into_iter().find(|(name, _)| {
            let ways = [
                format!("{ALLOCATOR_CRATE}/{name}"),
                format!("{ALLOCATOR_CRATE}?/{name}"),
            ];
            switched_on.iter().any(|one| ways.contains(one))
        });
        if let Some((name, heap)) = chosen {
            let allocator = Allocator {
                features: vec![feature.clone()],
                heap: Some(vec![heap.to_owned()]),
            };
            found.insert(name.to_owned(), allocator);
        }
    }
    found
}

/// Whether a default feature chooses one of `allocators`: it has to be off for the others.
fn by_default(package: &Package, allocators: &BTreeMap<String, Allocator>) -> bool {
    let default = package.features.get("default");
    let is_default = |feature: &String| default.is_some_and(|on| on.contains(feature));
    allocators
        .values()
        .any(|one| one.features.iter().any(is_default))
}
