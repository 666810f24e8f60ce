//! How much growth is accepted silently. Written in the baselines, so that it is data.

use heft_data::counter::{Counter, Unit};
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};

const MILLION: u128 = 1_000_000;

/// Growth of a size that passes: the larger of a share and a number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SizeTolerance {
    /// Bytes.
    pub absolute_bytes: Bytes,
    /// Parts per million of the baseline.
    pub relative_ppm: u32,
}

impl Default for SizeTolerance {
    /// The larger of 64 bytes and 0.2 %.
    fn default() -> Self {
        Self {
            absolute_bytes: Bytes(64),
            relative_ppm: 2_000,
        }
    }
}

impl SizeTolerance {
    /// The growth that passes above `baseline`.
    #[must_use]
    pub fn allowed(self, baseline: Bytes) -> Bytes {
        self.absolute_bytes
            .max(Bytes(share(baseline.0, self.relative_ppm)))
    }
}

/// Growth of a benchmark's figures that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BenchTolerance {
    /// Of both kinds of fuel, in parts per million of the baseline.
    pub fuel_ppm: u32,
    /// Of pages of 64 KiB.
    pub grown_pages: u64,
}

impl Default for BenchTolerance {
    /// 0.1 % of fuel, no page.
    fn default() -> Self {
        Self {
            fuel_ppm: 1_000,
            grown_pages: 0,
        }
    }
}

impl BenchTolerance {
    /// The change of a number to the worse that passes.
    #[must_use]
    pub fn allowed(self, counter: Counter, baseline: u64) -> u64 {
        match counter.unit() {
            Unit::Fuel => share(baseline, self.fuel_ppm),
            Unit::Pages => self.grown_pages,
            Unit::Bytes => 0,
        }
    }
}

/// `ppm` millionths of `whole`, rounded down.
fn share(whole: u64, ppm: u32) -> u64 {
    u64::try_from(u128::from(whole) * u128::from(ppm) / MILLION).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_of_share_and_bytes_counts() {
        let tolerance = SizeTolerance::default();
        assert_eq!(tolerance.allowed(Bytes(1_000)), Bytes(64));
        assert_eq!(tolerance.allowed(Bytes(112_682)), Bytes(225));
        assert_eq!(share(u64::MAX, u32::MAX), u64::MAX);
    }
}
