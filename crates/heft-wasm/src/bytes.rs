//! Lengths and their differences, with the unit in the type.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;

/// A length in bytes: a plain integer in JSON, `1,523 B` in text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "u64"))]
#[serde(try_from = "u64", into = "u64")]
pub struct Bytes(pub u64);

/// A number of bytes that no file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are too many: no file has 2^63")]
pub struct TooLarge(u64);

impl TryFrom<u64> for Bytes {
    type Error = TooLarge;

    fn try_from(bytes: u64) -> Result<Self, TooLarge> {
        match i64::try_from(bytes) {
            Ok(_) => Ok(Self(bytes)),
            Err(_) => Err(TooLarge(bytes)),
        }
    }
}

impl From<Bytes> for u64 {
    fn from(bytes: Bytes) -> Self {
        bytes.0
    }
}

impl Bytes {
    /// The length of `data`.
    #[must_use]
    pub const fn of(data: &[u8]) -> Self {
        // `usize` is at most 64 bits wide on every host this runs on.
        Self(data.len() as u64)
    }

    /// `self - other`, signed. Where one of them is not a length of a file, the nearest there is.
    #[must_use]
    pub fn minus(self, other: Self) -> ByteDelta {
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        // Both are at least zero, so their difference always fits.
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
        Self(iter.fold(0, |sum, bytes| sum.saturating_add(bytes.0)))
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

/// Reads a size as people write it: `350 KiB`, `1,024 B`, `1.5 MiB`.
///
/// # Errors
///
/// When there is no number, no unit or an unknown one, it is not a whole number of bytes, or larger than
/// a file can be; in words.
pub fn parse_size(text: &str) -> Result<Bytes, String> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim());
    let plain = number.replace(',', "");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.is_empty() || fraction.contains('.') || plain.ends_with('.') {
        return Err(format!(
            "\"{text}\" is not a size; write e.g. \"350 KiB\" or \"1,024 B\""
        ));
    }
    let factor: u64 = match unit {
        "B" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        "" => return Err(no_unit(text)),
        _ => {
            return Err(format!(
                "\"{unit}\" is not a unit; use B, KiB or MiB, e.g. \"{number} KiB\""
            ));
        }
    };
    let too_large = || format!("\"{text}\" is too large: no file has 2^63 bytes");
    // As many digits as there are, without a point: 1.5 MiB is 15 MiB by ten.
    let digits: u128 = format!("{whole}{fraction}")
        .parse()
        .map_err(|_| too_large())?;
    let parts = u32::try_from(fraction.len()).ok();
    let parts = parts.and_then(|n| 10_u128.checked_pow(n));
    let (bytes, parts) = digits
        .checked_mul(factor.into())
        .zip(parts)
        .ok_or_else(too_large)?;
    if bytes % parts != 0 {
        return Err(format!(
            "\"{text}\" is not a whole number of bytes; write e.g. \"{} B\"",
            bytes / parts
        ));
    }
    let bytes = u64::try_from(bytes / parts).map_err(|_| too_large())?;
    Bytes::try_from(bytes).map_err(|_| too_large())
}

/// What is said of a size without a unit.
#[must_use]
pub fn no_unit(number: &str) -> String {
    format!("size {number} has no unit; write \"{number} B\" or \"{number} KiB\"")
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
    fn what_no_file_has_is_refused_when_it_is_read_and_never_panics() {
        for (text, expected) in [
            ("9223372036854775807", Ok(Bytes(i64::MAX.unsigned_abs()))),
            (
                "9223372036854775808",
                Err("9223372036854775808 bytes are too many"),
            ),
            (
                "18446744073709551615",
                Err("18446744073709551615 bytes are too many"),
            ),
            ("18446744073709551616", Err("invalid type")),
            ("-1", Err("invalid value")),
        ] {
            let found = serde_json::from_str::<Bytes>(text).map_err(|err| err.to_string());
            match (found, expected) {
                (found, Ok(expected)) => assert_eq!(found, Ok(expected)),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{found}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        }
        let all = [Bytes(u64::MAX), Bytes(1), Bytes(0)];
        assert_eq!(all.into_iter().sum::<Bytes>(), Bytes(u64::MAX));
        assert_eq!(Bytes(u64::MAX).minus(Bytes(0)), ByteDelta(i64::MAX));
        assert_eq!(Bytes(0).minus(Bytes(u64::MAX)), ByteDelta(-i64::MAX));
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(Bytes(5).minus(Bytes(1_005)).to_string(), "-1,000 B");
        assert_eq!(Bytes(7).minus(Bytes(5)).to_string(), "+2 B");
        assert_eq!(Bytes(7).minus(Bytes(7)).to_string(), "0 B");
    }
}
