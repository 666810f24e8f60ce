//! Reading inputs and writing outputs whole: a reader never sees half a file, and a failure leaves
//! what was there.

use crate::standard_output;
use heft_optimize::ending::hold;
use heft_wasm::bytes::Bytes;
use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The argument that stands for standard input or standard output.
pub const STDIO: &str = "-";
/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading failed.
    #[error("cannot read `{path}`: {why}")]
    Read {
        /// The file.
        path: String,
        /// The system's words and what to do.
        why: String,
    },
    /// Writing failed. The path holds what it held before.
    #[error("cannot write `{path}`: {why}")]
    Write {
        /// The file.
        path: String,
        /// The system's words and what to do.
        why: String,
    },
    /// Two paths of one command are the same file.
    #[error("{one} and {other} are the same file, `{path}`; name another one")]
    Same {
        /// What the first is for, as the command line calls it.
        one: String,
        /// What the second is for.
        other: String,
        /// The file, as the second spells it.
        path: String,
    },
}

/// The name of a file without folders.
#[must_use]
pub fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

/// Whether `path` stands for standard input or output.
#[must_use]
pub fn is_stdio(path: &Path) -> bool {
    path == Path::new(STDIO)
}

/// Whether what is written to `path` goes to standard output: `-`, and other names of the same pipe,
/// terminal or file, such as `/dev/stdout`.
#[must_use]
pub fn is_stdout(path: &Path) -> bool {
    const NAMES: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    is_stdio(path)
        || NAMES.iter().any(|name| path == Path::new(name))
        || (identity(path).is_some() && identity(path) == identity(Path::new(STDIO)))
}

/// Reads a whole file, or standard input for `-`: at most what [`limit_reads`] says.
///
/// # Errors
///
/// When it can't be read or is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let most = LIMIT.get().copied().unwrap_or(READ_LIMIT).0;
    let fail = |why: String| FileError::Read {
        path: path.display().to_string(),
        why,
    };
    let too_large = || {
        fail(format!(
            "it is larger than {}; raise the limit with --max-file",
            Bytes(most)
        ))
    };
    let whole = |input: &mut dyn io::Read| {
        let mut bytes = Vec::new();
        // One byte more tells what is too large from what just fits.
        input
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|err| fail(err.to_string()))?;
        if Bytes::of(&bytes).0 > most {
            return Err(too_large());
        }
        Ok(bytes)
    };
    if is_stdio(path) {
        if STDIN_WAS_READ.swap(true, Ordering::Relaxed) {
            return Err(fail(
                "it is standard input, which can be read once; name a file".to_owned(),
            ));
        }
        let _word = io::stdin()
            .is_terminal()
            .then(|| Waiting::start("standard input", WRITE));
        return whole(&mut io::stdin().lock());
    }
    if path.is_dir() {
        return Err(fail("it is a directory; name a file in it".to_owned()));
    }
    let meta = fs::metadata(path).map_err(|err| fail(err.to_string()))?;
    if meta.is_file() && meta.len() > most {
        return Err(too_large());
    }
    // Opening a pipe waits for whoever writes into it.
    let _word = (!meta.is_file()).then(|| Waiting::start(&format!("`{}`", path.display()), WRITE));
    let bytes = whole(&mut fs::File::open(path).map_err(|err| fail(err.to_string()))?)?;
    if let Some(file) = identity(path) {
        WAS_READ
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(file);
    }
    Ok(bytes)
}

/// What [`read`] has read: no output takes the place of an input, unless that is what it is for.
static WAS_READ: Mutex<Vec<Identity>> = Mutex::new(Vec::new());

/// Whether somebody reads, or has read, standard input: it has nothing for a second one.
static STDIN_WAS_READ: AtomicBool = AtomicBool::new(false);

/// How much is read of an input unless somebody says otherwise: the largest WebAssembly there is known
/// of has a tenth of that.
pub const READ_LIMIT: Bytes = Bytes(1 << 30);

static LIMIT: OnceLock<Bytes> = OnceLock::new();
static SAY: OnceLock<fn(&str)> = OnceLock::new();

/// Sets how much [`read`] reads of an input. Only the first call counts.
pub fn limit_reads(most: Bytes) {
    let _ = LIMIT.set(most);
}

/// Sets what is called with a sentence when [`read`] waits for an input that is not a file. Only the first
/// call counts.
pub fn on_waiting(say: fn(&str)) {
    let _ = SAY.set(say);
}

/// What others have to do for a pipe to go on.
const WRITE: &str = "write into it";
const READ: &str = "read from it";

/// Says after a second that somebody else is waited for, unless it was dropped before.
struct Waiting {
    _stop: Sender<()>,
}

