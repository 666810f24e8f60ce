//! Where the file is: in a folder or above it.

use crate::error::Error;
use crate::project::Project;
use crate::read::read;
use std::path::{Path, PathBuf};

/// The file's name.
pub const FILE_NAME: &str = "heft.toml";

/// What reads a file of text; an error is one line that names the file.
pub type ReadText<'a> = &'a dyn Fn(&Path) -> Result<String, String>;

/// Reads the nearest `heft.toml`: in `folder` or the first folder above it that has one.
///
/// # Errors
///
/// When there is none, or it cannot be read.
pub fn find(folder: &Path, text: ReadText<'_>) -> Result<Project, Error> {
    match nearest(folder) {
        Some(path) => load(&path, text),
        None => Err(Error::NotFound {
            folder: folder.to_owned(),
        }),
    }
}

/// Reads the named file.
///
/// # Errors
///
/// When it cannot be read, or says something wrong.
pub fn load(path: &Path, text: ReadText<'_>) -> Result<Project, Error> {
    read(path, &text(path).map_err(Error::Unread)?)
}

/// The nearest file, in `folder` or above it.
pub(crate) fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut candidates = folder.ancestors().map(|above| above.join(FILE_NAME));
    candidates.find(|path| path.is_file())
}
