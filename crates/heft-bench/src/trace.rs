//! Running programs whose allocator counts, and reading what it counted.

use super::engine::Engines;
use super::error::{BenchError, Unread};
use super::outcome::End;
use super::program::Program;
use super::request::{ModuleFile, Request};
use super::run::{Watch, run};
use super::stats_reader::{FUNCTION, INTERFACE, is_interface};
use heft_data::bench_result::Outcome;
use heft_wasm::binary::{Kind, kind};

/// How a traced program ended, and what its allocator says.
#[derive(Clone, Debug)]
pub struct TracedRun {
    /// Module or component.
    pub kind: Kind,
    /// How it ended. Outputs are not compared.
    pub outcome: Outcome,
    /// One line about why it failed.
    pub detail: Option<String>,
    /// The layout's bytes, at most as many as are needed. `Err` says in words why there are none.
    pub bytes: Result<Vec<u8>, String>,
}

/// Runs a traced program once.
///
/// # Errors
///
/// When it is not WebAssembly, has no tracer or a broken one, or its sandbox can't be made. However it
/// ends is not an error.
pub fn trace(
    request: &Request,
    module: &ModuleFile,
    arguments: &[String],
) -> Result<TracedRun, BenchError> {
    let kind = kind(&module.bytes).map_err(|source| BenchError::NotWasm {
        module: module.name.clone(),
        source,
    })?;
    let unread = |source| BenchError::Unread {
        module: module.name.clone(),
        source,
    };
    let engines = Engines::new()?;
    let program = match Program::compile(&engines.plain, &module.bytes) {
        Ok(program) => program,
        Err(why) => {
            let bytes = Err("it did not run".to_owned());
            let end = End::bad(Outcome::NotRunnable, why);
            return Ok(TracedRun::new(kind, end, bytes));
        }
    };
    if !program.is_traced() {
        return Err(unread(Unread::NotTraced(match kind {
            Kind::Module => format!("function `{FUNCTION}`"),
            Kind::Component => format!("interface `{INTERFACE}`"),
        })));
    }
    let ran = run(&engines.plain, &program, request, arguments, Watch::Trace)?;
    let bytes = match ran.trace {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(Unread::Ended)) => Err(Unread::Ended.to_string()),
        Some(Err(other)) => return Err(unread(other)),
        None => Err("it was never instantiated".to_owned()),
    };
    Ok(TracedRun::new(kind, ran.end, bytes))
}

impl TracedRun {
    fn new(kind: Kind, end: End, bytes: Result<Vec<u8>, String>) -> Self {
        Self {
            kind,
            outcome: end.outcome,
            detail: end.detail,
            bytes,
        }
    }
}

impl Program {
    fn is_traced(&self) -> bool {
        match self {
            Self::Module(pre) => pre.module().get_export(FUNCTION).is_some(),
            Self::Component(pre) => {
                let component = pre.instance_pre().component();
                let engine = pre.engine();
                let mut exports = component
                    .component_type()
                    .exports(engine)
                    .map(|(name, _)| name.to_owned())
                    .collect::<Vec<_>>()
                    .into_iter();
                exports.any(|name| is_interface(&name))
            }
        }
    }
}
