//! Files that people write in TOML: what is wrong in one, and in which line.

use crate::source::place::Place;
use serde::de::DeserializeOwned;
use std::ops::Range;

/// What is wrong with a file, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct TomlError {
    /// Where.
    pub place: Place,
    /// What, and what to write instead.
    pub message: String,
}

/// The text of a file, to be read and to be pointed into.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// What is in it.
    pub text: &'a str,
}

impl Source<'_> {
    /// The line in which `span` begins; the first one for none.
    #[must_use]
    pub fn place(&self, span: Option<Range<usize>>) -> Place {
        let offset = span.map_or(0, |span| span.start);
        let before = self.text.as_bytes().iter().take(offset);
        Place {
            file: self.file.to_owned(),
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
        }
    }

    /// An error about `span`.
    #[must_use]
    pub fn error(&self, span: Range<usize>, message: String) -> TomlError {
        let place = self.place(Some(span));
        TomlError { place, message }
    }

    /// Reads the text as TOML of the shape `T`.
    ///
    /// # Errors
    ///
    /// When it is not TOML or has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, TomlError> {
        toml::from_str(self.text).map_err(|err| TomlError {
            place: self.place(err.span()),
            message: err
                .message()
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join("; "),
        })
    }

    /// Makes sure that the file's `schema` is the one that is `known`.
    ///
    /// # Errors
    ///
    /// When it is another.
    pub fn check_schema(&self, found: &toml::Spanned<u32>, known: u32) -> Result<(), TomlError> {
        if *found.get_ref() == known {
            return Ok(());
        }
        let message = format!("schema {} is not known, expected {known}", found.get_ref());
        Err(self.error(found.span(), message))
    }
}
