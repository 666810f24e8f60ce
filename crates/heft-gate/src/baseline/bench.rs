//! `bench.json`: the fuel and pages that were last accepted.

use super::digest::{self, Digests};
use super::sizes::check_ids;
use super::tolerance::BenchTolerance;
use heft_data::bench_result::{BenchReport, Outcome};
use heft_data::figure::Figure;
use heft_data::fingerprint::Fingerprint;
use heft_data::provenance::Provenance;
use heft_data::source::json::{JsonError, Lines, Map, parse, pretty};
use heft_data::source::place::Place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's shape. The first one had no digests; it is read, and written as this one.
pub const BENCH_SCHEMA: u32 = 2;

/// The version without digests.
const WITHOUT_DIGESTS: u32 = 1;

/// Depth from which objects are written on one line: the figures of a case are.
const INLINE: usize = 4;

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

/// What was accepted of one case of one module: its figures, or how it ends if not well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// How it ends; absent when it ends well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Fuel without start-up, bulk memory operations charged by the byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// Fuel without start-up, bulk memory operations charged one unit each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_bulk_once: Option<u64>,
    /// Pages of 64 KiB above the initial ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grown_pages: Option<u64>,
}

impl Figures {
    /// One of the numbers. `None` where it was not measured, or is none.
    #[must_use]
    pub fn get(&self, figure: Figure) -> Option<u64> {
        match figure {
            Figure::Outcome => None,
            Figure::Fuel => self.fuel,
            Figure::FuelBulkOnce => self.fuel_bulk_once,
            Figure::GrownPages => self.grown_pages,
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
        let figures = if row.outcome == Outcome::Ok {
            Figures {
                outcome: None,
                fuel: row.fuel,
                fuel_bulk_once: row.fuel_bulk_once,
                grown_pages: row.grown_pages,
            }
        } else {
            Figures {
                outcome: Some(row.outcome),
                ..Figures::default()
            }
        };
        module
            .cases
            .push((row.case.clone(), figures, row.detail.clone()));
    }
    Ok(out)
}

/// `bench.json`, with the lines of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BenchBaseline {
    /// The file as it was named.
    pub file: String,
    lines: Lines,
    /// Its content.
    pub content: BenchFile,
}

impl BenchBaseline {
    /// Reads the text of the baseline named `file`.
    ///
    /// # Errors
    ///
    /// When it is not of this shape, or contradicts itself.
    pub fn parse(file: &str, text: &str) -> Result<Self, JsonError> {
        let mut baseline = Self {
            file: file.to_owned(),
            content: parse(file, text)?,
            lines: Lines::of(text),
        };
        baseline.check()?;
        // They are of the file and not of what becomes of it: writing makes them anew.
        baseline.content.schema = BENCH_SCHEMA;
        baseline.content.digests = Digests::default();
        Ok(baseline)
    }

    /// A baseline of nothing, to be written to `file`.
    #[must_use]
    pub fn empty(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
        }
    }

    /// The text of the file.
    ///
    /// # Panics
    ///
    /// Never: such content is always representable.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut content = self.content.clone();
        content.schema = BENCH_SCHEMA;
        content.digests = digest::of_all(&content.rows);
        pretty(&content, INLINE).expect("numbers and text are representable")
    }

    /// What was accepted of a case.
    #[must_use]
    pub fn figures(&self, id: &str, module: &str, case: &str) -> Option<&Figures> {
        self.content.rows.get(id)?.get(module)?.get(case)
    }

    pub(super) fn at(&self, path: &[&str]) -> Place {
        Place {
            file: self.file.clone(),
            line: self.lines.find(path).unwrap_or(1),
        }
    }

    fn check(&self) -> Result<(), JsonError> {
        let content = &self.content;
        let wrong = |path: &[&str], message: String| {
            let place = self.at(path);
            Err(JsonError { place, message })
        };
        if ![BENCH_SCHEMA, WITHOUT_DIGESTS].contains(&content.schema) {
            let message = format!(
                "schema {} is not known, expected {BENCH_SCHEMA}",
                content.schema
            );
            return wrong(&["schema"], message);
        }
        check_ids(&content.fingerprints, "rows", content.rows.keys())
            .or_else(|(path, message)| wrong(&[&path.0, &path.1], message))?;
        for (id, modules) in content.rows.iter() {
            for (module, cases) in modules.iter() {
                for (case, figures) in cases.iter() {
                    let numbers = [figures.fuel, figures.fuel_bulk_once, figures.grown_pages];
                    let message = match figures.outcome {
                        Some(Outcome::Ok) => "leave \"outcome\" out where a case ends well",
                        Some(_) if numbers != [None; 3] => {
                            "a case that does not end well has no figures; remove them or the outcome"
                        }
                        None if numbers == [None; 3] => "it has neither figures nor an outcome",
                        _ => continue,
                    };
                    let message = format!("case `{case}` of `{module}`: {message}");
                    return wrong(&["rows", id, module, case], message);
                }
            }
        }
        if content.schema != WITHOUT_DIGESTS
            && let Some(([id, name], message)) = digest::wrong(&content.rows, &content.digests)
        {
            return wrong(&["rows", &id, &name], message);
        }
        Ok(())
    }
}
