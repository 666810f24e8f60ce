//! Strict JSON for files that people may have edited: no key twice, and every problem with its
//! line.

use crate::source::place::Place;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// What is wrong with a file, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct JsonError {
    /// Where.
    pub place: Place,
    /// What, and what to do.
    pub message: String,
}

/// Reads the text of the JSON file named `file`.
///
/// # Errors
///
/// When it is not JSON, ends too early, or is not of this shape: then with the path to the value that is not.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, JsonError> {
    let error = |err: &serde_json::Error, path: &str| JsonError {
        place: Place {
            file: file.to_owned(),
            line: err.line().max(1),
        },
        message: message(err, path),
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|err| error(err.inner(), &err.path().to_string()))?;
    reader.end().map_err(|err| error(&err, WHOLE))?;
    Ok(value)
}

/// How `serde_path_to_error` writes the path to the whole file.
const WHOLE: &str = ".";

/// What is wrong with the value at `path`.
fn message(err: &serde_json::Error, path: &str) -> String {
    let text = err.to_string();
    // The place is said in front.
    let message = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(message, _)| message);
    if err.is_eof() {
        format!("{message}; the file is cut off, restore it from version control")
    } else if err.is_data() && path != WHOLE {
        format!("`{path}`: {message}")
    } else {
        message.to_owned()
    }
}

/// A JSON object with any keys, sorted; reading one with a key twice is an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transparent))]
#[serde(transparent)]
pub struct Map<V>(pub BTreeMap<String, V>);

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Deref for Map<V> {
    type Target = BTreeMap<String, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<V> DerefMut for Map<V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<V> FromIterator<(String, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Unique<V> {
            type Value = Map<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map<V>, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(key) = access.next_key::<String>()? {
                    if map.contains_key(&key) {
                        return Err(A::Error::custom(format!("`{key}` is there twice")));
                    }
                    map.insert(key, access.next_value()?);
                }
                Ok(Map(map))
            }
        }
        deserializer.deserialize_map(Unique(PhantomData))
    }
}

/// In which line, from 1, each key of a JSON text is, by the keys that lead to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(HashMap<Vec<String>, usize>);

impl Lines {
    /// Looks through a text that is known to be JSON.
    pub fn of(text: &str) -> Self {
        let mut lines = HashMap::new();
        // One level per open bracket: the key that is being read there.
        let mut levels: Vec<String> = Vec::new();
        let mut last = String::new();
        let mut line = 1;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\n' => line += 1,
                '{' | '[' => levels.push(String::new()),
                '}' | ']' => drop(levels.pop()),
                '"' => last = string(&mut chars).unwrap_or_default(),
                ':' => {
                    if let Some(level) = levels.last_mut() {
                        last.clone_into(level);
                        lines.entry(levels.clone()).or_insert(line);
                    }
                }
                _ => {}
            }
        }
        Self(lines)
    }

    /// The line of the key that `path` leads to.
    pub fn find(&self, path: &[&str]) -> Option<usize> {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        self.0.get(&path).copied()
    }
}

/// The string whose opening quote was just read.
fn string(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let mut quoted = String::from('"');
    loop {
        let c = chars.next()?;
        quoted.push(c);
        match c {
            '"' => return serde_json::from_str(&quoted).ok(),
            '\\' => quoted.push(chars.next()?),
            _ => {}
        }
    }
}

/// Writes `value` with one key a line, objects at depth `inline` and below on a single line.
///
/// # Errors
///
/// When it is not representable as JSON.
pub fn pretty<T: Serialize>(value: &T, inline: usize) -> serde_json::Result<String> {
    let mut out = String::new();
    write(&mut out, &serde_json::to_value(value)?, 0, inline);
    out.push('\n');
    Ok(out)
}

fn write(out: &mut String, value: &serde_json::Value, depth: usize, inline: usize) {
    match value {
        serde_json::Value::Object(map) if !map.is_empty() && depth < inline => {
            out.push_str("{\n");
            for (i, (key, value)) in map.iter().enumerate() {
                let comma = if i == 0 { "" } else { ",\n" };
                out.push_str(comma);
                out.push_str(&"  ".repeat(depth + 1));
                out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                out.push_str(": ");
                write(out, value, depth + 1, inline);
            }
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
            out.push('}');
        }
        serde_json::Value::Object(map) if !map.is_empty() => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {value}", serde_json::Value::from(key.as_str())))
                .collect();
            out.push_str(&format!("{{ {} }}", pairs.join(", ")));
        }
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "{\n \"a\": { \"x\": 1,\n \"b\": [ { \"x\": \"a\\\"b:{\" } ],\n \"c\": 2 },\n \"c\": 3 }";

    #[test]
    fn a_key_is_found_by_its_path_whatever_strings_hold() {
        let lines = Lines::of(TEXT);
        assert_eq!(lines.find(&["a", "x"]), Some(2));
        assert_eq!(lines.find(&["a", "c"]), Some(4));
        assert_eq!(lines.find(&["c"]), Some(5));
        assert_eq!(lines.find(&["b"]), None);
    }

    #[test]
    fn a_key_twice_is_refused_with_its_line() {
        let err = parse::<Map<u64>>("f.json", "{\"a\": 1,\n\"a\": 2}").expect_err("twice");
        assert_eq!(err.to_string(), "f.json:2: `a` is there twice");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_by_its_path() {
        type Rows = Map<Vec<Map<u64>>>;
        let text = "{\"rows\": [{\"size\": 1},\n{\"size\": \"2\"}]}";
        let err = parse::<Rows>("f.json", text).expect_err("a string");
        assert_eq!(
            err.to_string(),
            "f.json:2: `rows[1].size`: invalid type: string \"2\", expected u64"
        );
    }

    #[test]
    fn more_than_one_value_is_refused() {
        let err = parse::<Map<u64>>("f.json", "{}\n{}").expect_err("two");
        assert_eq!(err.to_string(), "f.json:2: trailing characters");
    }

    #[test]
    fn a_cut_off_file_is_called_that() {
        let err = parse::<Map<u64>>("f.json", "{\"a\": 1,\n").expect_err("cut");
        assert!(err.to_string().contains("the file is cut off"), "{err}");
    }

    #[test]
    fn deep_objects_are_written_on_one_line() {
        let value = serde_json::json!({ "a": { "b": { "c": 1, "d": [2] } }, "e": {} });
        let text = pretty(&value, 2).expect("JSON");
        assert_eq!(
            text,
            "{\n  \"a\": {\n    \"b\": { \"c\": 1, \"d\": [2] }\n  },\n  \"e\": {}\n}\n"
        );
    }
}
