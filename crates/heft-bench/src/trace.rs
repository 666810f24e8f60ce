//! Running programs whose allocator counts, and reading what it counted.

use super::engine::Engines;
use super::error::{BenchError, Unread};
use super::fuel::depth;
use super::outcome::End;
use super::program::Program;
use super::request::{ModuleFile, Request};
use super::run::{Watch, run};
use super::stats_reader::{FUNCTION, INTERFACE, is_interface};
use heft_data::bench_result::Outcome;
use heft_wasm::binary::{Kind, kind};
use heft_wasm::bytes::Bytes;
use heft_wasm::shadow_stack::stack_bytes;

/// How a traced program ended, and what its allocator says.
#[derive(Clone, Debug)]
pub struct TracedRun {
    /// Module or component.
    pub kind: Kind,
    /// How it ended. Outputs are not compared.
    pub outcome: Outcome,
    /// One line about why it failed.
    pub detail: Option<String>,
    /// How deep its stack became, if that can be told.
    pub stack_bytes: Option<Bytes>,
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
    // The engine that looks at memories when they go.
    let engine = &engines.bulk_once;
    let program = match Program::compile(engine, &module.bytes) {
        Ok(program) => program,
        Err(why) => {
            let bytes = Err("it did not run".to_owned());
            let end = End::new(Outcome::NotRunnable, why);
            return Ok(TracedRun::new(kind, Err(end), None, bytes));
        }
    };
    if !program.is_traced() {
        return Err(unread(Unread::NotTraced(match kind {
            Kind::Module => format!("function `{FUNCTION}`"),
            Kind::Component => format!("interface `{INTERFACE}`"),
        })));
    }
    let ran = run(engine, &program, request, arguments, Watch::Trace)?;
    let stack = depth(
        stack_bytes(&module.bytes).unwrap_or_default(),
        &ran.seen.first_bytes,
    );
    let bytes = match ran.trace {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(Unread::Ended)) => Err(Unread::Ended.to_string()),
        Some(Err(other)) => return Err(unread(other)),
        None => Err("it was never instantiated".to_owned()),
    };
    Ok(TracedRun::new(kind, ran.end, stack.map(Bytes), bytes))
}

impl TracedRun {
    fn new(
        kind: Kind,
        end: Result<(), End>,
        stack_bytes: Option<Bytes>,
        bytes: Result<Vec<u8>, String>,
    ) -> Self {
        let (outcome, detail) = match end {
            Ok(()) => (Outcome::Ok, None),
            Err(end) => (end.outcome, Some(end.detail)),
        };
        Self {
            kind,
            outcome,
            detail,
            stack_bytes,
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
