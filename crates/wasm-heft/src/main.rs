//! The command line of wasm-heft: parse, run, exit.

mod cli;

use anyhow::Context as _;
use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(err) => return cli::usage(&err),
    };
    let ready = heft_optimize::ending::clean_up_on_signals().context("cannot listen for signals");
    cli::exit_code(ready.and_then(|()| cli.run()))
}
