//! What a `heft.toml` says.

use heft_data::measure::Measure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// All of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder the file is in; every path below starts there.
    pub root: PathBuf,
    /// The file with the limits that people set; `None` where there are none.
    pub budgets: Option<PathBuf>,
    /// The sizes that were last accepted. The file is there once `accept` has written it.
    pub baseline: PathBuf,
    /// The folder that `build` writes to.
    pub output: PathBuf,
    /// How artifacts are optimized.
    pub optimize: Optimize,
    /// What is built, at least one.
    pub artifacts: Vec<Artifact>,
}

/// How artifacts are optimized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Optimize {
    /// Passes and options for wasm-opt, without feature flags.
    pub arguments: Vec<String>,
    /// When to repeat the passes.
    pub converge: Converge,
    /// How much to try.
    pub effort: Effort,
    /// The size by which [`Effort::Max`] finds the smallest.
    pub smallest: Measure,
    /// Whether components are optimized across their core modules.
    pub cross_module: bool,
    /// Whether components lose the imports that nothing in them calls.
    pub prune_imports: bool,
    /// The exports that core modules keep; `None` is all.
    pub keep_exports: Option<Vec<String>>,
    /// Whether panics become traps.
    pub panics: Panics,
    /// The longest one run of wasm-opt may take; `None`: no limit.
    pub time_limit_seconds: Option<u64>,
}

impl Default for Optimize {
    fn default() -> Self {
        Self {
            arguments: vec!["-Oz".to_owned()],
            converge: Converge::Auto,
            effort: Effort::Normal,
            smallest: Measure::Raw,
            cross_module: true,
            prune_imports: false,
            keep_exports: None,
            panics: Panics::Keep,
            time_limit_seconds: None,
        }
    }
}

/// When wasm-opt's passes are repeated until nothing gets smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Converge {
    /// For modules that are small enough.
    #[default]
    Auto,
    /// For every module.
    Always,
    /// For none.
    Never,
}

impl Converge {
    /// Its name in the file and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// How much `optimize` tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// The passes once.
    Fast,
    /// The passes, repeated where [`Converge`] says so.
    #[default]
    Normal,
    /// Several recipes, of which the smallest result is kept.
    Max,
}

impl Effort {
    /// Its name in the file and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Normal => "normal",
            Self::Max => "max",
        }
    }
}

/// What a panic of Rust's does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Panics {
    /// What it does as the program is built.
    #[default]
    Keep,
    /// It ends the program without a message.
    Trap,
}

impl Panics {
    /// Its name in the file and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Trap => "trap",
        }
    }
}

/// A program, with all the forms it is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What its files and entries in baselines begin with.
    pub name: String,
    /// The cargo package.
    pub package: String,
    /// The package's program.
    pub bin: String,
    /// The targets, at least one.
    pub targets: Vec<Target>,
    /// The profiles, at least one: a profile of cargo's, or `min`.
    pub profiles: Vec<String>,
    /// Features of the package that every form has.
    pub features: Vec<String>,
    /// Whether the package's default features are on.
    pub default_features: bool,
    /// The allocators by name; empty where the package has the one it has.
    pub allocators: BTreeMap<String, Allocator>,
}

/// An allocator, as features of the package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocator {
    /// The features that choose it.
    pub features: Vec<String>,
    /// The allocators that are to be found in the artifact, as `wasm-heft size` names them.
    pub heap: Option<Vec<String>>,
}

/// A WASI target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A core module.
    Wasip1,
    /// A component.
    Wasip2,
}

impl Target {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Wasip1, Self::Wasip2];

    /// Its name in the file and in names of artifacts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wasip1 => "wasip1",
            Self::Wasip2 => "wasip2",
        }
    }

    /// As cargo calls it.
    #[must_use]
    pub fn triple(self) -> &'static str {
        match self {
            Self::Wasip1 => "wasm32-wasip1",
            Self::Wasip2 => "wasm32-wasip2",
        }
    }

    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The profile whose settings `build` brings along, and which names of artifacts leave out.
pub(crate) const DEFAULT_PROFILE: &str = "release-wasm";

/// One form of an artifact: with one allocator, for one target, by one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name, e.g. `words-talc-wasip1`.
    pub name: String,
    /// The cargo package.
    pub package: String,
    /// The program.
    pub bin: String,
    /// The target.
    pub target: Target,
    /// The profile.
    pub profile: String,
    /// Every feature to switch on.
    pub features: Vec<String>,
    /// Whether the package's default features are on.
    pub default_features: bool,
    /// The allocators that are to be found in it, where somebody said which.
    pub heap: Option<Vec<String>>,
}

/// Where the files of a variant are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The artifact.
    pub artifact: PathBuf,
    /// The same code with its names.
    pub names: PathBuf,
    /// What was done.
    pub record: PathBuf,
}

impl Files {
    /// All three.
    #[must_use]
    pub fn all(&self) -> [&PathBuf; 3] {
        [&self.artifact, &self.names, &self.record]
    }
}

impl Project {
    /// Every form of every artifact, in the file's order: allocators by name, then targets and profiles.
    #[must_use]
    pub fn variants(&self) -> Vec<Variant> {
        self.artifacts.iter().flat_map(Artifact::variants).collect()
    }

    /// Where the files of `variant` are, or will be.
    #[must_use]
    pub fn files(&self, variant: &Variant) -> Files {
        let file = |end: &str| self.output.join(format!("{}.{end}", variant.name));
        Files {
            artifact: file("wasm"),
            names: file("names.wasm"),
            record: file("json"),
        }
    }

    /// The baseline, if it is there.
    #[must_use]
    pub fn accepted(&self) -> Option<&PathBuf> {
        Some(&self.baseline).filter(|path| path.is_file())
    }
}

impl Artifact {
    /// Every form of it.
    #[must_use]
    pub fn variants(&self) -> Vec<Variant> {
        let none = Allocator::default();
        let allocators: Vec<(Option<&str>, &Allocator)> = if self.allocators.is_empty() {
            vec![(None, &none)]
        } else {
            let named = self.allocators.iter();
            named
                .map(|(name, one)| (Some(name.as_str()), one))
                .collect()
        };
        let mut variants = Vec::new();
        for (allocator, choice) in allocators {
            for target in &self.targets {
                for profile in &self.profiles {
                    variants.push(self.variant(allocator, choice, *target, profile));
                }
            }
        }
        variants
    }

    fn variant(
        &self,
        allocator: Option<&str>,
        choice: &Allocator,
        target: Target,
        profile: &str,
    ) -> Variant {
        let parts = [Some(self.name.as_str()), allocator, Some(target.name())];
        let profile_part = Some(profile).filter(|profile| *profile != DEFAULT_PROFILE);
        let parts: Vec<&str> = parts.into_iter().chain([profile_part]).flatten().collect();
        Variant {
            name: parts.join("-"),
            package: self.package.clone(),
            bin: self.bin.clone(),
            target,
            profile: profile.to_owned(),
            features: [self.features.as_slice(), &choice.features].concat(),
            default_features: self.default_features,
            heap: choice.heap.clone(),
        }
    }
}
