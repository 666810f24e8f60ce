//! The settings of the vector memory.

use alloc::string::String;
use core::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::deserialize_name;

/// The settings of the vector memory. Every field has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryConfig {
    /// Who turns a text into a vector.
    pub embedder: Embedder,
    /// How long the vectors are.
    pub dimensions: Dimensions,
    /// The model's name, for [`Embedder::Http`].
    pub model: String,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self {
            embedder: Embedder::Ngram,
            dimensions: Dimensions(384),
            model: String::from("text-embedding-3-small"),
        }
    }
}

/// Who turns a text into a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Embedder {
    /// Built in: counts words and parts of words. Needs no network and always gives the same vector.
    Ngram,
    /// The service of the HTTP provider.
    Http,
}

impl Embedder {
    const ALL: [Self; 2] = [Self::Ngram, Self::Http];
    const NAMES: &[&str] = &["ngram", "http"];

    /// The name that a config has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl<'de> Deserialize<'de> for Embedder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::ALL[deserialize_name(deserializer, Self::NAMES)?])
    }
}

/// How many numbers a vector has: 128, 384 or 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Dimensions(u32);

impl Dimensions {
    /// All that there are.
    pub const ALL: [Self; 3] = [Self(128), Self(384), Self(1024)];

    /// The one of this many, if there is one.
    #[must_use]
    pub fn new(count: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.0 == count)
    }

    /// How many they are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Dimensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(DimensionsVisitor)
    }
}

struct DimensionsVisitor;

impl Visitor<'_> for DimensionsVisitor {
    type Value = Dimensions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("128, 384 or 1024")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Dimensions, E> {
        u32::try_from(value)
            .ok()
            .and_then(Dimensions::new)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedder_is_read_by_its_name() {
        for embedder in Embedder::ALL {
            let json = serde_json::to_string(&embedder).expect("writes");
            assert_eq!(json.trim_matches('"'), embedder.name());
            assert_eq!(
                serde_json::from_str::<Embedder>(&json).expect("reads"),
                embedder
            );
        }
    }

    #[test]
    fn only_the_known_dimensions_are_read() {
        for count in 0..2000 {
            let read = serde_json::from_str::<Dimensions>(&alloc::format!("{count}"));
            assert_eq!(read.is_ok(), [128, 384, 1024].contains(&count), "{count}");
        }
    }
}
