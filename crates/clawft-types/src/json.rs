//! Parsing with errors that say where, and what was expected, but not what stands there: the wrong thing
//! in the wrong place may be a key or a password, and errors are printed, logged and sent on.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};

/// Why and where a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The line, from 1.
    pub line: usize,
    /// The byte within the line, from 1.
    pub column: usize,
    /// The field that is wrong, such as `messages[1].role`; empty if the document as a whole is.
    pub field: String,
    /// What kind of thing was found, and what was expected. Of the document it holds at most a number that
    /// is out of its range, and the name of a field.
    pub problem: String,
    /// The text ends too early, and is right as far as it goes.
    pub cut_off: bool,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, problem, .. } = self;
        // "unknown field `x`" says it already, unless the path has more to tell.
        let named = problem.ends_with(&format!("field `{field}`"))
            || problem.starts_with(&format!("unknown field `{field}`"))
            || field == UNTOLD;
        if !field.is_empty() && !named {
            write!(f, "field `{field}`: ")?;
        }
        f.write_str(problem)
    }
}

impl core::error::Error for JsonError {}

/// Reads a JSON object from `text`.
///
/// # Errors
/// The first thing that is wrong with it. Anything but an object is refused: serde would otherwise
/// take an array for a struct, field by field.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    check_object(text)?;
    serde_json::from_slice(text).map_err(|error| locate(text, &error))
}

fn check_object(text: &[u8]) -> Result<(), JsonError> {
    if text.trim_ascii_start().first() == Some(&b'{') {
        return Ok(());
    }
    Err(JsonError {
        line: 1,
        column: 1,
        field: String::new(),
        problem: String::from("expected a JSON object, `{...}`"),
        cut_off: false,
    })
}

fn locate(text: &[u8], error: &serde_json::Error) -> JsonError {
    let problem = error.to_string();
    // The place is told apart, so that it can stand in front with the file's name.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let problem = problem.strip_suffix(&place).unwrap_or(&problem);
    JsonError {
        line: error.line(),
        column: error.column(),
        problem: without_content(problem),
        field: path_before(up_to(text, error.line(), error.column())),
        cut_off: error.is_eof(),
    }
}

/// One of serde's messages without what it quotes from the document.
fn without_content(problem: &str) -> String {
    let Some((found, expected)) = split_expected(problem) else {
        return String::from(problem);
    };
    let kind = if let Some(name) = found.strip_prefix(UNKNOWN_FIELD) {
        // `unknown field `modle`, expected one of ...`
        let is_told = is_name(name.trim_end_matches('`').as_bytes());
        if is_told { found } else { "unknown field" }
    } else if found.starts_with("invalid value: ") && !found.contains('"') {
        // A number that is out of its range.
        found
    } else {
        // `invalid type: string "many", expected a number`
        found
            .split(['`', '"'])
            .next()
            .unwrap_or_default()
            .trim_end()
    };
    format!("{kind}{EXPECTED}{expected}")
}

const EXPECTED: &str = ", expected ";

/// What is before the last [`EXPECTED`], and what is behind it. (`rsplit_once` with a text takes 0.5 KB more.)
fn split_expected(problem: &str) -> Option<(&str, &str)> {
    problem.rmatch_indices(',').find_map(|(comma, _)| {
        let expected = problem.get(comma..)?.strip_prefix(EXPECTED)?;
        Some((problem.get(..comma)?, expected))
    })
}

/// Stands in a path for a key that does not look like a field's name.
const UNTOLD: &str = "?";

const UNKNOWN_FIELD: &str = "unknown field `";

/// The longest name that is told, in bytes: longer than any field's, shorter than keys are.
const LONGEST_NAME: usize = 24;

/// Whether a key of an object looks like a field's name, with a mistake in it at most.
fn is_name(key: &[u8]) -> bool {
    key.len() <= LONGEST_NAME
        && key
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// The part of `text` before the byte at `line` and `column`, both from 1.
fn up_to(text: &[u8], line: usize, column: usize) -> &[u8] {
    let start = match line {
        0 | 1 => 0,
        _ => text
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(line - 2)
            .map_or(text.len(), |(newline, _)| newline + 1),
    };
    let end = start + column.saturating_sub(1);
    &text[..end.min(text.len())]
}

/// Where one is inside the innermost open object or array.
enum Place<'a> {
    /// The last key seen.
    Object(&'a [u8]),
    /// The position, from 0.
    Array(usize),
}

/// The path of the field that `text`, the beginning of a JSON document, ends in.
///
/// This reads the text a second time, and only after an error. `serde_path_to_error` finds the same
/// while it deserializes, in every type's deserializer: 6 KB more in an artifact of 117 KB.
fn path_before(text: &[u8]) -> String {
    let mut open: Vec<Place<'_>> = Vec::new();
    let mut at_key = false;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' => {
                open.push(Place::Object(b""));
                at_key = true;
            }
            b'[' => {
                open.push(Place::Array(0));
                at_key = false;
            }
            b'}' | b']' => {
                open.pop();
                at_key = false;
            }
            b',' => match open.last_mut() {
                Some(Place::Array(index)) => *index += 1,
                _ => at_key = true,
            },
            b'"' => {
                let (string, after) = split_string(rest);
                rest = after;
                if at_key && let Some(Place::Object(key)) = open.last_mut() {
                    *key = string;
                    at_key = false;
                }
            }
            _ => {}
        }
    }
    render(&open)
}

