//! What is accepted of a case: a line of `bench.json`.

use super::accept::Numbers;
use heft_data::bench_result::{BenchRow, Outcome};
use heft_data::counter::Counter;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// The key of how a case ends.
const OUTCOME: &str = "outcome";

/// What was accepted of one case of one module: its figures, or how it ended unless that is `ok`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How it ends; `None` when it ends well.
    pub outcome: Option<Outcome>,
    /// The numbers that were measured.
    pub numbers: BTreeMap<Counter, u64>,
}

impl Figures {
    /// What a run showed.
    #[must_use]
    pub fn of(row: &BenchRow) -> Self {
        if row.outcome != Outcome::Ok {
            return Self {
                outcome: Some(row.outcome),
                ..Self::default()
            };
        }
        let number = |(counter, _): (Counter, _)| Some((counter, counter.of(row)?));
        Self {
            outcome: None,
            numbers: Counter::compared().filter_map(number).collect(),
        }
    }
}

impl Numbers for Figures {
    type Number = Counter;

    fn all() -> impl Iterator<Item = Counter> {
        Counter::compared().map(|(counter, _)| counter)
    }

    fn key(counter: Counter) -> &'static str {
        counter.key()
    }

    fn get(&self, counter: Counter) -> Option<u64> {
        self.numbers.get(&counter).copied()
    }

    fn set(&mut self, counter: Counter, value: Option<u64>) {
        match value {
            Some(value) => self.numbers.insert(counter, value),
            None => self.numbers.remove(&counter),
        };
    }

    fn worse_by(counter: Counter, old: u64, new: u64) -> u64 {
        counter.better().worse_by(old, new)
    }

    fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(outcome) = &self.outcome {
            map.serialize_entry(OUTCOME, outcome)?;
        }
        for (counter, number) in &self.numbers {
            map.serialize_entry(counter, number)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Figures {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OneCase)
    }
}

struct OneCase;

impl<'de> Visitor<'de> for OneCase {
    type Value = Figures;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the figures of a case")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Figures, A::Error> {
        let mut figures = Figures::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            if key == OUTCOME {
                figures.outcome = map.next_value()?;
            } else {
                let counter = Figures::all().find(|counter| counter.key() == key);
                let counter = counter.ok_or_else(|| unknown(&key))?;
                figures.set(counter, map.next_value()?);
            }
            seen.push(key);
        }
        Ok(figures)
    }
}

fn unknown<E: serde::de::Error>(key: &str) -> E {
    let keys: Vec<String> = std::iter::once(OUTCOME)
        .chain(Figures::all().map(Counter::key))
        .map(|key| format!("`{key}`"))
        .collect();
    E::custom(format!(
        "unknown field `{key}`, expected one of {}",
        keys.join(", ")
    ))
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Figures {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Figures".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        use heft_data::schema::described;
        let mut properties = serde_json::Map::new();
        let outcome =
            described::<Option<Outcome>>(generator, "How it ends; absent when it ends well.");
        properties.insert(OUTCOME.to_owned(), outcome);
        for counter in Self::all() {
            let number = described::<Option<u64>>(generator, counter.description());
            properties.insert(counter.key().to_owned(), number);
        }
        schemars::json_schema!({
            "description":
                "What was accepted of one case of one module: its figures, or how it ended unless that is `ok`.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_written_and_read_in_the_order_of_the_counters() {
        let text = r#"{"fuel":3,"fuel_bulk_once":2,"grown_pages":1}"#;
        let figures: Figures = serde_json::from_str(text).expect("a case");
        assert_eq!(figures.get(Counter::GrownPages), Some(1));
        assert_eq!(serde_json::to_string(&figures).expect("text"), text);
        let text = r#"{"outcome":"trapped"}"#;
        let figures: Figures = serde_json::from_str(text).expect("a case");
        assert_eq!(serde_json::to_string(&figures).expect("text"), text);
    }

    #[test]
    fn a_key_that_is_not_known_or_there_twice_is_an_error() {
        for (text, expected) in [
            (
                r#"{"total_pages":1}"#,
                "unknown field `total_pages`, expected one of `outcome`, `fuel`",
            ),
            (r#"{"fuel":1,"fuel":2}"#, "duplicate field `fuel`"),
            (r#"{"fuel":-1}"#, "invalid value"),
        ] {
            let err = serde_json::from_str::<Figures>(text).expect_err("it is wrong");
            assert!(err.to_string().starts_with(expected), "{err}");
        }
    }
}
