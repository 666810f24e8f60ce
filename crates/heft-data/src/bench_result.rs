//! What a benchmark measured: the file that `bench` writes and `gate`, `accept`, `decide` and
//! `report` read.

use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of this shape.
pub const SCHEMA: u32 = 1;

/// Every module with every case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchReport {
    /// Version of this shape: [`SCHEMA`].
    pub schema: u32,
    /// What ran the modules.
    pub engine: Engine,
    /// The modules, in the order asked for.
    pub modules: Vec<BenchedModule>,
    /// The cases, in the order asked for.
    pub cases: Vec<Case>,
    /// Each case of each module: modules in order, and in each of them the cases in order.
    pub rows: Vec<BenchRow>,
}

/// What makes fuel comparable: its price list belongs to the engine's version, and what a program
/// does when it starts depends on the host's platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Engine {
    /// Version of wasmtime.
    pub wasmtime: String,
    /// Architecture and system, e.g. `x86_64-linux`.
    pub platform: String,
}

/// A module or component that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchedModule {
    /// The name it goes by, e.g. `talc-wasip1`.
    pub name: String,
    /// Module or component.
    pub kind: Kind,
    /// Its size.
    pub raw_bytes: Bytes,
    /// Its size as gzip level 9.
    pub gzip_bytes: Bytes,
    /// Its size as brotli quality 11.
    pub brotli_bytes: Bytes,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl BenchedModule {
    /// A module of which nothing else is known.
    #[must_use]
    pub fn bare(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            raw_bytes: Bytes(0),
            gzip_bytes: Bytes(0),
            brotli_bytes: Bytes(0),
            sha256: String::new(),
        }
    }
}

/// What every module is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case {
    /// The name it goes by, e.g. `churn`.
    pub name: String,
    /// Arguments after the program's name.
    pub arguments: Vec<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It ended with exit code 0 and the expected output.
    Ok,
    /// It trapped.
    Trapped,
    /// It ended with another exit code.
    Failed,
    /// Its output is not that of the other modules.
    WrongOutput,
    /// It wanted more memory than allowed.
    OutOfMemory,
    /// It did not end in time.
    TimedOut,
    /// It printed more than allowed.
    TooMuchOutput,
    /// It is not a WASI command, or imports what nobody offers.
    NotRunnable,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Trapped => "trapped",
            Self::Failed => "failed",
            Self::WrongOutput => "wrong-output",
            Self::OutOfMemory => "out-of-memory",
            Self::TimedOut => "timed-out",
            Self::TooMuchOutput => "too-much-output",
            Self::NotRunnable => "not-runnable",
        })
    }
}

/// One case of one module. Fuel counts instructions and is the same in every run; times are not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchRow {
    /// Name of the module.
    pub module: String,
    /// Name of the case.
    pub case: String,
    /// How it ended. Numbers are of a run that ended well, and `None` otherwise.
    pub outcome: Outcome,
    /// One line about why it failed.
    pub detail: Option<String>,
    /// Fuel without start-up, bulk memory operations charged by the byte.
    pub fuel: Option<u64>,
    /// Fuel without start-up, bulk memory operations charged one unit each.
    pub fuel_bulk_once: Option<u64>,
    /// Fuel of starting up, which `fuel` is without.
    pub startup_fuel: Option<u64>,
    /// Fuel of starting up, which `fuel_bulk_once` is without.
    pub startup_fuel_bulk_once: Option<u64>,
    /// Pages of 64 KiB at the start, over all memories.
    pub initial_pages: Option<u64>,
    /// Pages that were added to them. Memory never shrinks, so this is the peak.
    pub grown_pages: Option<u64>,
    /// Both: the pages that a host has to have for it.
    pub total_pages: Option<u64>,
    /// How deep its stack in memory became: from its end to the last byte of it that is not zero at the end
    /// of the run. `None` if memory does not begin with one, or there is more than one memory.
    pub stack_bytes: Option<Bytes>,
    /// What it printed, if that is short; else its length and SHA-256.
    pub output: Option<String>,
    /// Allocator operations it says it made, in a line `operations: N`.
    pub operations: Option<u64>,
    /// Fuel of single operations, if asked for and it marks any.
    pub operation_fuel: Option<OperationFuel>,
    /// Time from a compiled module to an instance, in nanoseconds.
    pub instantiate_ns: Option<Statistics>,
    /// Time of the whole run, start-up included, in nanoseconds.
    pub wall_ns: Option<Statistics>,
    /// `operations` by the median of `wall_ns`.
    pub operations_per_second: Option<f64>,
    /// Memory over time, if asked for: fuel used so far (bulk by the byte), pages grown by then.
    pub memory_curve: Option<Vec<(u64, u64)>>,
}

impl BenchRow {
    /// A run that ended like this, without any number.
    #[must_use]
    pub fn ended(module: &str, case: &str, outcome: Outcome, detail: Option<String>) -> Self {
        Self {
            module: module.to_owned(),
            case: case.to_owned(),
            outcome,
            detail,
            fuel: None,
            fuel_bulk_once: None,
            startup_fuel: None,
            startup_fuel_bulk_once: None,
            initial_pages: None,
            grown_pages: None,
            total_pages: None,
            stack_bytes: None,
            output: None,
            operations: None,
            operation_fuel: None,
            instantiate_ns: None,
            wall_ns: None,
            operations_per_second: None,
            memory_curve: None,
        }
    }
}

/// The fuel of single operations, bulk memory operations charged by the byte: what lies between two looks at
/// the monotonic clock, from the first to the second, from the third to the fourth and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OperationFuel {
    /// How many there were.
    pub count: u64,
    /// One in ten thousand took more than this.
    pub percentile_99_99: u64,
    /// The most that one took.
    pub worst: u64,
}

/// A sample of times, described by numbers that single slow runs do not move.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Statistics {
    /// The middle one.
    pub median: f64,
    /// Median distance from the median.
    pub mad: f64,
    /// The fastest.
    pub min: f64,
    /// The slowest.
    pub max: f64,
    /// How many runs.
    pub runs: u32,
    /// How many of them are far out.
    pub outliers: u32,
}
