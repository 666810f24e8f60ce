//! What a decision can weigh: sizes of files, counters of cases, a person's mark.

use heft_data::bench_result::{BenchRow, BenchedModule};
use heft_data::counter::{Better, Counter};
use serde::{Serialize, Serializer};
use std::fmt;

/// A number of a module or of one of its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The file as it is.
    RawBytes,
    /// gzip level 9.
    GzipBytes,
    /// brotli quality 11.
    BrotliBytes,
    /// A counter of a case.
    Count(Counter),
    /// A person's mark.
    Maintenance,
}

impl Measure {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let files = [Self::RawBytes, Self::GzipBytes, Self::BrotliBytes];
        let counts = Counter::ALL.iter().copied().map(Self::Count);
        files.into_iter().chain(counts).chain([Self::Maintenance])
    }

    /// Its name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::RawBytes => "raw_bytes",
            Self::GzipBytes => "gzip_bytes",
            Self::BrotliBytes => "brotli_bytes",
            Self::Count(counter) => counter.key(),
            Self::Maintenance => "maintenance",
        }
    }

    /// Whether it is measured case by case.
    #[must_use]
    pub fn is_per_case(self) -> bool {
        matches!(self, Self::Count(_))
    }

    /// Which of two numbers is the better one.
    pub(super) fn better(self) -> Better {
        match self {
            Self::RawBytes | Self::GzipBytes | Self::BrotliBytes => Better::Less,
            Self::Count(counter) => counter.better(),
            Self::Maintenance => Better::More,
        }
    }

    /// The number of a module; `None` of what is not a number of one.
    pub(super) fn of_module(self, module: &BenchedModule) -> Option<u64> {
        match self {
            Self::RawBytes => Some(module.raw_bytes.0),
            Self::GzipBytes => Some(module.gzip_bytes.0),
            Self::BrotliBytes => Some(module.brotli_bytes.0),
            Self::Count(_) | Self::Maintenance => None,
        }
    }

    /// The number of a case; `None` where it was not measured, or is not a number of one.
    pub(super) fn of_case(self, row: &BenchRow) -> Option<u64> {
        match self {
            Self::Count(counter) => counter.of(row),
            _ => None,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::RawBytes => "raw size",
            Self::GzipBytes => "gzip size",
            Self::BrotliBytes => "brotli size",
            Self::Count(counter) => counter.label(),
            Self::Maintenance => "maintenance",
        })
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Measure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measure".into()
    }

    /// NB: by its own module: two other types of the reports have the same name.
    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::Measure").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let description = |measure: Self| match measure {
            Self::RawBytes => "The file as it is.",
            Self::GzipBytes => "gzip level 9.",
            Self::BrotliBytes => "brotli quality 11.",
            Self::Count(counter) => counter.description(),
            Self::Maintenance => "A person's mark.",
        };
        heft_data::schema::one_of(
            "A number of a module or of one of its cases.",
            Self::all().map(|measure| (measure.key(), description(measure))),
        )
    }
}
