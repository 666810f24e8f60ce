//! The `clawft` command.

#[cfg(feature = "growth-fixture")]
mod growth_fixture;

use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

use clawft_wasm::{Io, run};

fn main() -> ExitCode {
    #[cfg(feature = "growth-fixture")]
    growth_fixture::link();
    let code = run(
        env::args_os().skip(1),
        Io {
            stdin: io::stdin(),
            stdout: io::stdout(),
            stderr: io::stderr(),
            root: Path::new(""),
        },
    );
    ExitCode::from(code)
}
