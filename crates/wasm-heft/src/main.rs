//! The command line of wasm-heft: parse, run, exit.

// What is printed may hold names from files: only `cli::output` prints, and escapes them.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;

use anyhow::Context as _;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::read(arguments()) {
        Ok(cli) => cli,
        Err(err) => return cli::usage(&err),
    };
    let ready = heft_optimize::ending::clean_up_on_signals().context("cannot listen for signals");
    cli::exit_code(ready.and_then(|()| cli.run()))
}

/// The arguments of this program. cargo runs `cargo heft size` as `cargo-heft heft size`: under that name
/// the first one is not an argument.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.first().map(Path::new).and_then(Path::file_stem);
    if name.is_some_and(|name| name == "cargo-heft")
        && arguments.get(1).is_some_and(|word| word == "heft")
    {
        arguments.remove(1);
    }
    arguments
}
