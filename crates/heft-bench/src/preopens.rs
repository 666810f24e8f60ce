//! Private copies of folders, made in the same order and with the same times.

use super::clock;
use super::error::BenchError;
use super::request::Preopen;
use heft_wasm::bytes::Bytes;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::TempDir;

/// Copies that are there until this is dropped.
pub(super) struct Copies(Vec<(TempDir, String)>);

impl Copies {
    /// Copies each preopen, into new ones in `temporary`. All together may hold `limit` bytes.
    ///
    /// # Errors
    ///
    /// When one can't be read or holds too much, or there is no room.
    pub(super) fn make(
        preopens: &[Preopen],
        limit: u64,
        temporary: &Path,
    ) -> Result<Self, BenchError> {
        let mut room = Room { limit, left: limit };
        let mut copy = |preopen: &Preopen| {
            let to = tempfile::tempdir_in(temporary);
            let to = to.map_err(|source| failed(&preopen.host, source))?;
            for (path, found) in entries(&preopen.host)? {
                let (from, to) = (preopen.host.join(&path), to.path().join(&path));
                let made = match found {
                    Found::Folder => fs::create_dir(&to),
                    Found::File => room.copy(&from, &to),
                    Found::Link(target) => link(&target, &to),
                    Found::LeftOut(_) => Ok(()),
                };
                made.map_err(|source| failed(&from, source))?;
            }
            Ok((to, preopen.guest.clone()))
        };
        Ok(Self(
            preopens.iter().map(&mut copy).collect::<Result<_, _>>()?,
        ))
    }

    /// Where each copy is, and what the program calls it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0
            .iter()
            .map(|(copy, guest)| (copy.path(), guest.as_str()))
    }
}

/// What programs will not find of these preopens, a line for each.
///
/// # Errors
///
/// When one can't be read.
pub fn left_out(preopens: &[Preopen]) -> Result<Vec<String>, BenchError> {
    let mut notes = Vec::new();
    for preopen in preopens {
        for (path, found) in entries(&preopen.host)? {
            if let Found::LeftOut(why) = found {
                let path = preopen.host.join(path);
                // NB: as a literal: names may hold anything.
                notes.push(format!("left out {path:?}: {why}"));
            }
        }
    }
    Ok(notes)
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Folder,
    File,
    /// With the path from where the link is to what it leads to, within the same folder.
    Link(PathBuf),
    /// And why.
    LeftOut(&'static str),
}

/// Everything below `root`, folders before what is in them and in the order of names: a folder's own
/// order may be that of creation. Nothing is opened, and no link is followed.
fn entries(root: &Path) -> Result<Vec<(PathBuf, Found)>, BenchError> {
    let real_root = fs::canonicalize(root).map_err(|source| failed(root, source))?;
    let mut all = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let here = root.join(&folder);
        let listed = fs::read_dir(&here).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut listed = listed.map_err(|source| failed(&here, source))?;
        listed.sort_by_key(fs::DirEntry::file_name);
        for entry in listed {
            let path = folder.join(entry.file_name());
            let kind = entry.file_type();
            let kind = kind.map_err(|source| failed(&entry.path(), source))?;
            let found = if kind.is_dir() {
                folders.push(path.clone());
                Found::Folder
            } else if kind.is_file() {
                Found::File
            } else if kind.is_symlink() {
                follow(&real_root, &real_root.join(&folder), &entry.path())
            } else {
                Found::LeftOut("it is a pipe, a socket or a device")
            };
            all.push((path, found));
        }
    }
    Ok(all)
}

/// Where the link at `path`, which is in `folder`, leads to.
fn follow(root: &Path, folder: &Path, path: &Path) -> Found {
    let Ok(target) = fs::canonicalize(path) else {
        return Found::LeftOut("it is a link that leads nowhere");
    };
    let (Ok(target_in), Ok(folder_in)) = (target.strip_prefix(root), folder.strip_prefix(root))
    else {
        return Found::LeftOut("it is a link that leads out of the folder");
    };
    match fs::symlink_metadata(&target) {
        Ok(data) if data.is_dir() || data.is_file() => {}
        _ => return Found::LeftOut("it is a link to a pipe, a socket or a device"),
    }
    let up = folder_in.components().map(|_| Path::new(".."));
    Found::Link(Path::new(".").join(up.chain([target_in]).collect::<PathBuf>()))
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "links are copied on Unix only",
    ))
}

/// How much may still be copied.
struct Room {
    limit: u64,
    left: u64,
}

