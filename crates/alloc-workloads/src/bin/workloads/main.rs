//! Runs one workload by name and prints a checksum that is the same under every allocator, on every
//! target and natively.

mod arguments;
mod block;
mod buckets;
mod chat;
mod churn;
mod definition;
mod fragment;
mod grow;
mod longrun;
mod serde;
mod startup;
mod strings;
mod vector;
mod workload;
mod worst;

use arguments::Request;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use wasi_alloc as _;

const HELP: &str = "\
Runs a workload that exercises the allocator, and prints a checksum of what it read back.

usage: workloads NAME [--rounds N]
       workloads list

  NAME        which one; `list` shows them, each with its usual number of rounds
  --rounds N  how often to do it, from 1; a round continues the random sequence of the one before
  --help      this text

Output: a line `NAME: CHECKSUM`, 16 hexadecimal digits, the same under every allocator, on every
target and natively. Where the workload makes every request itself, a line `operations: N` follows:
how many blocks it allocated, resized and freed.

Nothing is random but in name: each workload has a seed, written down in its source. Fuel and pages
are the same in every run of one module.

The native program prints what is expected; every other build has to print the same:

  cargo run -p alloc-workloads --bin workloads -- churn > expected
  cargo build -p alloc-workloads --bin workloads --profile release-wasm --target wasm32-wasip2 \\
    --no-default-features --features alloc-talc,one-heap
  wasmtime run target/wasm32-wasip2/release-wasm/workloads.wasm churn | diff expected -

Exit codes: 0 it ran, 2 wrong usage; out of memory ends the program with a trap.
";

fn main() -> ExitCode {
    let done = arguments::read(std::env::args_os().skip(1)).and_then(|request| {
        std::io::stdout()
            .write_all(answer(&request).as_bytes())
            .map_err(|error| format!("cannot write to standard output: {error}"))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What goes to standard output.
fn answer(request: &Request) -> String {
    let mut text = String::new();
    // NB: writing to a string cannot fail.
    match request {
        Request::Help => text.push_str(HELP),
        Request::List => {
            for workload in workload::ALL {
                let (name, summary, rounds) = (workload.name, workload.summary, workload.rounds);
                let _ = writeln!(text, "{name:<12} {summary} (--rounds {rounds})");
            }
        }
        Request::Run { workload, rounds } => {
            let outcome = (workload.run)(*rounds);
            let checksum = outcome.checksum.value();
            let _ = writeln!(text, "{}: {checksum:016x}", workload.name);
            if let Some(operations) = outcome.operations {
                let _ = writeln!(text, "operations: {operations}");
            }
        }
    }
    text
}
