//! Reading files, with our own words for what can go wrong.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, quoted};

/// What the program may read at once, in bytes. A file beyond this is a mistake more often than not,
/// and a 32-bit module has to hold it and what it is parsed to.
pub(crate) const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Reads `root/path`; `None` if there is no such file.
pub(crate) fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(file) = open(root, path)? else {
        return Ok(None);
    };
    let mut text = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|error| refused("read", path, &error))?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(cannot(
            "read",
            path,
            "it is larger than 256 MiB; give another file",
        ));
    }
    Ok(Some(text))
}

/// Opens `root/path`; `None` if there is no such file.
pub(crate) fn open(root: &Path, path: &str) -> Result<Option<File>, Error> {
    let place = root.join(path);
    match fs::metadata(&place) {
        Ok(found) if found.is_dir() => {
            return Err(cannot("read", path, reason(ErrorKind::IsADirectory)));
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            check_root(root)?;
            return Ok(None);
        }
        Err(error) => return Err(refused("read", path, &error)),
    }
    match File::open(place) {
        Ok(file) => Ok(Some(file)),
        // Another process has removed it since.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused("read", path, &error)),
    }
}

/// Under WASI, a folder that was not handed in looks like files that do not exist.
fn check_root(root: &Path) -> Result<(), Error> {
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    fs::metadata(root).map(|_| ()).map_err(|_| {
        Error::new(
            "no folder to work in: none was handed to the program; \
             with wasmtime, add `--dir DIR::.` before the module's name",
        )
    })
}

/// An error about `path` from the system.
pub(crate) fn refused(action: &str, path: &str, error: &io::Error) -> Error {
    cannot(action, path, reason(error.kind()))
}

/// An error about `path`.
pub(crate) fn cannot(action: &str, path: &str, reason: &str) -> Error {
    Error::new(format!("cannot {action} {}: {reason}", quoted(path)))
}

/// The system's own messages differ between systems, so none of them are printed.
pub(crate) fn reason(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "there is no such file; check the name",
        ErrorKind::PermissionDenied => "access is denied; check its permissions",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a part of its path is a file, not a folder; move that file away"
        }
        ErrorKind::IsADirectory => "it is a folder, not a file; give another name",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full; make room on it",
        ErrorKind::FileTooLarge => "the file would become too large for this system",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only; work in another folder",
        ErrorKind::OutOfMemory => "it does not fit into memory",
        _ => "the system refused; check the file and the disk",
    }
}
