//! In place of `session_file` in a build without the feature `files`: there are no sessions.

use std::path::Path;

use clawft_types::{SessionId, Turn};

use crate::context::Window;
use crate::error::Error;

/// A session, of which there are none.
pub(crate) enum SessionFile {}

impl SessionFile {
    pub(crate) fn load(_: &Path, _: &SessionId, _: Window) -> Result<Self, Error> {
        Err(Error::new(
            "this build has no sessions; use one with the feature `files`",
        ))
    }

    pub(crate) fn turns(&self) -> &[Turn] {
        match *self {}
    }

    pub(crate) fn count(&self) -> usize {
        match *self {}
    }

    pub(crate) fn append(&self, _: &Path, _: &Turn) -> Result<Vec<String>, Error> {
        match *self {}
    }
}
