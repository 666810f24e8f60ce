//! The operations that change a disk, each in one place, so that tests can end or interrupt the program
//! at any of them: after any byte of a write, and before any other step.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(crate) mod fault;
#[cfg(not(test))]
mod fault {
    //! Nothing happens.

    #[inline]
    pub(super) fn step() -> std::io::Result<()> {
        Ok(())
    }

    #[inline]
    pub(super) fn bytes(wanted: usize) -> usize {
        wanted
    }
}

/// Makes the folder `path` if it is not there.
pub(crate) fn create_dir(path: &Path) -> io::Result<()> {
    fault::step()?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

/// Makes a new file beside `path` with `parts` in it, on the disk when this returns; nobody else has a file
/// of this name. Returns its place.
pub(crate) fn create_draft(path: &Path, parts: &[&[u8]]) -> io::Result<PathBuf> {
    fault::step()?;
    let (draft, mut file) = open_draft(path)?;
    let mut parts = parts.iter();
    let written = parts.try_for_each(|part| write(&mut file, part));
    match written.and_then(|()| sync(&file)) {
        Ok(()) => Ok(draft),
        Err(error) => {
            // The first error is the one to tell.
            let _ = remove(&draft);
            Err(error)
        }
    }
}

/// Makes `PATH.new-0`, or the first with a higher number that is not there: of any number of callers, each gets
/// another. A process that was killed may have left some.
///
/// NB: no random number. For the case that the host has none, the standard library links the names and
/// descriptions of all errors of WASI: 5 KB on wasm32-wasip1.
fn open_draft(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0_u32;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".new-{number}"));
        let draft = PathBuf::from(name);
        match OpenOptions::new().write(true).create_new(true).open(&draft) {
            Ok(file) => return Ok((draft, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Puts `bytes` in the place of a file as a whole; on the disk when this returns.
#[cfg(feature = "memory")]
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = create_draft(path, &[bytes])?;
    let replaced = fault::step().and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = remove(&draft);
    }
    replaced
}

/// Puts `bytes` at `start` of a file, which is made if it is not there; on the disk when this returns.
pub(crate) fn write_at(path: &Path, start: u64, bytes: &[u8]) -> io::Result<()> {
    fault::step()?;
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    file.seek(SeekFrom::Start(start))?;
    write(&mut file, bytes)?;
    sync(&file)
}

/// Adds `parts` to the end of a file, which is made if it is not there; on the disk when this returns.
pub(crate) fn append(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    fault::step()?;
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    for part in parts {
        write(&mut file, part)?;
    }
    sync(&file)
}

/// Gives a file a second name. The name must be free: of any number of callers one gets it.
pub(crate) fn link(path: &Path, name: &Path) -> io::Result<()> {
    fault::step()?;
    fs::hard_link(path, name)
}

/// Removes a file; one that is not there is fine.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fault::step()?;
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Puts a file's data on the disk. No test can tell, and waiting for it 100,000 times takes minutes.
fn sync(file: &File) -> io::Result<()> {
    if cfg!(test) {
        return Ok(());
    }
    file.sync_all()
}

fn write(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    loop {
        let (now, later) = bytes.split_at(fault::bytes(bytes.len()));
        file.write_all(now)?;
        if later.is_empty() {
            return Ok(());
        }
        fault::step()?;
        bytes = later;
    }
}
