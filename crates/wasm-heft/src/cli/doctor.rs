//! `wasm-heft doctor`

use super::options::{EXIT_STATUS, Verdict};
use super::output;
use clap::ValueEnum;
use heft_data::table::{Style, Table, or_dash};
use std::path::PathBuf;
use wasm_heft::doctor::{Doctor, Tool, doctor};

const AFTER_HELP: &str = "\
What it says:
  Of each tool whether it is there, its version, what it is for, and where it is; of each that is not,
  how to get it on Debian, macOS and Windows. Only `optimize` needs another program: wasm-opt. All
  other tools are for building, running and looking into what is optimized.

  Exit code 1 means that wasm-opt is missing or does not work.

Environment:
  WASM_OPT  the wasm-opt to look at, as of `wasm-heft optimize`";

/// Find out which tools are installed, and how to get those that are missing
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// The wasm-opt to look at; without it the one in PATH
    #[arg(long, value_name = "PATH", env = "WASM_OPT", hide_env_values = true)]
    wasm_opt: Option<PathBuf>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people
    Text,
    /// One JSON document
    Json,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let found = doctor(self.wasm_opt.as_deref());
        output::print(&match self.format {
            Format::Json => output::json(&found)?,
            Format::Text => text(&found),
        })?;
        Ok(if found.ok { Verdict::Pass } else { Verdict::No })
    }
}

fn text(found: &Doctor) -> String {
    let mut table = Table::new(&["tool", "state", "for", "version", "where"]);
    for tool in &found.tools {
        table.row([
            tool.name.to_owned(),
            state(tool).to_owned(),
            tool.used_for.to_owned(),
            or_dash(tool.version.as_ref()),
            or_dash(tool.path.as_ref().map(|path| path.display())),
        ]);
    }
    let mut text = table.render(Style::Text);
    for tool in &found.tools {
        if let Some(problem) = &tool.problem {
            let get = &tool.get;
            text += &format!(
                "\n{}: {problem}\n  Debian   {}\n  macOS    {}\n  Windows  {}\n",
                tool.name, get.debian, get.macos, get.windows
            );
            if let Some(rust) = get.rust {
                text += &format!("  any      {rust}\n");
            }
        }
    }
    text
}

fn state(tool: &Tool) -> &'static str {
    match (&tool.problem, tool.needed) {
        (None, _) => "ok",
        (Some(_), true) => "NEEDED",
        (Some(_), false) => "absent",
    }
}
