//! Running traced programs.

use super::engine::{WASMTIME, platform};
use super::error::BenchError;
use super::request::{ModuleFile, Request};
use super::trace::trace;
use heft_data::bench_result::Engine;
use heft_data::profile::{ProfileReport, ProfiledModule, SCHEMA};
use heft_data::stats_layout::{self, LayoutError};

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The program can't be run, or not be asked.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// What it said is not understood.
    #[error("module `{module}`")]
    Layout {
        /// Its name.
        module: String,
        /// What is wrong.
        source: LayoutError,
    },
}

/// Runs each module of `request` once with its first case, and reads what its allocator counted.
/// `say` hears of each one before it starts. What a program prints is not compared.
///
/// # Errors
///
/// When a file is not WebAssembly, or a module is not traced or says what is not understood. How
/// programs end is not an error: see [`Outcome`](heft_data::bench_result::Outcome).
pub fn profile(request: &Request, say: &dyn Fn(&str)) -> Result<ProfileReport, ProfileError> {
    let arguments = request.cases.first().map(|case| case.arguments.clone());
    let arguments = arguments.unwrap_or_default();
    let one = |module: &ModuleFile| {
        say(&module.name);
        of(request, module, &arguments)
    };
    Ok(ProfileReport {
        schema: SCHEMA,
        engine: Engine {
            wasmtime: WASMTIME.to_owned(),
            platform: platform(),
        },
        modules: request.modules.iter().map(one).collect::<Result<_, _>>()?,
        arguments,
    })
}

fn of(
    request: &Request,
    module: &ModuleFile,
    arguments: &[String],
) -> Result<ProfiledModule, ProfileError> {
    let ran = trace(request, module, arguments)?;
    let mut detail = ran.detail;
    let profile = match ran.bytes {
        Ok(bytes) => {
            let read = stats_layout::read(&bytes).map_err(|source| ProfileError::Layout {
                module: module.name.clone(),
                source,
            })?;
            Some(read)
        }
        Err(why) => {
            let words = format!("no profile: {why}");
            detail = Some(match detail {
                Some(detail) => format!("{detail}; {words}"),
                None => words,
            });
            None
        }
    };
    Ok(ProfiledModule {
        name: module.name.clone(),
        kind: ran.kind,
        outcome: ran.outcome,
        detail,
        stack_bytes: ran.stack_bytes,
        profile,
    })
}
