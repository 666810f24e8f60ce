//! `wasm-heft init`

use crate::error::Error;
use crate::init::{Proposal, Start, start};
use crate::{metadata, write};
use heft_data::escape;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Asks nothing and overwrites nothing. heft.toml gets one artifact for each program of the crate that
FOLDER is in; in a workspace above its crates, for each program of all of them. Features that choose an
allocator of wasi-alloc become the artifact's allocators. Where there is no wasi-alloc, the lines that
would add it are printed, and nothing is added.

Then: `wasm-heft build`, `wasm-heft gate`.

Exit status:
  0  heft.toml is there
  2  there is no program here, or a heft.toml already; one line on standard error says what to do";

/// Start a heft.toml from the crate this folder is in
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Where the crate is
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,

    /// Only the programs of this package
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
}

impl Args {
    /// Writes the files. Returns what to print.
    ///
    /// # Errors
    ///
    /// When there is no cargo, no program, or a file is in the way.
    pub fn run(&self) -> Result<String, Error> {
        let folder = &self.folder;
        let folder = fs::canonicalize(folder).map_err(|why| Error::reading(folder, why))?;
        let metadata = metadata::read(&folder)?;
        let start = start(&metadata, &folder, self.package.as_deref())?;
        create(&start.path, &write(&start.project))?;
        let (path, content) = &start.budgets;
        let budgets = match create(path, content) {
            Ok(()) => true,
            // Somebody's own limits.
            Err(Error::Exists { .. }) => false,
            Err(err) => return Err(err),
        };
        Ok(summary(&start, &folder, budgets))
    }
}

/// Writes a file that is not there.
fn create(path: &Path, content: &str) -> Result<(), Error> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match file {
        Ok(file) => file,
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            return Err(Error::Exists {
                path: path.to_owned(),
                advice: "move it away to start anew",
            });
        }
        Err(why) => return Err(Error::writing(path, why)),
    };
    let written = file.write_all(content.as_bytes());
    written.map_err(|why| {
        let _ = fs::remove_file(path);
        Error::writing(path, why)
    })
}

fn summary(start: &Start, folder: &Path, budgets: bool) -> String {
    let short = |path: &Path| {
        let short = path.strip_prefix(folder).unwrap_or(path);
        escape::line(&short.display().to_string())
    };
    let mut out = format!("{}: written\n", short(&start.path));
    for variant in start.project.variants() {
        let _ = writeln!(out, "  {}", variant.name);
    }
    let done = if budgets {
        "written"
    } else {
        "is there and stays as it is"
    };
    let _ = writeln!(out, "{}: {done}", short(&start.budgets.0));
    for proposal in &start.proposals {
        propose(&mut out, proposal, &short(&proposal.manifest));
    }
    out.push_str("\nnext: `wasm-heft build`, then `wasm-heft gate`\n");
    out
}

fn propose(out: &mut String, proposal: &Proposal, manifest: &str) {
    let indented = |text: &str| {
        text.lines()
            .map(|line| format!("    {line}\n"))
            .collect::<String>()
    };
    let _ = write!(
        out,
        "\n`{}` does without wasi-alloc. To put one small allocator under the whole module, sound on wasip2, too, write in {manifest}:\n\n{}\nand in the program's `main.rs`:\n\n{}",
        proposal.package,
        indented(&proposal.manifest_lines()),
        indented(proposal.source_lines()),
    );
}
