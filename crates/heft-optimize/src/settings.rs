//! What a caller may choose, and what it gets told on the way.

use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::IndexPath;
use std::fmt;
use std::time::Duration;

/// Core modules up to this size are optimized with `--converge` unless told otherwise.
///
/// Measured with binaryen 131: repeating the passes takes 1.7 to 4.5 times as long and saves 0.004 to
/// 0.08 % on modules of 0.2 to 0.9 MB, which is seconds for up to a few hundred bytes. On modules of
/// several MiB the share saved is no larger (0.02 to 0.09 %), and the cost is minutes to half an hour.
pub const SMALL_ENOUGH_TO_CONVERGE: Bytes = Bytes(2 * 1024 * 1024);

/// When to repeat wasm-opt's passes until nothing gets smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Converge {
    /// For modules up to [`SMALL_ENOUGH_TO_CONVERGE`].
    #[default]
    Auto,
    /// For every module.
    Always,
    /// For none.
    Never,
}

impl fmt::Display for Converge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        })
    }
}

/// How much to try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// The passes once, unless [`Converge::Always`] says otherwise.
    Fast,
    /// The passes, repeated where [`Converge`] says so.
    #[default]
    Normal,
    /// Several recipes for each module, repeated until nothing gets smaller unless [`Converge::Never`] says
    /// otherwise; the smallest result is kept.
    Max,
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fast => "fast",
            Self::Normal => "normal",
            Self::Max => "max",
        })
    }
}

/// By which size the smallest of several results is found.
#[derive(Clone, Copy, Debug)]
pub struct Smallest {
    /// What it is called.
    pub name: &'static str,
    /// The size of a module.
    pub size: fn(&[u8]) -> Bytes,
}

impl Smallest {
    /// The plain size.
    pub const RAW: Self = Self {
        name: "raw",
        size: Bytes::of,
    };
}

/// How panics become traps.
#[derive(Clone, Copy, Debug)]
pub struct Panics {
    /// A function's name as the `name` section has it, made readable: demangled, without its hash and without generic
    /// arguments. The functions that panic are found by it.
    pub readable: fn(&str) -> String,
}

/// How to optimize.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Passes and options for wasm-opt, without feature flags.
    pub arguments: Vec<String>,
    /// When to add `--converge`.
    pub converge: Converge,
    /// How much to try.
    pub effort: Effort,
    /// What [`Effort::Max`] finds the smallest result by.
    pub smallest: Smallest,
    /// The longest a single run of wasm-opt may take. `None`: no limit.
    pub time_limit: Option<Duration>,
    /// Whether a component is optimized across its modules: exports that nothing in it uses are
    /// dropped, what it holds twice is stored once, and names between its modules are shortened.
    pub cross_module: bool,
    /// Whether a component loses the imports that nothing in it calls any more. Needs
    /// [`cross_module`](Self::cross_module).
    pub prune_imports: bool,
    /// The exports of a core module that its host uses: all others go. `None` keeps all. Who uses an export inside a
    /// component is known, so a component has no need of this.
    pub keep_exports: Option<Vec<String>>,
    /// Whether panics become traps, and how. `None` leaves them as they are.
    pub panics: Option<Panics>,
    /// Pairs for the record's fingerprint.
    pub fingerprint: Vec<(String, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            arguments: vec!["-Oz".to_owned()],
            converge: Converge::Auto,
            effort: Effort::Normal,
            smallest: Smallest::RAW,
            time_limit: None,
            cross_module: true,
            prune_imports: false,
            keep_exports: None,
            panics: None,
            fingerprint: Vec::new(),
        }
    }
}

/// News from a run, for showing progress.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// wasm-opt is at work on a module.
    Running {
        /// The module.
        index: &'a IndexPath,
        /// Its size.
        size: Bytes,
        /// For how long already.
        elapsed: Duration,
    },
    /// A module is done.
    Done {
        /// The module.
        index: &'a IndexPath,
        /// Its size before.
        before: Bytes,
        /// Its size in the artifact.
        after: Bytes,
        /// How long it took.
        elapsed: Duration,
    },
}