impl Waiting {
    fn start(what: &str, todo: &str) -> Self {
        let (stop, stopped) = channel::<()>();
        let words = format!("waiting for {what}, which is not a file: somebody has to {todo}");
        if let Some(say) = SAY.get() {
            std::thread::spawn(move || {
                let waited = stopped.recv_timeout(Duration::from_secs(1));
                if waited == Err(RecvTimeoutError::Timeout) {
                    say(&words);
                }
            });
        }
        Self { _stop: stop }
    }
}

/// Fails when two of `outputs` are the same file, or one of them is one of `inputs`: by file, however
/// it is spelled. Each comes with what the command line calls it. An output that may replace an input
/// is left out of the second comparison by not being in `protected`.
///
/// # Errors
///
/// The first two that are the same.
pub fn distinct<'a>(
    outputs: &[(&'a str, &'a Path)],
    protected: &[&str],
    inputs: &[(&'a str, &'a Path)],
) -> Result<(), FileError> {
    let same = |one: &(&str, &Path), other: &(&str, &Path)| {
        Err(FileError::Same {
            one: one.0.to_owned(),
            other: other.0.to_owned(),
            path: other.1.display().to_string(),
        })
    };
    for (at, output) in outputs.iter().enumerate() {
        let Some(file) = identity(output.1) else {
            continue;
        };
        for earlier in &outputs[..at] {
            if identity(earlier.1).as_ref() == Some(&file) {
                return same(earlier, output);
            }
        }
        // Standard input and output have one name, and are two streams.
        let files = inputs.iter().filter(|input| !is_stdio(input.1));
        for input in files.filter(|_| protected.contains(&output.0)) {
            if identity(input.1).as_ref() == Some(&file) {
                return same(input, output);
            }
        }
    }
    Ok(())
}

/// What tells a file from others: two paths with the same one are the same file. `-` is standard
/// output here. `None` where it does not matter: a device such as `/dev/null` takes anything.
fn identity(path: &Path) -> Option<Identity> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
        let meta = if is_stdio(path) {
            let stdout = io::stdout().as_fd().try_clone_to_owned();
            stdout.and_then(|fd| fs::File::from(fd).metadata())
        } else {
            fs::metadata(path)
        };
        if let Ok(meta) = meta {
            let device = meta.file_type().is_char_device();
            if !device {
                return Some(Identity::Inode(meta.dev(), meta.ino()));
            }
            if !is_stdio(path) {
                return None;
            }
        }
    }
    if is_stdio(path) {
        return Some(Identity::Path(path.to_owned()));
    }
    let whole = fs::canonicalize(path).or_else(|_| {
        let folder = fs::canonicalize(folder_of(path))?;
        Ok::<_, io::Error>(folder.join(path.file_name().unwrap_or_default()))
    });
    Some(Identity::Path(whole.unwrap_or_else(|_| path.to_owned())))
}

#[derive(PartialEq, Eq)]
enum Identity {
    #[cfg(unix)]
    Inode(u64, u64),
    Path(PathBuf),
}

/// Files to write together: nothing appears under its name until everything is on the disk.
#[derive(Default)]
pub struct Outputs {
    staged: Vec<Staged>,
    taken: Vec<Identity>,
}

enum Staged {
    /// Written beside its target.
    Beside {
        file: tempfile::NamedTempFile,
        target: PathBuf,
    },
    /// To be written to a stream: standard output or a device.
    Stream { path: PathBuf, bytes: Vec<u8> },
}

impl Outputs {
    /// Fails early on what [`Outputs::add`] would fail on late: a folder that is not there, a target
    /// that is a folder, binary data on a terminal.
    ///
    /// # Errors
    ///
    /// When `path` can't be an output.
    pub fn check(path: &Path) -> Result<(), FileError> {
        let fail = |why: &str| {
            Err(FileError::Write {
                path: path.display().to_string(),
                why: why.to_owned(),
            })
        };
        if is_stdout(path) {
            if io::stdout().is_terminal() {
                return fail("standard output is a terminal; name a file or use a pipe");
            }
            return Ok(());
        }
        if path.is_dir() {
            return fail("it is a directory; name a file in it");
        }
        if !folder_of(path).is_dir() {
            return fail("its folder does not exist; create it first");
        }
        Ok(())
    }