impl Room {
    /// Copies a file, and no more of it than there is room, however it grows.
    fn copy(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let mut out = File::create(to)?;
        let copied = io::copy(&mut File::open(from)?.take(self.left), &mut out)?;
        self.left -= copied;
        // At the end of the file?
        if self.left == 0 && fs::metadata(from)?.len() > copied {
            return Err(io::Error::other(format!(
                "the folders hold more than {}; say how much they may with --max-dir",
                Bytes(self.limit)
            )));
        }
        out.set_modified(SystemTime::UNIX_EPOCH + clock::START)
    }
}

fn failed(path: &Path, source: io::Error) -> BenchError {
    BenchError::Folder {
        path: format!("{path:?}"),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_content_and_fixed_times_and_goes_away() {
        let original = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(original.path().join("inner")).expect("writable");
        fs::write(original.path().join("inner/file"), b"content").expect("writable");
        let preopen = Preopen {
            host: original.path().to_owned(),
            guest: "data".to_owned(),
        };
        let copies = Copies::make(&[preopen], 7, &std::env::temp_dir()).expect("readable");
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
        let preopen = Preopen {
            host: "/no/such/folder".into(),
            guest: ".".to_owned(),
        };
        let said = Copies::make(&[preopen], 7, &std::env::temp_dir())
            .err()
            .expect("missing")
            .to_string();
        assert!(said.contains("/no/such/folder"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_inside_and_what_is_no_file_is_left_out() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;
        let original = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| original.path().join(name);
        fs::create_dir(at("inner")).expect("writable");
        fs::write(at("file"), b"content").expect("writable");
        symlink(at("file"), at("inner/absolute")).expect("writable");
        symlink("..", at("inner/up")).expect("writable");
        symlink("/etc/passwd", at("outside")).expect("writable");
        symlink("/dev/zero", at("endless")).expect("writable");
        symlink("nothing", at("dangling")).expect("writable");
        symlink("b", at("a")).expect("writable");
        symlink("a", at("b")).expect("writable");
        symlink("socket", at("to-socket")).expect("writable");
        let _socket = UnixListener::bind(at("socket")).expect("writable");
        let preopen = Preopen {
            host: original.path().to_owned(),
            guest: ".".to_owned(),
        };
        let notes = left_out(std::slice::from_ref(&preopen)).expect("readable");
        let name = |note: &String| note.split('"').nth(1).map(PathBuf::from);
        let names: Vec<_> = notes.iter().filter_map(name).collect();
        let expected = [
            "a",
            "b",
            "dangling",
            "endless",
            "outside",
            "socket",
            "to-socket",
        ];
        assert_eq!(names, expected.map(at), "{notes:?}");

        let copies = Copies::make(&[preopen], 7, &std::env::temp_dir()).expect("room");
        let (copy, _) = copies.iter().next().expect("one copy");
        let read = |name: &str| fs::read(copy.join(name)).ok();
        assert_eq!(read("inner/absolute").as_deref(), Some(&b"content"[..]));
        assert_eq!(read("inner/up/file").as_deref(), Some(&b"content"[..]));
        for link in ["inner/absolute", "inner/up"] {
            let target = fs::read_link(copy.join(link)).expect("a link");
            assert!(target.is_relative(), "{target:?}");
        }
        let mut names: Vec<_> = fs::read_dir(copy).expect("readable").flatten().collect();
        names.sort_by_key(fs::DirEntry::file_name);
        let names: Vec<_> = names.iter().map(fs::DirEntry::file_name).collect();
        assert_eq!(names, ["file", "inner"]);
    }

    #[test]
    fn more_than_the_limit_is_refused_with_the_file_that_is_too_much() {
        let original = tempfile::tempdir().expect("a temporary folder");
        fs::write(original.path().join("a"), b"1234").expect("writable");
        fs::write(original.path().join("b"), b"5678").expect("writable");
        let preopen = Preopen {
            host: original.path().to_owned(),
            guest: ".".to_owned(),
        };
        assert!(Copies::make(std::slice::from_ref(&preopen), 8, &std::env::temp_dir()).is_ok());
        for limit in [7, 4, 0] {
            let refused =
                Copies::make(std::slice::from_ref(&preopen), limit, &std::env::temp_dir());
            let BenchError::Folder { path, source } = refused.err().expect("too much") else {
                panic!("another error");
            };
            assert!(source.to_string().contains("--max-dir"), "{source}");
            assert!(path.contains(if limit < 4 { "a" } else { "b" }), "{path}");
        }
    }
}
