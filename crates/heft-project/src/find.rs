//! Where the file is: in a folder or above it.

use crate::error::Error;
use crate::project::Project;
use crate::read::read;
use std::fs;
use std::path::{Path, PathBuf};

/// The file's name.
pub const FILE_NAME: &str = "heft.toml";

/// Reads the nearest `heft.toml`: in `folder` or the first folder above it that has one.
///
/// # Errors
///
/// When there is none, or it cannot be read.
pub fn find(folder: &Path) -> Result<Project, Error> {
    match nearest(folder) {
        Some(path) => load(&path),
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
pub fn load(path: &Path) -> Result<Project, Error> {
    let text = fs::read_to_string(path).map_err(|why| Error::reading(path, why))?;
    read(path, &text)
}

/// The nearest file, in `folder` or above it.
pub(crate) fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut candidates = folder.ancestors().map(|above| above.join(FILE_NAME));
    candidates.find(|path| path.is_file())
}
