//! `bench.json`: the fuel and pages that were last accepted.

use super::accept::{Acceptable, Candidate, Cases};
use super::digest::Digests;
use super::figures::Figures;
use super::file::{BaselineFile, Content, Parts};
use super::history::Baseline;
use super::tolerance::BenchTolerance;
use heft_data::bench_result::{BenchReport, Outcome};
use heft_data::counter::Counter;
use heft_data::fingerprint::Fingerprint;
use heft_data::provenance::Provenance;
use heft_data::source::json::Map;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the file's shape. The first one had no digests; it is read, and written as this one.
pub const BENCH_SCHEMA: u32 = 2;

/// The content of `bench.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BenchFile {
    /// Version of this shape: [`BENCH_SCHEMA`].
    pub schema: u32,
    /// Growth that passes.
    pub tolerance: BenchTolerance,
    /// The tools and the engine, by the id that `rows` refers to.
    pub fingerprints: Map<Fingerprint>,
    /// By fingerprint id, then by module, then by case.
    pub rows: Map<Map<Map<Figures>>>,
    /// A digest of each module's cases.
    #[serde(default)]
    pub digests: Digests,
}

impl Default for BenchFile {
    fn default() -> Self {
        Self {
            schema: BENCH_SCHEMA,
            tolerance: BenchTolerance::default(),
            fingerprints: Map::default(),
            rows: Map::default(),
            digests: Map::default(),
        }
    }
}

/// What was measured of one module, and the tools it was made and run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The module's name.
    pub module: String,
    /// What makes its figures comparable.
    pub fingerprint: Fingerprint,
    /// Its cases in the order of the result, with one line about why it failed.
    pub cases: Vec<(String, Figures, Option<String>)>,
}

/// Why a result can't be held against a baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nobody says what made the module.
    #[error(
        "no record given describes module `{module}` (SHA-256 {sha256:.12}...); pass its `--record`, or name its tools with --fingerprint KEY=VALUE"
    )]
    NoRecord {
        /// The module.
        module: String,
        /// Its content.
        sha256: String,
    },
    /// A row of a module that is not listed, or twice.
    #[error("module `{0}` is not listed once and only once in \"modules\"")]
    Modules(String),
    /// A row twice.
    #[error("case `{case}` of module `{module}` is there twice")]
    Twice {
        /// The module.
        module: String,
        /// The case.
        case: String,
    },
}

/// Joins a result with what made its modules: each module with the record whose output it is, or
/// else with `otherwise`.
///
/// # Errors
///
/// When a module has neither, or the result contradicts itself.
pub fn keyed(
    report: &BenchReport,
    records: &[Provenance],
    otherwise: Option<&Provenance>,
) -> Result<Vec<Measured>, KeyError> {
    let engine = [
        ("platform".to_owned(), report.engine.platform.clone()),
        ("wasmtime".to_owned(), report.engine.wasmtime.clone()),
    ];
    let mut out: Vec<Measured> = Vec::new();
    for module in &report.modules {
        if out.iter().any(|other| other.module == module.name) {
            return Err(KeyError::Modules(module.name.clone()));
        }
        let describes = |record: &&Provenance| record.sha256.as_ref() == Some(&module.sha256);
        let Some(provenance) = records.iter().find(describes).or(otherwise) else {
            return Err(KeyError::NoRecord {
                module: module.name.clone(),
                sha256: module.sha256.clone(),
            });
        };
        let pairs: BTreeMap<String, String> = provenance.tools.0.0.clone();
        out.push(Measured {
            module: module.name.clone(),
            fingerprint: Fingerprint::new(pairs.into_iter().chain(engine.clone())),
            cases: Vec::new(),
        });
    }
    for row in &report.rows {
        let Some(module) = out.iter_mut().find(|module| module.module == row.module) else {
            return Err(KeyError::Modules(row.module.clone()));
        };
        if module.cases.iter().any(|(case, ..)| *case == row.case) {
            return Err(KeyError::Twice {
                module: row.module.clone(),
                case: row.case.clone(),
            });
        }
        module
            .cases
            .push((row.case.clone(), Figures::of(row), row.detail.clone()));
    }
    Ok(out)
}

/// `bench.json`, with the lines of its entries.
pub type BenchBaseline = BaselineFile<BenchFile>;

impl BenchBaseline {
    /// What was accepted of a case.
    #[must_use]
    pub fn figures(&self, id: &str, module: &str, case: &str) -> Option<&Figures> {
        self.content.rows.get(id)?.get(module)?.get(case)
    }
}

impl Content for BenchFile {
    type Entry = Map<Figures>;
    const SCHEMA: u32 = BENCH_SCHEMA;
    const ENTRIES: &'static str = "rows";
    /// The figures of a case are on one line.
    const INLINE: usize = 4;

    fn parts(&mut self) -> Parts<'_, Map<Figures>> {
        Parts {
            schema: &mut self.schema,
            fingerprints: &mut self.fingerprints,
            entries: &mut self.rows,
            digests: &mut self.digests,
        }
    }

    fn wrong(module: &str, cases: &Map<Figures>) -> Option<(Option<String>, String)> {
        cases.iter().find_map(|(case, figures)| {
            let none = figures.numbers.is_empty();
            let message = match figures.outcome {
                Some(Outcome::Ok) => "leave \"outcome\" out where a case ends well",
                Some(_) if !none => {
                    "a case that does not end well has no figures; remove them or the outcome"
                }
                None if none => "it has neither figures nor an outcome",
                _ => return None,
            };
            let message = format!("case `{case}` of `{module}`: {message}");
            Some((Some(case.clone()), message))
        })
    }
}

impl Acceptable for BenchFile {
    const BASELINE: Baseline = Baseline::Bench;
    type Numbers = Figures;
    type Measured = Measured;

    fn candidate(module: &Measured) -> Candidate<'_, Figures> {
        let cases = module.cases.iter();
        Candidate {
            name: &module.module,
            fingerprint: &module.fingerprint,
            cases: cases
                .map(|(case, figures, _)| (case.clone(), figures.clone()))
                .collect(),
        }
    }

    fn cases(entry: &Map<Figures>) -> Cases<Figures> {
        entry.0.clone()
    }

    fn entry(cases: Cases<Figures>) -> Option<Map<Figures>> {
        (!cases.is_empty()).then_some(Map(cases))
    }

    fn allowed(&self, counter: Counter, old: u64) -> u64 {
        self.tolerance.allowed(counter, old)
    }

    /// The cases that are not the same, with all of their figures.
    fn to_history(these: &Cases<Figures>, others: Option<&Cases<Figures>>) -> Value {
        let differs = |(case, figures): &(&String, &Figures)| {
            others.and_then(|others| others.get(*case)) != Some(*figures)
        };
        let changed: BTreeMap<&String, &Figures> = these.iter().filter(differs).collect();
        serde_json::to_value(changed).unwrap_or_default()
    }
}
