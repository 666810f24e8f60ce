//! The numbers of a case that baselines, ratios and decisions speak of.

use crate::bench_result::BenchRow;
use serde::Serialize;
use std::fmt;

/// What is looked at in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// How it ended.
    Outcome,
    /// Fuel, bulk memory operations charged by the byte.
    Fuel,
    /// Fuel, bulk memory operations charged one unit each.
    FuelBulkOnce,
    /// Pages of 64 KiB above the initial ones.
    GrownPages,
}

impl Figure {
    /// Those that are numbers.
    pub const NUMBERS: [Self; 3] = [Self::Fuel, Self::FuelBulkOnce, Self::GrownPages];

    /// Its name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Fuel => "fuel",
            Self::FuelBulkOnce => "fuel_bulk_once",
            Self::GrownPages => "grown_pages",
        }
    }

    /// What it is counted in; `None` for what is no number.
    #[must_use]
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::Outcome => None,
            Self::Fuel | Self::FuelBulkOnce => Some(Unit::Fuel),
            Self::GrownPages => Some(Unit::Pages),
        }
    }

    /// The number of a case; `None` where it was not measured, or is none.
    #[must_use]
    pub fn of(self, row: &BenchRow) -> Option<u64> {
        match self {
            Self::Outcome => None,
            Self::Fuel => row.fuel,
            Self::FuelBulkOnce => row.fuel_bulk_once,
            Self::GrownPages => row.grown_pages,
        }
    }
}

/// What a number is counted in. Less of either is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Units of fuel.
    Fuel,
    /// Pages of 64 KiB.
    Pages,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}
