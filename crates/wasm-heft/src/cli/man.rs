//! `wasm-heft man`

use super::Cli;
use super::options::{EXIT_STATUS, Verdict};
use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_mangen::Man;
use std::path::PathBuf;
use wasm_heft::files::Outputs;

const AFTER_HELP: &str = "\
Writes wasm-heft.1 and a page for each command, wasm-heft-size.1 for one, beside what else is in the
folder. The pages say what `--help` says.

Example:
    wasm-heft man ~/.local/share/man/man1";

/// Write the manual as man pages
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The folder, which has to be there
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Args {
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let mut outputs = Outputs::default();
        for (name, page) in pages()? {
            outputs.add(&self.folder.join(name), &page)?;
        }
        outputs.commit()?;
        Ok(Verdict::Pass)
    }
}

/// Every page by the name of its file.
fn pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let commands = program.get_subcommands().cloned().collect::<Vec<_>>();
    std::iter::once(program)
        .chain(commands)
        .map(|command| {
            let man = Man::new(command);
            let mut page = Vec::new();
            man.render(&mut page).context("cannot make a man page")?;
            Ok((man.get_filename(), page))
        })
        .collect()
}
