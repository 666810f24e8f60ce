//! The numbers of a case that baselines, ratios and decisions speak of.

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
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}