/// What a string holds, escapes as they are, and what follows its closing quote.
fn split_string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    for (index, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (&text[..index], &text[index + 1..]),
            _ => {}
        }
    }
    (text, b"")
}

fn render(open: &[Place<'_>]) -> String {
    let mut path = String::new();
    for place in open {
        match place {
            Place::Object(b"") => {}
            Place::Object(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                let name = str::from_utf8(key).ok().filter(|_| is_name(key));
                path.push_str(name.unwrap_or(UNTOLD));
            }
            Place::Array(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// Reads a string that must be one of `names`; returns which.
pub(crate) fn deserialize_name<'de, D: Deserializer<'de>>(
    deserializer: D,
    names: &'static [&'static str],
) -> Result<usize, D::Error> {
    deserializer.deserialize_str(Name(names))
}

struct Name(&'static [&'static str]);

impl Visitor<'_> for Name {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of ")?;
        for (index, name) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<usize, E> {
        self.0
            .iter()
            .position(|name| *name == value)
            .ok_or_else(|| E::invalid_value(Unexpected::Other("string"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_leads_to_the_innermost_open_field() {
        let table = [
            ("", ""),
            ("{", ""),
            ("{\"a", "a"),
            ("{\"a\": ", "a"),
            ("{\"a\": 1, ", "a"),
            ("{\"a\": 1, \"b", "b"),
            ("{\"a\": {\"b\": [1, 2, {\"c\": ", "a.b[2].c"),
            ("{\"a\": {\"b\": 1}, \"d\": \"{[,\\\"", "d"),
            ("{\"a\": [[1], [2, 3], ", "a[2]"),
            ("}}]]{\"a", "a"),
            ("{\"a\": {\"sk-1", "a.?"),
            ("{\"a-long-name-as-keys-have-it\": [", "?[0]"),
        ];
        for (text, path) in table {
            assert_eq!(path_before(text.as_bytes()), path, "{text}");
        }
    }

    #[test]
    fn a_message_tells_the_kind_of_what_was_found_and_not_what_it_was() {
        let table = [
            (
                "invalid type: string \"k\", expected a",
                "invalid type: string, expected a",
            ),
            (
                "invalid type: string \"k\\\", expected b\", expected a",
                "invalid type: string, expected a",
            ),
            (
                "invalid type: string , expected a",
                "invalid type: string, expected a",
            ),
            (
                "invalid type: integer `5`, expected a",
                "invalid type: integer, expected a",
            ),
            (
                "invalid type: floating point `1.5`, expected a",
                "invalid type: floating point, expected a",
            ),
            (
                "invalid type: map, expected a",
                "invalid type: map, expected a",
            ),
            (
                "invalid value: integer `5`, expected a",
                "invalid value: integer `5`, expected a",
            ),
            (
                "invalid value: string \"k\", expected a",
                "invalid value: string, expected a",
            ),
            (
                "unknown variant `k`, expected `a`",
                "unknown variant, expected `a`",
            ),
            (
                "unknown field `modle`, expected `model`",
                "unknown field `modle`, expected `model`",
            ),
            (
                "unknown field `sk-1`, expected `model`",
                "unknown field, expected `model`",
            ),
            (
                "unknown field `a`, expected b`, expected `c` or `d`",
                "unknown field, expected `c` or `d`",
            ),
            ("duplicate field `model`", "duplicate field `model`"),
        ];
        for (message, told) in table {
            assert_eq!(without_content(message), told, "{message}");
        }
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        assert_eq!(up_to(b"ab\ncd", 2, 2), b"ab\nc");
        assert_eq!(up_to(b"ab\ncd", 1, 1), b"");
        assert_eq!(up_to(b"ab\ncd", 0, 0), b"");
        assert_eq!(up_to(b"ab\ncd", 9, 9), b"ab\ncd");
    }
}
