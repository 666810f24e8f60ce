//! Lengths and their differences, with the unit in the type.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;

/// A length in bytes: a plain integer in JSON, `1,523 B` in text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl Bytes {
    /// The length of `data`.
    #[must_use]
    pub const fn of(data: &[u8]) -> Self {
        // `usize` is at most 64 bits wide on every host this runs on.
        Self(data.len() as u64)
    }

    /// `self - other`, signed.
    ///
    /// # Panics
    ///
    /// If a length does not fit `i64`, which no file does.
    #[must_use]
    pub fn minus(self, other: Self) -> ByteDelta {
        let signed = |n: u64| i64::try_from(n).expect("a file is shorter than 2^63 bytes");
        ByteDelta(signed(self.0) - signed(other.0))
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} B", group_thousands(self.0)))
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|b| b.0).sum())
    }
}

/// A difference of two lengths in bytes: a signed integer in JSON, `+42 B` in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ByteDelta(pub i64);

impl fmt::Display for ByteDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.0 {
            0 => "",
            1.. => "+",
            _ => "-",
        };
        f.pad(&format!(
            "{sign}{} B",
            group_thousands(self.0.unsigned_abs())
        ))
    }
}

/// A number with a comma between each three digits.
#[must_use]
pub fn group_thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_grouped_by_thousands_with_their_unit() {
        let shown: Vec<String> = [0, 999, 1_000, 1_234_567]
            .map(|n| Bytes(n).to_string())
            .into();
        assert_eq!(shown, ["0 B", "999 B", "1,000 B", "1,234,567 B"]);
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(Bytes(5).minus(Bytes(1_005)).to_string(), "-1,000 B");
        assert_eq!(Bytes(7).minus(Bytes(5)).to_string(), "+2 B");
        assert_eq!(Bytes(7).minus(Bytes(7)).to_string(), "0 B");
    }
}
