//! Looking numbers up in a bench file, by candidate and target.

use super::criteria::Criteria;
use super::error::DecideError;
use super::measure::Measure;
use heft_data::bench_result::{BenchReport, BenchRow, BenchedModule};
use std::collections::HashMap;

/// The numbers of a bench file under the names of a decision file.
pub(super) struct Numbers<'a> {
    criteria: &'a Criteria,
    modules: HashMap<&'a str, &'a BenchedModule>,
    rows: HashMap<(&'a str, &'a str), &'a BenchRow>,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(criteria: &'a Criteria, bench: &'a BenchReport) -> Self {
        let modules = bench.modules.iter();
        let rows = bench.rows.iter();
        Self {
            criteria,
            modules: modules.map(|m| (m.name.as_str(), m)).collect(),
            rows: rows
                .map(|row| ((row.module.as_str(), row.case.as_str()), row))
                .collect(),
        }
    }

    /// The module of a candidate for a target.
    pub(super) fn module(
        &self,
        candidate: &str,
        target: &str,
    ) -> Result<&'a BenchedModule, DecideError> {
        let name = self.criteria.module(candidate, target);
        let found = self.modules.get(name.as_str()).copied();
        found.ok_or(DecideError::NoModule {
            module: name,
            file: self.criteria.file.clone(),
        })
    }

    /// A case of a candidate for a target.
    pub(super) fn row(
        &self,
        candidate: &str,
        target: &str,
        case: &str,
    ) -> Result<&'a BenchRow, DecideError> {
        let module = self.criteria.module(candidate, target);
        let found = self.rows.get(&(module.as_str(), case)).copied();
        found.ok_or_else(|| DecideError::NoRow {
            module,
            case: case.to_owned(),
        })
    }

    /// A measured number.
    pub(super) fn number(
        &self,
        candidate: &str,
        target: &str,
        measure: Measure,
        case: Option<&str>,
    ) -> Result<u64, DecideError> {
        let Some(case) = case else {
            let module = self.module(candidate, target)?;
            return Ok(measure.of_module(module).unwrap_or_default());
        };
        let row = self.row(candidate, target, case)?;
        measure
            .of_case(row)
            .ok_or_else(|| DecideError::NotMeasured {
                module: row.module.clone(),
                case: case.to_owned(),
                measure,
            })
    }
}
