//! Puts a published library to work on a file and prints what came of it, which is the same under every
//! allocator, on every target and natively.
//!
//! usage: `libraries grammar|picture|query|sheet|sql FILE`, and natively `libraries make FOLDER`, which writes
//! the inputs that are not found in a published package.

mod grammar;
#[cfg(not(target_family = "wasm"))]
mod make;
mod picture;
mod query;
mod sheet;
mod sql;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use wasi_alloc as _;

/// Does the work on a file, or in a folder, and returns what goes to standard output.
type Work = fn(&Path) -> Result<Vec<u8>, Box<dyn Error>>;

/// Subcommands by name.
const ALL: &[(&str, Work)] = &[
    ("grammar", grammar::work),
    #[cfg(not(target_family = "wasm"))]
    ("make", make::work),
    ("picture", picture::work),
    ("query", query::work),
    ("sheet", sheet::work),
    ("sql", sql::work),
    ("startup", |_| Ok(Vec::new())),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let (_, work) = ALL
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| {
            let known: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
            format!("no work `{name}`; known: {}", known.join(" "))
        })?;
    let path = arguments.next().unwrap_or_default();
    let printed = work(Path::new(&path))?;
    std::io::Write::write_all(&mut std::io::stdout(), &printed)?;
    Ok(())
}
