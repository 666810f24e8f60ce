//! One kind of error: a sentence for the person who called.

use std::borrow::Cow;
use std::fmt;

use clawft_types::JsonError;

/// Why a command failed: what is wrong, where, and what to do, as one lower-case line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// `path:line:column: what is wrong; advice`.
    pub(crate) fn in_json(path: &str, error: &JsonError, advice: &str) -> Self {
        let JsonError { line, column, .. } = error;
        Self(format!(
            "{path}:{line}:{column}: {}; {advice}",
            cut(&error.to_string(), LONGEST_PROBLEM)
        ))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// How much of a foreign text goes into a message, in bytes: enough to recognize it.
const LONGEST_QUOTE: usize = 60;

/// How much of a parser's message is kept, in bytes: it may quote what it found, whatever its size.
const LONGEST_PROBLEM: usize = 240;

/// `text` in backticks, shortened.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", cut(text, LONGEST_QUOTE))
}

/// `text`, or its first `max` bytes (rounded down to a whole character) and an ellipsis.
pub(crate) fn cut(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    let start = text.get(..text.floor_char_boundary(max));
    Cow::Owned(format!("{}…", start.unwrap_or_default()))
}

/// `text` with line breaks and other control characters written out, so that it stays one line.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_ascii_control()) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            c if c.is_ascii_control() => line.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => line.push(c),
        }
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_one_line() {
        assert_eq!(one_line("plain ä"), "plain ä");
        assert_eq!(one_line("a\nb\rc\td\u{1b}[0m"), "a\\nb\\rc\\td\\u{1b}[0m");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc…");
        assert_eq!(cut("äöü", 3), "ä…");
        assert_eq!(cut("", 0), "");
    }
}
