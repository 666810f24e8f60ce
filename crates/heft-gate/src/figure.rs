//! What the gate looks at in a case.

use heft_data::counter::Counter;
use serde::{Serialize, Serializer};
use std::fmt;

/// How a case ended, or one of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// How it ended.
    Outcome,
    /// A number that is compared.
    Count(Counter),
}

impl Figure {
    /// Its name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Count(counter) => counter.key(),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Figure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Figure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let counts = Counter::compared().map(|(counter, _)| (counter.key(), counter.description()));
        let all = std::iter::once(("outcome", "How it ended.")).chain(counts);
        heft_data::schema::one_of("What is looked at in a case.", all)
    }
}
