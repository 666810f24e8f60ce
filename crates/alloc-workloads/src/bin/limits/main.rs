//! Asks an allocator for what it should refuse, by Rust's functions and by C's, until the memory is
//! full and beyond, and looks whether the program lives on.

mod alloc_api;
mod c;
mod edges;
mod exhaustion;
mod model;
mod verdict;

use std::io::Write;
use std::process::ExitCode;
use verdict::Verdict;
use wasi_alloc as _;

const HELP: &str = "\
Asks the allocator for what it should refuse and looks whether the program lives on.

usage: limits
       limits assert      fails as an assertion of C's does: a line on standard error, then a trap

It takes what memory there is and has to be refused some before it has 256 MiB. So run it with less:

  ulimit -v 65536; limits                                natively, on Linux
  wasmtime run -W max-memory-size=8388608 limits.wasm    any module or component

  zero sizes  blocks of no bytes are blocks
  alignments  from 1 byte to 64 KiB, kept when the block is resized
  overflow    sizes beyond the address space, and products that are
  exhaustion  by `alloc`, `alloc_zeroed`, `malloc` and `calloc`: blocks until one is refused; then
              larger ones are refused, what is there is kept, small ones come out of what goes back
  model       16,000 random requests with 1 MiB left, each block's every byte looked at

It prints a line for each, `ok` behind it; a line `NAME: not ok: WHY` is the last one.

Exit codes: 0 all is well, 1 something is not, 2 wrong usage.
";

/// A part of the program and its name.
type Part = (&'static str, fn() -> Verdict);

const PARTS: [Part; 8] = [
    ("zero sizes", edges::zero_sizes),
    ("alignments", edges::alignments),
    ("overflow", edges::overflow),
    ("exhaustion by alloc", || {
        exhaustion::exhaust(alloc_api::Api::Rust)
    }),
    ("exhaustion by alloc_zeroed", || {
        exhaustion::exhaust(alloc_api::Api::RustZeroed)
    }),
    ("exhaustion by malloc", || {
        exhaustion::exhaust(alloc_api::Api::Malloc)
    }),
    ("exhaustion by calloc", || {
        exhaustion::exhaust(alloc_api::Api::Calloc)
    }),
    ("model", model::run),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if let Some(argument) = arguments.next() {
        if argument == "--help" {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        #[cfg(target_os = "wasi")]
        if argument == "assert" {
            c::fail_an_assertion();
        }
        eprintln!("error: unknown argument {argument:?}; known: --help, in WASI assert");
        return ExitCode::from(2);
    }
    for (name, part) in PARTS {
        let why = part().err();
        let why = why.as_deref();
        // NB: there may be no memory to put a line together in.
        let line: &[&str] = match why {
            None => &[name, ": ok\n"],
            Some(why) => &[name, ": not ok: ", why, "\n"],
        };
        let mut stdout = std::io::stdout();
        let written = line
            .iter()
            .try_for_each(|text| stdout.write_all(text.as_bytes()));
        if why.is_some() || written.is_err() {
            return ExitCode::from(1);
        }
    }
    ExitCode::SUCCESS
}
