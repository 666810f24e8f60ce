//! Who owns the bytes of a WebAssembly file: `owners FILE [NAMES]`. NAMES is the file's symbols file, where
//! it has no names of its own.

use heft_size::attribution::attribute;
use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match owners(&arguments) {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// A line for each owner, largest first, and one for all of them.
fn owners(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let (file, names) = match arguments {
        [file] => (read(file)?, None),
        [file, names] => (read(file)?, Some(read(names)?)),
        _ => {
            return Err("expected FILE [NAMES], a module or component and its symbols file".into());
        }
    };
    let attribution = attribute(&file, names.as_deref())?;
    let mut table = String::new();
    for row in attribution.by_crate() {
        // NB: the name is from the file, which may hold anything.
        writeln!(table, "{:>12}  {}", row.bytes, row.name.escape_debug())?;
    }
    writeln!(table, "{:>12}  all", attribution.file_bytes)?;
    Ok(table)
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|err| format!("cannot read `{path}`: {err}"))
}
