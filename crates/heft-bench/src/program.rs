//! A program, compiled and linked: a WASI 0.1 command (a core module) or a WASI 0.2 one (a
//! component).

use super::engine::Engines;
use super::host::Host;
use super::http;
use super::preview1;
use super::preview2;
use super::request::Request;
use heft_wasm::binary::{Kind, kind};
use heft_wasm::shadow_stack::stack_bytes;
use std::time::{Duration, Instant};
use wasmtime::component::{Component, Linker as ComponentLinker};
use wasmtime::{Engine, Error, ExternType, InstancePre, Linker, Module, Store};
use wasmtime_wasi::p2::bindings::{Command, CommandPre};

/// The export a WASI 0.1 host calls.
const START: &str = "_start";
/// The interface a WASI 0.2 host calls.
const RUN: &str = "wasi:cli/run";

/// One module, compiled for all that is done with it. `Err` says in words why it can't run.
pub(super) struct Programs {
    /// With fuel, in both ways of counting.
    pub(super) metered: Result<Metered, String>,
    /// At full speed. `None` when no times are measured.
    pub(super) plain: Option<Result<Program, String>>,
}

impl Programs {
    /// Compiles a module or component.
    pub(super) fn compile(engines: &Engines, bytes: &[u8], request: &Request) -> Self {
        let metered = Metered::compile(engines, bytes);
        let timed = metered.is_ok() && request.runs > 0;
        Self {
            metered,
            plain: timed.then(|| Program::compile(&engines.plain, bytes)),
        }
    }
}

/// A program that counts fuel.
pub(super) struct Metered {
    /// Bulk operations by the byte.
    pub(super) by_byte: Program,
    /// Bulk operations at one unit.
    pub(super) bulk_once: Program,
    /// The length of its stack, if that can be told.
    pub(super) stack: Option<u64>,
}

impl Metered {
    fn compile(engines: &Engines, bytes: &[u8]) -> Result<Self, String> {
        Ok(Self {
            by_byte: Program::compile(&engines.metered, bytes)?,
            bulk_once: Program::compile(&engines.bulk_once, bytes)?,
            stack: stack_bytes(bytes).unwrap_or_default(),
        })
    }
}

/// A program that can be started any number of times.
pub(super) enum Program {
    Module(InstancePre<Host>),
    Component(CommandPre<Host>),
}

/// What was made of a program, for those who want to know more of it.
#[derive(Clone, Copy)]
pub(super) enum Instance {
    Module(wasmtime::Instance),
    Component(wasmtime::component::Instance),
}

/// A program that was started.
pub(super) struct Started {
    /// What instantiating it took; `None` when it failed.
    pub(super) instantiated: Option<Instantiated>,
    /// How it ended: `Ok(false)` is a component's way to say that it failed.
    pub(super) result: Result<bool, Error>,
}

/// What it took to make an instance of a compiled program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instantiated {
    pub(super) time: Duration,
    /// Fuel left after it, on an engine that counts fuel.
    pub(super) fuel_left: Option<u64>,
}

impl Program {
    /// Compiles and links.
    pub(super) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Self, String> {
        let words = |err: Error| format!("{err:#}").replace('\n', " ");
        match kind(bytes).map_err(|err| err.to_string())? {
            Kind::Module => {
                let module = Module::new(engine, bytes).map_err(words)?;
                let start = module.get_export(START);
                let callable = |ty: &ExternType| {
                    ty.func()
                        .is_some_and(|f| f.params().len() + f.results().len() == 0)
                };
                if !start.as_ref().is_some_and(callable) {
                    return Err(format!(
                        "it is not a WASI command: it exports no function `{START}`"
                    ));
                }
                let mut linker = Linker::new(engine);
                preview1::define(&mut linker).map_err(words)?;
                linker
                    .instantiate_pre(&module)
                    .map(Self::Module)
                    .map_err(words)
            }
            Kind::Component => {
                let component = Component::new(engine, bytes).map_err(words)?;
                let ty = component.component_type();
                if !ty.exports(engine).any(|(name, _)| name.starts_with(RUN)) {
                    return Err(format!(
                        "it is not a WASI command: it exports no interface `{RUN}`"
                    ));
                }
                let mut linker = ComponentLinker::new(engine);
                preview2::define(&mut linker).map_err(words)?;
                http::define(&mut linker, &component).map_err(words)?;
                let instance = linker.instantiate_pre(&component).map_err(words)?;
                CommandPre::new(instance)
                    .map(Self::Component)
                    .map_err(words)
            }
        }
    }

    /// Instantiates it in `store`, leaves what was made in `instance`, and runs it to its end.
    pub(super) async fn run(
        &self,
        store: &mut Store<Host>,
        instance: &mut Option<Instance>,
    ) -> Started {
        let mut instantiated = None;
        let result = self.run_inner(store, instance, &mut instantiated).await;
        Started {
            instantiated,
            result,
        }
    }

    async fn run_inner(
        &self,
        store: &mut Store<Host>,
        made: &mut Option<Instance>,
        instantiated: &mut Option<Instantiated>,
    ) -> Result<bool, Error> {
        let begin = Instant::now();
        match self {
            Self::Module(pre) => {
                let instance = pre.instantiate_async(&mut *store).await?;
                *made = Some(Instance::Module(instance));
                *instantiated = Some(ready(store, begin.elapsed()));
                let start = instance.get_typed_func::<(), ()>(&mut *store, START)?;
                start.call_async(&mut *store, ()).await?;
                Ok(true)
            }
            Self::Component(pre) => {
                let instance = pre.instance_pre().instantiate_async(&mut *store).await?;
                *made = Some(Instance::Component(instance));
                let command = Command::new(&mut *store, &instance)?;
                *instantiated = Some(ready(store, begin.elapsed()));
                let ended = command.wasi_cli_run().call_run(&mut *store).await?;
                Ok(ended.is_ok())
            }
        }
    }
}

/// Notes that the program is instantiated.
fn ready(store: &mut Store<Host>, time: Duration) -> Instantiated {
    store.data_mut().memory_limiter.instantiated = true;
    Instantiated {
        time,
        fuel_left: store.get_fuel().ok(),
    }
}
