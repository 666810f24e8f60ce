//! Takes from the host everything that a WASI program can be handed, churns it, and prints what
//! arrived. The lines are the same natively and under every sound allocator; under an unsound one
//! the program traps or prints others.

mod bindings;
mod churn;
mod input;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use wasi_alloc as _;

const HELP: &str = "\
Prints the number, total length and checksum of everything the host hands in.

usage: soundness [--dir PATH] [ARG...] < INPUT

  --dir PATH  a directory to list and whose files to read; give it first
  ARG...      any number of arguments; they are counted and checked
  --help      this text

Of the environment, the variables whose names begin with SOUND_ are looked at.
The native program prints what is expected; every other build has to print the same:

  cargo run -p alloc-workloads --bin soundness -- --dir DIR ARG... < INPUT > expected
  cargo build -p alloc-workloads --bin soundness --profile release-wasm --target wasm32-wasip2 \\
    --no-default-features --features alloc-talc,checked
  wasmtime run -S inherit-env=y --dir DIR \\
    target/wasm32-wasip2/release-wasm/soundness.wasm --dir DIR ARG... < INPUT | diff expected -

Allocators: alloc-dlmalloc, alloc-talc and so on, one for each of wasi-alloc's. Beside one of them:
one-heap, checked (a wrong free ends the program with a line that begins `wasi-alloc: `), plain (only a
global allocator: wasip2 then ends in a trap, and with checked in such a line).

Exit codes: 0 everything was read, 2 something could not be.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let args = input::args()?;
    if args.first().is_some_and(|arg| arg == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let (dir, args) = split_dir(args)?;
    let mut lines = vec![
        input::describe("arguments", &args),
        input::describe("environment", input::environment("SOUND_")),
    ];
    lines.extend(bindings::lines("SOUND_"));
    if let Some(dir) = dir {
        let entries = input::directory(&dir)?;
        lines.push(input::describe("directory", &entries));
        lines.push(input::describe("files", &input::files(&dir, &entries)?));
    }
    let stdin = input::stdin()?;
    lines.push(input::describe("stdin", [&stdin]));
    lines.push(format!("random: {}", input::random_bytes_arrive()));
    lines.extend(churn::lines(stdin));
    lines.push(String::new());
    std::io::stdout()
        .write_all(lines.join("\n").as_bytes())
        .map_err(|error| format!("cannot write to standard output: {error}"))
}

/// Takes `--dir PATH` off the front of the arguments.
fn split_dir(mut args: Vec<String>) -> Result<(Option<PathBuf>, Vec<String>), String> {
    if args.first().is_none_or(|arg| arg != "--dir") {
        return Ok((None, args));
    }
    if args.len() < 2 {
        return Err("`--dir` is the last argument; expected a path after it".to_owned());
    }
    let rest = args.split_off(2);
    Ok((args.pop().map(PathBuf::from), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(args: &[&str]) -> Vec<String> {
        args.iter().map(|&arg| arg.to_owned()).collect()
    }

    #[test]
    fn the_directory_is_taken_off_the_front() {
        assert_eq!(
            split_dir(strings(&["--dir", "d", "a"])),
            Ok((Some(PathBuf::from("d")), strings(&["a"])))
        );
    }

    #[test]
    fn without_a_directory_all_arguments_stay() {
        assert_eq!(
            split_dir(strings(&["a", "--dir"])),
            Ok((None, strings(&["a", "--dir"])))
        );
    }

    #[test]
    fn a_directory_without_a_path_is_an_error() {
        assert!(split_dir(strings(&["--dir"])).is_err());
    }
}
