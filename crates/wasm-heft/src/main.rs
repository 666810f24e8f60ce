//! The command line of wasm-heft: parse, run, exit.

mod cli;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => cli::exit_code(cli.run()),
        Err(err) => cli::usage(&err),
    }
}
