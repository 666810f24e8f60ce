//! The command line of wasm-heft: parse, run, exit.

mod cli;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::exit_code(cli::Cli::parse().run())
}
