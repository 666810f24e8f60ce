//! Looking numbers up in a bench file, by candidate and target.

use super::criteria::{Criteria, Measure};
use super::error::DecideError;
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
            return Ok(match measure {
                Measure::GzipBytes => module.gzip_bytes.0,
                Measure::BrotliBytes => module.brotli_bytes.0,
                _ => module.raw_bytes.0,
            });
        };
        let row = self.row(candidate, target, case)?;
        number_of(row, measure).ok_or_else(|| DecideError::NotMeasured {
            module: row.module.clone(),
            case: case.to_owned(),
            measure,
        })
    }
}

/// A number of a case.
pub(super) fn number_of(row: &BenchRow, measure: Measure) -> Option<u64> {
    match measure {
        Measure::Fuel => row.fuel,
        Measure::FuelBulkOnce => row.fuel_bulk_once,
        Measure::StartupFuel => row.startup_fuel,
        Measure::StartupFuelBulkOnce => row.startup_fuel_bulk_once,
        Measure::InitialPages => row.initial_pages,
        Measure::GrownPages => row.grown_pages,
        Measure::TotalPages => row.total_pages,
        Measure::StackBytes => row.stack_bytes.map(|bytes| bytes.0),
        Measure::WorstOperationFuel => row.operation_fuel.map(|fuel| fuel.worst),
        Measure::OperationFuel9999 => row.operation_fuel.map(|fuel| fuel.percentile_99_99),
        Measure::RawBytes | Measure::GzipBytes | Measure::BrotliBytes | Measure::Maintenance => {
            None
        }
    }
}
