//! Private copies of folders, made in the same order and with the same times.

use super::clock;
use super::request::Folder;
use super::run::BenchError;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;
use tempfile::TempDir;

/// Copies that are there until this is dropped.
pub(super) struct Copies(Vec<(TempDir, String)>);

impl Copies {
    /// Copies each folder.
    ///
    /// # Errors
    ///
    /// When one can't be read, or there is no room.
    pub(super) fn make(folders: &[Folder]) -> Result<Self, BenchError> {
        let copy = |folder: &Folder| {
            let made = tempfile::tempdir().and_then(|to| {
                copy_folder(&folder.host, to.path())?;
                Ok(to)
            });
            match made {
                Ok(to) => Ok((to, folder.guest.clone())),
                Err(source) => Err(BenchError::Folder {
                    path: folder.host.display().to_string(),
                    source,
                }),
            }
        };
        Ok(Self(folders.iter().map(copy).collect::<Result<_, _>>()?))
    }

    /// Where each copy is, and what the program calls it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0
            .iter()
            .map(|(copy, guest)| (copy.path(), guest.as_str()))
    }
}

/// Copies files and folders. Links are followed, since what they point to may be outside.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    let mut entries = fs::read_dir(from)?.collect::<io::Result<Vec<_>>>()?;
    // A folder's order may be that of creation.
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if fs::metadata(&source)?.is_dir() {
            fs::create_dir(&target)?;
            copy_folder(&source, &target)?;
        } else {
            let mut out = File::create(&target)?;
            io::copy(&mut File::open(&source)?, &mut out)?;
            out.set_modified(SystemTime::UNIX_EPOCH + clock::START)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_content_and_fixed_times_and_goes_away() {
        let original = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(original.path().join("inner")).expect("writable");
        fs::write(original.path().join("inner/file"), b"content").expect("writable");
        let folder = Folder {
            host: original.path().to_owned(),
            guest: "data".to_owned(),
        };
        let copies = Copies::make(&[folder]).expect("readable");
        let (path, guest) = copies.iter().next().expect("one copy");
        let (path, guest) = (path.to_owned(), guest.to_owned());
        assert_eq!(guest, "data");
        assert_eq!(
            fs::read(path.join("inner/file")).expect("copied"),
            b"content"
        );
        let modified = fs::metadata(path.join("inner/file")).and_then(|m| m.modified());
        assert_eq!(
            modified.expect("known"),
            SystemTime::UNIX_EPOCH + clock::START
        );
        drop(copies);
        assert!(!path.exists());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = Folder {
            host: "/no/such/folder".into(),
            guest: ".".to_owned(),
        };
        let said = Copies::make(&[folder]).err().expect("missing").to_string();
        assert!(said.contains("/no/such/folder"), "{said}");
    }
}
