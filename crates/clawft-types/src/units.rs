//! Lengths with their unit.

use core::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// The largest length a config may ask for: 64 Mi, so that a context of several messages still fits
/// the 4 GiB that a 32-bit module can address.
const MAX: u32 = 64 * 1024 * 1024;

/// A length in tokens: a plain integer in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Tokens(pub u32);

/// A length in bytes: a plain integer in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Bytes(pub u32);

/// A time in seconds, from 1 to 3600: a plain integer in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

/// How often something is tried again, from 0 to 10: a plain integer in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Retries(pub u32);

impl Tokens {
    /// How many bytes of UTF-8 count as one token: the usual rule of thumb for English prose.
    pub const BYTES_PER_TOKEN: usize = 4;

    /// An estimate for `text`: its bytes by [`Self::BYTES_PER_TOKEN`], rounded up.
    ///
    /// No tokenizer is asked: a budget needs to be the same on every machine and for every model.
    #[must_use]
    pub fn estimate(text: &str) -> Self {
        let tokens = text.len().div_ceil(Self::BYTES_PER_TOKEN);
        Self(u32::try_from(tokens).unwrap_or(u32::MAX))
    }

    /// The sum, or the largest count there is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Bytes {
    /// The length of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(u32::try_from(text.len()).unwrap_or(u32::MAX))
    }
}

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_u64(Count("tokens", 1, MAX))
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_u64(Count("bytes", 1, MAX))
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_u64(Count("seconds", 1, 3600))
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Retries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_u64(Count("retries", 0, 10))
            .map(Self)
    }
}

/// Reads a number; holds the unit's name for the error message, and the ends of the range.
struct Count(&'static str, u32, u32);

impl Visitor<'_> for Count {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(unit, min, max) = self;
        write!(f, "a number of {unit} from {min} to {max}")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u32, E> {
        Err(E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u32, E> {
        u32::try_from(value)
            .ok()
            .filter(|count| (self.1..=self.2).contains(count))
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bytes_are_a_token_and_a_rest_counts_as_one() {
        assert_eq!(Tokens::estimate(""), Tokens(0));
        assert_eq!(Tokens::estimate("a"), Tokens(1));
        assert_eq!(Tokens::estimate("abcd"), Tokens(1));
        assert_eq!(Tokens::estimate("abcde"), Tokens(2));
        assert_eq!(Tokens::estimate("äöü"), Tokens(2));
    }

    #[test]
    fn a_sum_of_tokens_does_not_wrap() {
        assert_eq!(Tokens(u32::MAX).plus(Tokens(1)), Tokens(u32::MAX));
    }

    #[test]
    fn the_ends_of_the_range_are_allowed() {
        assert_eq!(serde_json::from_str::<Bytes>("1").ok(), Some(Bytes(1)));
        assert_eq!(
            serde_json::from_str::<Bytes>("67108864").ok(),
            Some(Bytes(MAX))
        );
        assert!(serde_json::from_str::<Bytes>("67108865").is_err());
        assert!(serde_json::from_str::<Bytes>("1.5").is_err());
    }
}
