//! Standard output, as this program was given it.
//!
//! Rust's own hides two cases in which nobody gets a result: before `main` it opens `/dev/null` in the place of a
//! standard output that is closed, and what cannot be written to it counts as written.

use std::io::{self, Write as _};

/// Fails where standard output is closed, or can only be read from: told before any work is done.
///
/// # Errors
///
/// Then.
pub fn check() -> io::Result<()> {
    write(&[])
}

/// Writes all of `bytes`.
///
/// # Errors
///
/// When standard output is closed, or takes no more.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if at_start::was_closed() {
        return Err(io::Error::other("it is closed"));
    }
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        let mut out = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
        // Writing nothing asks whether anything may be written.
        let _nothing = out.write(&[])?;
        out.write_all(bytes)
    }
    #[cfg(not(unix))]
    {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush())
    }
}

/// Whether standard output was closed when the program was started.
#[cfg(target_os = "linux")]
#[allow(
    unsafe_code,
    reason = "nothing in safe Rust runs before Rust's own start, which opens what is closed"
)]
mod at_start {
    use std::fs::File;
    use std::os::fd::AsRawFd as _;
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    pub(super) fn was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }

    /// The number of standard output (POSIX, `STDOUT_FILENO`).
    const STDOUT: i32 = 1;

    // SAFETY: what is in `.init_array` are functions of C, which the C library calls once, before `main` and in the
    // only thread (System V ABI, "Initialization and Termination Functions"). This one opens and closes files, which
    // needs nothing that Rust's own start sets up, and does not unwind.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        // A new file gets the lowest number that is free: 0 and 1, where both are.
        let files = [File::open("/dev/null"), File::open("/dev/null")];
        let is_stdout = |file: &File| file.as_raw_fd() == STDOUT;
        CLOSED.store(files.iter().flatten().any(is_stdout), Ordering::Relaxed);
    }
}
