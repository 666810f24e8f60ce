//! Parsing with errors that say where.

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
    /// What was found and what was expected.
    pub problem: String,
    /// The text ends too early, and is right as far as it goes.
    pub cut_off: bool,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, problem, .. } = self;
        // "unknown field `x`" says it already, unless the path has more to tell.
        let named = problem.ends_with(&format!("field `{field}`"))
            || problem.starts_with(&format!("unknown field `{field}`"));
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
    let mut problem = error.to_string();
    // The place is told apart, so that it can stand in front with the file's name.
    let place = format!(" at line {} column {}", error.line(), error.column());
    if problem.ends_with(&place) {
        problem.truncate(problem.len() - place.len());
    }
    JsonError {
        line: error.line(),
        column: error.column(),
        field: path_before(up_to(text, error.line(), error.column())),
        problem,
        cut_off: error.is_eof(),
    }
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
/// while it deserializes, in every type's deserializer: 6 KB more in an artefact of 117 KB.
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
                path.push_str(str::from_utf8(key).unwrap_or("?"));
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
            .ok_or_else(|| E::invalid_value(Unexpected::Str(value), &self))
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
        ];
        for (text, path) in table {
            assert_eq!(path_before(text.as_bytes()), path, "{text}");
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
