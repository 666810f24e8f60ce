//! `wasm-heft man`

use super::options::{EXIT_STATUS, Verdict};
use super::{Cli, help};
use anyhow::Context as _;
use clap::builder::Resettable;
use clap::{Command, CommandFactory as _};
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
        .map(|command| page(command).context("cannot make a man page"))
        .collect()
}

fn page(command: Command) -> std::io::Result<(String, Vec<u8>)> {
    let explained = command.get_after_help().map(ToString::to_string);
    let explained = help::fill(&explained.unwrap_or_default(), help::WIDEST);
    // NB: clap_mangen would fill its lines, and tables are in it.
    let man = Man::new(command.after_help(Resettable::Reset))
        .source(format!("wasm-heft {}", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render(&mut page)?;
    page.extend(sections(&explained).into_bytes());
    Ok((man.get_filename(), page))
}

/// What stands below the options in `--help`, as sections. A line at the margin that ends with a colon is the
/// heading of the lines below it.
fn sections(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        let mut lines = paragraph.lines().peekable();
        let heading = lines.next_if(|line| !line.starts_with(' ') && line.ends_with(':'));
        match heading {
            Some(line) => section(&mut out, line.trim_end_matches(':')),
            None if out.is_empty() => section(&mut out, "Details"),
            // It goes on with the section before it.
            None => out.push_str(".PP\n"),
        }
        out.push_str(".nf\n");
        for line in lines {
            out.push_str(&roff_line(line.strip_prefix("  ").unwrap_or(line)));
        }
        out.push_str(".fi\n");
    }
    out
}

fn section(out: &mut String, title: &str) {
    out.push_str(".SH ");
    out.push_str(&roff_line(&title.to_uppercase()));
}

/// A line of text as roff reads it: nothing in it is a request.
fn roff_line(line: &str) -> String {
    let text = line.replace('\\', "\\(rs").replace('-', "\\-");
    let text = text.replace('\'', "\\(aq").replace('`', "\\(ga");
    let guard = if text.starts_with('.') { "\\&" } else { "" };
    format!("{guard}{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_sections_and_lines_below_them_stay_as_they_are() {
        let text = "Prose\nhere.\n\nColumns:\n  a   the - first\n      wide\n\n  b\n\nExit status:\n  0  `ok`";
        let expected = ".SH DETAILS\n.nf\nProse\nhere.\n.fi\n\
            .SH COLUMNS\n.nf\na   the \\- first\n    wide\n.fi\n\
            .PP\n.nf\nb\n.fi\n\
            .SH EXIT STATUS\n.nf\n0  \\(gaok\\(ga\n.fi\n";
        assert_eq!(sections(text), expected);
    }

    #[test]
    fn no_text_is_a_request() {
        assert_eq!(roff_line(".so /etc/passwd"), "\\&.so /etc/passwd\n");
        assert_eq!(roff_line("'br"), "\\(aqbr\n");
        assert_eq!(roff_line("\\fB"), "\\(rsfB\n");
    }
}
