//! Makes a WebAssembly file smaller: `smaller IN OUT`. It needs wasm-opt in PATH.

use heft_optimize::wasm_opt::WasmOpt;
use heft_optimize::{Settings, optimize};
use std::error::Error;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match smaller(&arguments) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// Writes OUT. Returns the size before and after.
fn smaller(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let [from, to] = arguments else {
        return Err("expected IN OUT, a module or component and what to write".into());
    };
    let input = fs::read(from).map_err(|err| format!("cannot read `{from}`: {err}"))?;
    let tool = WasmOpt::find(None)?;
    let optimized = optimize(from, &input, &tool, &Settings::default(), &|_| ())?;
    for warning in &optimized.record.warnings {
        eprintln!("warning: {}", warning.escape_debug());
    }
    fs::write(to, &optimized.output).map_err(|err| format!("cannot write `{to}`: {err}"))?;
    let record = &optimized.record;
    Ok(format!("{} -> {}", record.input.bytes, record.output.bytes))
}
