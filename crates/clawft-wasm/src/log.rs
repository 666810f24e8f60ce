//! Files that only grow, record by record, written by any number of processes at once.
//!
//! WASI has no file locks, and a lock file cannot tell a process that is slow from one that is dead. So
//! nothing here waits and nothing has a time-out. What takes the place of a lock:
//!
//! - A process that wants to add a record after the first `end` bytes writes the record to a file of
//!   its own, syncs it, and links it to the name `PATH.at-END`: the *claim*. Of all that try, one gets
//!   the name. From this moment the record counts as saved.
//! - It then writes the record at `end`, syncs, and removes the claim. Whoever finds a claim at the end
//!   of the file may do the same in its stead, at the same time too, and in any order: all write the
//!   same bytes to the same place, and nobody ever makes the file shorter.
//! - A claim made by somebody who did not know the present end is found out before it is used: behind
//!   `end` there is something else than its record.
//!
//! So a kill at any moment leaves the old file, or a claim, which the next process turns into the new
//! file. Where a file system has no hard links, records are written without a claim: a cut-off record
//! is still recognized, but two processes at the same moment could mix theirs.
//!
//! A claim holds the length of what was behind `end` when it was made (8 bytes, little-endian: the
//! remains of a record that was cut off by other means), then the record. A process that is killed
//! before it has the name leaves `PATH.new-NUMBER`, which may be deleted.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::disk;
use crate::error::Error;
use crate::files;

/// How many bytes of a claim stand before its record.
const CLAIM_HEAD: usize = 8;

/// A file that only grows.
pub(crate) struct Log<'a> {
    /// What `path` is relative to.
    pub(crate) root: &'a Path,
    /// The file, with `/`.
    pub(crate) path: &'a str,
}

/// What a process has seen of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Where the last whole record ends, in bytes.
    pub(crate) end: u64,
    /// The file's length: beyond `end` if a record was cut off.
    pub(crate) len: u64,
}

/// Why a claim could not be used.
enum Claimed {
    /// Its record is in the file.
    Written,
    /// Something else is in its place.
    Outdated,
}

impl Log<'_> {
    /// Finishes the record that another process has claimed to add at `end`, if there is one.
    /// `true`: there was, look at the file again.
    pub(crate) fn finish(&self, end: u64) -> Result<bool, Error> {
        let name = format!("{}.at-{end}", self.path);
        let Some(claim) = files::read(self.root, &name)? else {
            return Ok(false);
        };
        self.write(end, &claim)
            .and_then(|_| disk::remove(&self.root.join(name)))
            .map_err(|error| self.cannot_save(&error))?;
        Ok(true)
    }

    /// Whether the file is as it was `seen`.
    pub(crate) fn is_as(&self, seen: Seen) -> bool {
        self.len() == seen.len
    }

    /// Adds `record`, which must be longer than what `seen` has behind its end.
    ///
    /// A record that is returned from without an error is saved. If it could not be put into the file
    /// yet, the warning says so.
    pub(crate) fn append(&self, seen: Seen, record: &[u8]) -> Result<Option<String>, Error> {
        let Seen { end, len } = seen;
        let claim = self.root.join(format!("{}.at-{end}", self.path));
        let behind = (len - end).to_le_bytes();
        let draft = disk::create_draft(&self.root.join(self.path), &[&behind, record])
            .map_err(|error| self.cannot_save(&error))?;
        let linked = disk::link(&draft, &claim);
        // Nothing depends on it: a draft is read under its other name only.
        let _ = disk::remove(&draft);
        match linked {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(self.conflict()),
            Err(error) if has_no_links(&error) => {
                if !self.is_as(seen) {
                    return Err(self.conflict());
                }
                disk::write_at(&self.root.join(self.path), end, record)
                    .map_err(|error| self.cannot_save(&error))?;
                return Ok(None);
            }
            Err(error) => return Err(self.cannot_save(&error)),
        }
        // NB: also if somebody is just writing our record for us. A record that is there twice can be told
        // from that no more, and of the two mistakes this one loses nothing.
        if !self.is_as(seen) {
            let _ = disk::remove(&claim);
            return Err(self.conflict());
        }
        let written = self.write(end, &[&behind[..], record].concat());
        match written {
            Ok(Claimed::Written) => {
                // A claim that stays is found to be done with.
                let _ = disk::remove(&claim);
                Ok(None)
            }
            Ok(Claimed::Outdated) => {
                let _ = disk::remove(&claim);
                Err(self.conflict())
            }
            Err(error) => Ok(Some(format!(
                "{}: {}; what was to be added waits in `{}.at-{end}` and is added by the next command",
                self.path,
                files::reason(error.kind()),
                self.path
            ))),
        }
    }

    /// Keeps what is behind the last whole record, before a record takes its place.
    /// Returns the name of the file that it is kept in.
    pub(crate) fn keep_torn(&self, torn: &[u8]) -> Result<String, Error> {
        let name = format!("{}.torn", self.path);
        disk::append(&self.root.join(&name), &[torn, b"\n"])
            .map_err(|error| files::refused("save", &name, &error))?;
        Ok(name)
    }

    /// Puts the record of `claim` at `end`, unless that is no longer the end.
    fn write(&self, end: u64, claim: &[u8]) -> io::Result<Claimed> {
        let Some((behind, record)) = claim.split_first_chunk::<CLAIM_HEAD>() else {
            return Ok(Claimed::Outdated);
        };
        let old_len = end.saturating_add(u64::from_le_bytes(*behind));
        let len = self.len();
        if len < old_len {
            return Ok(Claimed::Outdated);
        }
        let path = self.root.join(self.path);
        if len > old_len {
            let written = record
                .len()
                .min(usize::try_from(len - end).unwrap_or(usize::MAX));
            if read_at(&path, end, written)? != record[..written] {
                return Ok(Claimed::Outdated);
            }
        }
        disk::write_at(&path, end, record)?;
        Ok(Claimed::Written)
    }

    /// The file's length; 0 if there is none.
    fn len(&self) -> u64 {
        fs::metadata(self.root.join(self.path)).map_or(0, |found| found.len())
    }

    fn cannot_save(&self, error: &io::Error) -> Error {
        files::refused("save", self.path, error)
    }

    fn conflict(&self) -> Error {
        let reason = "another program has changed it meanwhile; run the command again";
        files::cannot("save", self.path, reason)
    }
}

/// Reads `count` bytes from `start` on, or as many as there are.
pub(crate) fn read_at(path: &Path, start: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Linux says "not permitted" where a file system has no hard links, such as FAT.
fn has_no_links(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unsupported | ErrorKind::PermissionDenied
    )
}

/// Without the zeros at the end, which a file system may leave where it made a file longer before it had
/// the data.
pub(crate) fn trim_zeros(mut bytes: &[u8]) -> &[u8] {
    while let Some((0, rest)) = bytes.split_last() {
        bytes = rest;
    }
    bytes
}
