//! The text of a file that people write, and the lines in it.

use crate::error::Error;
use crate::near;
use crate::place::Place;
use serde::de::DeserializeOwned;
use std::ops::Range;

/// A file to be read and pointed into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The file as it is named in messages.
    pub(crate) file: &'a str,
    /// Its text.
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// An error about `span`; about the first line for none.
    pub(crate) fn error(&self, span: Option<Range<usize>>, message: String) -> Error {
        let offset = span.map_or(0, |span| span.start);
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        let file = self.file.to_owned();
        Error::Content {
            place: Place { file, line },
            message,
        }
    }

    /// Reads the text as TOML of the shape `T`.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        toml::from_str(self.text).map_err(|err| {
            let lines: Vec<&str> = err.message().lines().map(str::trim).collect();
            self.error(err.span(), near::explain(&lines.join("; ")))
        })
    }
}
