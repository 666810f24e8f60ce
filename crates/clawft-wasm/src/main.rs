//! The `clawft` command.

#[cfg(feature = "ballast")]
mod ballast;

use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

use clawft_wasm::{Io, run};

fn main() -> ExitCode {
    #[cfg(feature = "ballast")]
    ballast::carry();
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