    /// Writes `bytes` to a temporary file beside `path` and onto the disk.
    ///
    /// # Errors
    ///
    /// When this program has read `path`, when it is another output's, or when there is no room or no
    /// permission. The temporary file is gone then.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        no_input(path)?;
        self.replace(path, bytes)
    }

    /// The same for a file that may be an input: it is read, and written anew.
    ///
    /// # Errors
    ///
    /// As [`Outputs::add`].
    pub fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        Self::check(path)?;
        let fail = |err: io::Error| write_error(path, &err);
        if let Some(file) = identity(path) {
            if self.taken.contains(&file) {
                return Err(FileError::Same {
                    one: "an output".to_owned(),
                    other: "another one".to_owned(),
                    path: path.display().to_string(),
                });
            }
            self.taken.push(file);
        }
        // A link stays a link: its target is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let existing = fs::metadata(&target).ok();
        if is_stdout(path) || existing.as_ref().is_some_and(|meta| !meta.is_file()) {
            self.staged.push(Staged::Stream {
                path: path.to_owned(),
                bytes: bytes.to_vec(),
            });
            return Ok(());
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".wasm-heft-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What any program creates: everybody may read and write, less the user's umask.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut hold = hold();
        let mut file = builder.tempfile_in(folder_of(&target)).map_err(fail)?;
        hold.made(file.path());
        drop(hold);
        if let Some(meta) = existing {
            file.as_file()
                .set_permissions(meta.permissions())
                .map_err(fail)?;
        }
        file.write_all(bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(fail)?;
        self.staged.push(Staged::Beside { file, target });
        Ok(())
    }

    /// Gives every file its name; before that, streams get their bytes.
    ///
    /// # Errors
    ///
    /// When a file can't be renamed or a stream takes no more.
    pub fn commit(self) -> Result<(), FileError> {
        let (streams, files): (Vec<_>, Vec<_>) = self
            .staged
            .into_iter()
            .partition(|staged| matches!(staged, Staged::Stream { .. }));
        for staged in streams {
            if let Staged::Stream { path, bytes } = staged {
                let written = if is_stdout(&path) {
                    standard_output::write(&bytes)
                } else {
                    // Opening a pipe waits for whoever reads from it.
                    let _word = Waiting::start(&format!("`{}`", path.display()), READ);
                    let open = fs::OpenOptions::new().write(true).open(&path);
                    open.and_then(|mut file| file.write_all(&bytes))
                };
                written.map_err(|err| write_error(&path, &err))?;
            }
        }
        // NB: one hold for all: a signal finds either none of them under its name, or each.
        let mut hold = hold();
        for staged in files {
            if let Staged::Beside { file, target } = staged {
                let made = file.path().to_owned();
                file.persist(&target)
                    .map_err(|err| write_error(&target, &err.error))?;
                hold.settled(&made);
            }
        }
        Ok(())
    }
}

/// Fails early on what [`append`] would fail on late, and where `path` is standard output, which has something else.
///
/// # Errors
///
/// Then.
pub fn check_append(path: &Path) -> Result<(), FileError> {
    if is_stdout(path) {
        return Err(FileError::Write {
            path: path.display().to_string(),
            why: "it is standard output, where the result goes; name a file".to_owned(),
        });
    }
    Outputs::check(path)
}

/// Appends to a file that is another program's, which may hold it open: it is not replaced.
///
/// # Errors
///
/// When it can't be opened, or takes no more.
pub fn append(path: &Path, text: &str) -> Result<(), FileError> {
    // Opening a pipe waits for whoever reads from it.
    let is_file = fs::metadata(path).map_or(true, |meta| meta.is_file());
    let _word = (!is_file).then(|| Waiting::start(&format!("`{}`", path.display()), READ));
    let mut options = fs::OpenOptions::new();
    let open = options.append(true).create(true).open(path);
    open.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|err| write_error(path, &err))
}

/// Fails where this program has read `path`.
///
/// # Errors
///
/// Then.
pub fn no_input(path: &Path) -> Result<(), FileError> {
    let read = WAS_READ.lock().unwrap_or_else(PoisonError::into_inner);
    if identity(path).is_none_or(|file| !read.contains(&file)) {
        return Ok(());
    }
    Err(FileError::Same {
        one: "an input".to_owned(),
        other: "an output".to_owned(),
        path: path.display().to_string(),
    })
}

fn write_error(path: &Path, err: &io::Error) -> FileError {
    let advice = match err.kind() {
        io::ErrorKind::StorageFull => "; make room and run it again",
        io::ErrorKind::PermissionDenied => "; choose another folder or change its permissions",
        _ => "",
    };
    // Errors of temporary files name a path of their own, which tells nobody anything.
    let words = match err.get_ref() {
        Some(_) => err.kind().to_string(),
        None => err.to_string(),
    };
    FileError::Write {
        path: path.display().to_string(),
        why: format!("{words}{advice}"),
    }
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_appears_before_everything_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (good, bad) = (
            folder.path().join("good"),
            folder.path().join("missing/bad"),
        );
        let mut outputs = Outputs::default();
        outputs.add(&good, b"new").expect("writable");
        assert!(outputs.add(&bad, b"new").is_err());
        drop(outputs);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    }

    #[test]
    fn an_existing_file_is_replaced_whole_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("file");
        fs::write(&path, b"a long old content").expect("writable");
        let before = fs::metadata(&path).expect("there").permissions();
        let mut outputs = Outputs::default();
        outputs.add(&path, b"new").expect("writable");
        outputs.commit().expect("renamed");
        assert_eq!(fs::read(&path).expect("there"), b"new");
        assert_eq!(fs::metadata(&path).expect("there").permissions(), before);
    }
}
