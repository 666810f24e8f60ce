//! Puts an allocator through what makes one hang, overlap or lose memory.

mod aligned;
mod edge;
mod module;
mod random;
mod replace;

use std::process::ExitCode;
use wasi_alloc as _;

const HELP: &str = "\
Puts the allocator through what makes one hang, overlap or lose memory.

usage: endure replace BLOCKS SEED [REPLACEMENTS]
       endure edge SEED [PERCENT]
       endure random SEED OPERATIONS
       endure aligned BLOCKS SEED

  replace  keeps BLOCKS blocks of 16 bytes to 64 KiB alive and replaces random ones, 20,000 times if
           not told otherwise. It ends, or it does not: run it with a limit, `wasmtime run -W fuel=N`.
  edge     fills memory with blocks of random sizes, looks whether two overlap, frees them and takes
           memory again: PERCENT (75) of what there was. `wasmtime run -W max-memory-size=BYTES` says
           how much there is; without, 4 GiB.
  random   some OPERATIONS of Rust's, C's and the canonical ABI's, from 1 byte to 64 MiB, aligned to
           up to 64 KiB, against a model that knows what each block holds. With an even SEED blocks
           have at most 128 KiB.
  aligned  keeps BLOCKS blocks of less than 270 bytes alive, of which a third are aligned to up to
           4,096, and prints the pages that memory has then.

It prints a line of results; a fault is a line `endure: not ok: WHY`.

Exit codes: 0 all is well, 1 something is not, 2 wrong usage.
";

/// What went right, or wrong.
type Verdict = Result<String, String>;

/// The argument at `index`, called `name`.
fn number(arguments: &[String], index: usize, name: &str) -> Result<u64, String> {
    let text = arguments
        .get(index)
        .ok_or_else(|| format!("{name} is missing"))?;
    text.parse()
        .map_err(|_| format!("{name} is {text:?}; expected a number"))
}

/// The same, if it is there.
fn optional(arguments: &[String], index: usize, name: &str, otherwise: u64) -> Result<u64, String> {
    if index < arguments.len() {
        number(arguments, index, name)
    } else {
        Ok(otherwise)
    }
}

/// Does what the arguments say; what is wrong with them is the outer error.
fn run(arguments: &[String]) -> Result<Verdict, String> {
    let seed = |index| number(arguments, index, "SEED");
    let most = match arguments.first().map(String::as_str) {
        Some("replace") => 4,
        Some("edge" | "random" | "aligned") => 3,
        Some(other) => return Err(format!("unknown command {other:?}")),
        None => return Err("a command is missing".to_owned()),
    };
    if let Some(extra) = arguments.get(most) {
        return Err(format!("unexpected argument {extra:?}"));
    }
    let blocks = || {
        let blocks = number(arguments, 1, "BLOCKS")?;
        u32::try_from(blocks)
            .ok()
            .filter(|blocks| (1..=1_000_000).contains(blocks))
            .ok_or_else(|| format!("BLOCKS is {blocks}; expected 1 to 1000000"))
    };
    Ok(match arguments[0].as_str() {
        "aligned" => aligned::run(blocks()?, seed(2)?),
        "replace" => {
            let blocks = blocks()?;
            let replacements = optional(arguments, 3, "REPLACEMENTS", 20_000)?;
            replace::run(blocks, seed(2)?, replacements)
        }
        "edge" => edge::run(seed(1)?, optional(arguments, 2, "PERCENT", 75)?),
        _ => random::run(seed(1)?, number(arguments, 2, "OPERATIONS")?),
    })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    if arguments.iter().any(|argument| argument == "--help") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(Ok(line)) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Ok(Err(why)) => {
            println!("endure: not ok: {why}");
            ExitCode::from(1)
        }
        Err(why) => {
            eprintln!("error: {why}; see `endure --help`");
            ExitCode::from(2)
        }
    }
}
