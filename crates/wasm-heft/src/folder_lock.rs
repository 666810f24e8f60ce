//! One at a time: whoever reads a file, changes it and writes it back keeps others out meanwhile.
//!
//! The folder is locked and not the file, which is replaced by another one when it is written. The
//! system gives a lock back when its process ends, however that ends.

use crate::files::{FileError, folder_of};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A locked folder; dropping it lets others in.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Locks the folders of `files`. Where another process has one of them, calls `waiting` with it and
    /// waits.
    ///
    /// # Errors
    ///
    /// When a folder is not there or its file system knows no locks.
    pub fn of(files: &[&Path], waiting: impl Fn(&Path)) -> Result<Vec<Self>, FileError> {
        let fail = |folder: &Path, err: &io::Error| FileError::Write {
            path: folder.display().to_string(),
            why: format!("it can't be locked: {err}"),
        };
        // Sorted and each once: two that lock the same folders never wait for each other.
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        for file in files {
            // A link stays a link: its target is what is replaced.
            let target = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
            let folder = folder_of(&target);
            folders.insert(folder.canonicalize().map_err(|err| fail(folder, &err))?);
        }
        let lock = |folder: &PathBuf| {
            let file = open(folder).map_err(|err| fail(folder, &err))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    waiting(folder);
                    file.lock().map_err(|err| fail(folder, &err))?;
                }
                Err(TryLockError::Error(err)) => return Err(fail(folder, &err)),
            }
            Ok(Self { _file: file })
        };
        folders.iter().map(lock).collect()
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Elsewhere a folder can't be opened: an empty file in it stands for it. It stays there, as removing
/// it would let in two that opened it before and after.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(folder.join(".wasm-heft.lock"))
}
