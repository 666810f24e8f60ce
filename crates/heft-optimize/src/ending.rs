//! What must be gone when this program is told to end: temporary folders, files that are not
//! finished, and the programs it started.
//!
//! Everything of that sort is made and noted while a `Hold` is in place, and a signal waits for the
//! hold, so there is no moment at which something is there and nobody knows of it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output};
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to say its version. A compiler that has to be fetched first takes longest.
const ANSWER: Duration = Duration::from_secs(30);
/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(5);

static HELD: Mutex<Held> = Mutex::new(Held {
    paths: BTreeSet::new(),
    groups: BTreeSet::new(),
});

struct Held {
    paths: BTreeSet<PathBuf>,
    /// Process groups, by the id of the process that leads each.
    groups: BTreeSet<u32>,
}

/// While it is there no signal ends the program. Not to be kept across anything that may block.
pub struct Hold(MutexGuard<'static, Held>);

/// Keeps signals waiting.
pub fn hold() -> Hold {
    Hold(HELD.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Hold {
    /// Notes a path that must not outlive the program.
    pub fn made(&mut self, path: &Path) {
        self.0.paths.insert(path.to_owned());
    }

    /// Forgets a path: it is gone, or it is there to stay.
    pub fn settled(&mut self, path: &Path) {
        self.0.paths.remove(path);
    }
}

/// A temporary folder that is gone with this value, and when the program is told to end.
#[derive(Debug)]
pub struct TempFolder(Option<tempfile::TempDir>);

impl TempFolder {
    /// Makes one where the machine keeps temporary files.
    ///
    /// # Errors
    ///
    /// When there is no room or no permission.
    pub fn new() -> io::Result<Self> {
        let mut hold = hold();
        let folder = tempfile::Builder::new().prefix("wasm-heft-").tempdir()?;
        hold.made(folder.path());
        Ok(Self(Some(folder)))
    }

    /// Where it is.
    ///
    /// # Panics
    ///
    /// Never: the folder is there until the value is dropped.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.as_ref().expect("there until dropped").path()
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let mut hold = hold();
        if let Some(folder) = self.0.take() {
            hold.settled(folder.path());
        }
    }
}

/// A running program and all that it starts, which end together.
///
/// A wrapper script around wasm-opt, as package managers install it, is a program of its own: ending
/// only that one leaves the real one at work.
pub struct Group(Child);

impl Group {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut hold = hold();
        let child = command.spawn()?;
        hold.0.groups.insert(child.id());
        Ok(Self(child))
    }

    /// What it prints, for whom the command says that it is a pipe. Only once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    ///
    /// When the system can't tell.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        // NB: under the hold: an id that is no longer this program's must not be ended.
        let mut hold = hold();
        let status = self.0.try_wait()?;
        if status.is_some() {
            hold.0.groups.remove(&self.0.id());
        }
        Ok(status)
    }

    /// Waits until it has ended. Returns how.
    ///
    /// # Errors
    ///
    /// As [`Group::try_wait`].
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// Runs a program that is asked for a line or two. Returns what it printed, of what the command says is
    /// a pipe.
    ///
    /// # Errors
    ///
    /// When it can't be started, or does not answer in time: whatever it is, it is ended then.
    pub fn answer(command: &mut Command) -> io::Result<Output> {
        use std::io::Read as _;
        let start = Instant::now();
        let late = || {
            let words = format!("it did not answer within {} s", ANSWER.as_secs());
            io::Error::new(io::ErrorKind::TimedOut, words)
        };
        let mut group = Self::spawn(command)?;
        let pipe = group.stdout();
        let (sent, heard) = channel();
        // NB: ends with the group, which holds the other end of the pipe.
        thread::spawn(move || {
            let mut stdout = Vec::new();
            let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut stdout));
            sent.send(read.map(|_| stdout))
        });
        let stdout = heard.recv_timeout(ANSWER).map_err(|_| late())??;
        while start.elapsed() < ANSWER {
            if let Some(status) = group.try_wait()? {
                return Ok(Output {
                    status,
                    stdout,
                    stderr: Vec::new(),
                });
            }
            thread::sleep(POLL);
        }
        Err(late())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let mut hold = hold();
        if hold.0.groups.remove(&self.0.id()) {
            if let Ok(None) = self.0.try_wait() {
                end_group(self.0.id());
                // Either may fail only because it has just ended by itself.
                let _ = self.0.kill();
            }
            let _ = self.0.wait();
        }
    }
}

#[cfg(unix)]
fn end_group(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // Fails only where all of them have ended.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_leader: u32) {}

/// From now on SIGHUP, SIGINT and SIGTERM end what this program started and remove what it has not
/// finished, before they end the program as they do any other. A signal that is ignored, as under
/// `nohup`, stays ignored. Does nothing on systems without signals.
///
/// # Errors
///
/// When the system refuses.
#[cfg(unix)]
pub fn clean_up_on_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored_signals();
    let heard = [SIGHUP, SIGINT, SIGTERM]
        .into_iter()
        .filter(|signal| ignored & (1_u64 << (signal - 1)) == 0);
    let mut signals = signal_hook::iterator::Signals::new(heard)?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // NB: never given back: nothing new may appear from here on.
                let hold = hold();
                clean_up(&hold.0);
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        })?;
    Ok(())
}

/// Does nothing: there are no signals.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn clean_up_on_signals() -> io::Result<()> {
    Ok(())
}

/// The signals this program was started with as ignored, a bit for each. Linux tells; elsewhere none.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

#[cfg(unix)]
fn clean_up(held: &Held) {
    use rustix::process::{Pid, WaitOptions, waitpid};
    use std::fs;
    /// A program that was ended may still finish a write; its folder is tried this often.
    const TRIES: u32 = 50;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(10);
    for group in &held.groups {
        end_group(*group);
    }
    for group in &held.groups {
        let pid = i32::try_from(*group).ok().and_then(Pid::from_raw);
        let _ = waitpid(pid, WaitOptions::empty());
    }
    for path in &held.paths {
        for _ in 0..TRIES {
            let _ = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
            if fs::symlink_metadata(path).is_err() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
    }
}
