//! What is to be measured.

use heft_data::bench_result::Case;
use heft_wasm::bytes::Bytes;
use std::path::PathBuf;
use std::time::Duration;

/// Modules, cases, and the sandbox the modules run in.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is run, in the order of the report.
    pub modules: Vec<ModuleFile>,
    /// With what, in the order of the report.
    pub cases: Vec<Case>,
    /// Arguments of a run that does nothing but start and end. Its fuel is subtracted from that of
    /// the cases; without it, the fuel of instantiation is.
    pub startup: Option<Vec<String>>,
    /// Environment variables. There are no others.
    pub env: Vec<(String, String)>,
    /// Standard input of every run.
    pub stdin: Vec<u8>,
    /// Folders that programs find; every run gets a copy of its own.
    pub preopens: Vec<Preopen>,
    /// Where the copies are made. Each is gone when its run is over; whoever can be told to end in between
    /// removes this folder.
    pub temporary: PathBuf,
    /// What a case must print.
    pub expectation: Expectation,
    /// Where a run is stopped.
    pub limits: Limits,
    /// Timed runs of each case; zero measures no times.
    pub runs: u32,
    /// Whether to record how memory grows.
    pub curve: bool,
    /// Whether to count the fuel between each two looks at the monotonic clock.
    pub operations: bool,
}

/// A module or component.
#[derive(Clone, Debug)]
pub struct ModuleFile {
    /// The name it goes by.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A folder of the host and its name in the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preopen {
    /// The folder that is copied.
    pub host: PathBuf,
    /// The path under which the program finds the copy.
    pub guest: String,
}

/// What makes an output right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// All modules print the same: what the first one prints that ends well.
    Same,
    /// These bytes, by the case's name; cases that are not named are held to [`Expectation::Same`].
    Given(Vec<(String, Vec<u8>)>),
    /// Anything goes.
    Anything,
}

/// Where a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory of a program, over all its linear memories.
    pub memory: Bytes,
    /// How long one run may take.
    pub time: Duration,
    /// What the copies of all preopens may hold.
    pub preopens: Bytes,
    /// What it may print, on standard output and standard error together.
    pub output: Bytes,
}

impl Default for Limits {
    /// 1 GiB of memory, a minute, 1 GiB in preopens, 16 MiB of output.
    fn default() -> Self {
        Self {
            memory: Bytes(1 << 30),
            time: Duration::from_secs(60),
            preopens: Bytes(1 << 30),
            output: Bytes(16 << 20),
        }
    }
}
