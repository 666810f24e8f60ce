//! The operations that change a disk, each in one place, so that tests can end or interrupt the program
//! at any of them: after any byte of a write, and before any other step.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _};
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

/// Makes a new file with `parts` in it, on the disk when this returns. A file that is there is left as
/// it is, and an error.
pub(crate) fn create_new(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    fault::step()?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    for part in parts {
        write(&mut file, part)?;
    }
    sync(&file)
}

/// Puts `bytes` in the place of a file as a whole; on the disk when this returns.
#[cfg(feature = "memory")]
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft_of(path);
    let replaced = create_new(&draft, &[bytes])
        .and_then(|()| fault::step())
        .and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = remove(&draft);
    }
    replaced
}

/// A name for what is to become of `path`, which nobody else has.
pub(crate) fn draft_of(path: &Path) -> PathBuf {
    let number = RandomState::new().build_hasher().finish();
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{number:016x}"));
    PathBuf::from(name)
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
