//! `wasm-heft completions`

use super::options::{EXIT_STATUS, Verdict};
use super::{Cli, output};
use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

const AFTER_HELP: &str = "\
Examples:
    wasm-heft completions bash > ~/.local/share/bash-completion/completions/wasm-heft
    wasm-heft completions zsh > _wasm-heft        # in a folder of $fpath
    wasm-heft completions fish > ~/.config/fish/completions/wasm-heft.fish";

/// Print what a shell needs to complete this program's arguments
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "wasm-heft", &mut script);
        let script = String::from_utf8(script).context("the script is not text")?;
        output::print(&one_name(self.shell, script))?;
        Ok(Verdict::Pass)
    }
}

/// NB: for bash, clap_complete 4.6 names the commands of a program with a hyphen in two ways, so that bash
/// would complete nothing after `wasm-heft gate`.
fn one_name(shell: Shell, script: String) -> String {
    match shell {
        Shell::Bash => script.replace("wasm__subcmd__heft__subcmd__", "wasm__heft__subcmd__"),
        _ => script,
    }
}
