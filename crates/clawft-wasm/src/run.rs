//! The command line: arguments and streams in, exit code out.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::cli::{HELP, parse};
use crate::error::{Error, one_line};
use crate::execute::execute;

/// Exit code: done.
pub const EXIT_SUCCESS: u8 = 0;
/// Exit code: wrong usage or unreadable input; one `error:` line on standard error says what.
///
/// NB: on wasm32-wasip2 hosts make 1 of it. Stable WASI 0.2 (`wasi:cli/exit`) knows only success and
/// failure; `exit-with-code` is unstable.
pub const EXIT_FAILURE: u8 = 2;

/// What a run may touch.
///
/// Generic, because `dyn Read` and `dyn Write` would link all their methods into the artifact.
pub struct Io<'a, R, O, E> {
    /// Read only for `agent -m -`.
    pub stdin: R,
    /// Results.
    pub stdout: O,
    /// Warnings and errors.
    pub stderr: E,
    /// The folder that file names are relative to; empty for the current one.
    pub root: &'a Path,
}

/// Runs the command line `args` (without the program's name); returns the exit code.
pub fn run<R: Read, O: Write, E: Write>(
    args: impl IntoIterator<Item = OsString>,
    io: Io<'_, R, O, E>,
) -> u8 {
    let Io {
        stdin,
        mut stdout,
        mut stderr,
        root,
    } = io;
    let mut args = args.into_iter().peekable();
    if args.peek().is_none() {
        // Nothing can be done about a standard error that is closed.
        let _ = stderr.write_all(HELP.as_bytes());
        return EXIT_FAILURE;
    }
    match parse(args).and_then(|command| execute(command, root, stdin)) {
        Ok(outcome) => {
            for warning in &outcome.warnings {
                say(&mut stderr, "warning", warning);
            }
            print(&mut stdout, &outcome.text).map_or_else(
                |()| {
                    say(
                        &mut stderr,
                        "error",
                        &Error::new("cannot write to standard output"),
                    );
                    EXIT_FAILURE
                },
                |()| EXIT_SUCCESS,
            )
        }
        Err(error) => {
            say(&mut stderr, "error", &error);
            EXIT_FAILURE
        }
    }
}

/// Writes all of `text`. A reader that has gone away (a closed pipe) is not an error.
fn print(out: &mut impl Write, text: &str) -> Result<(), ()> {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(()),
        _ => Ok(()),
    }
}

/// Writes one line; there is nowhere to report that this failed.
fn say(err: &mut impl Write, kind: &str, message: &impl Display) {
    let line = format!("{kind}: {}\n", one_line(&message.to_string()));
    let _: io::Result<()> = err.write_all(line.as_bytes());
}
