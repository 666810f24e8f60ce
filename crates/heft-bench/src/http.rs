//! `wasi:http` without a network.
//!
//! Many programs import it and use it only for some of their tasks. So its functions are there, and
//! calling one ends the run.

use super::host::Host;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceType};

/// Interfaces whose functions are there but may not be called.
const PREFIX: &str = "wasi:http/";

/// A program called a function that nobody offers.
#[derive(Clone, Debug, thiserror::Error)]
#[error("it called `{0}`; there is no network")]
pub(super) struct NoNetwork(String);

/// Defines the `wasi:http` interfaces that `component` imports.
pub(super) fn define(linker: &mut Linker<Host>, component: &Component) -> wasmtime::Result<()> {
    let engine = linker.engine().clone();
    let ty = component.component_type();
    // A resource that an interface uses from another one is an export of both; only the first
    // defines it.
    let mut known = Vec::new();
    for (interface, import) in ty.imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = import.ty else {
            continue;
        };
        let ours = interface.starts_with(PREFIX);
        let mut defined = ours.then(|| linker.instance(interface)).transpose()?;
        for (name, export) in instance.exports(&engine) {
            match (export.ty, &mut defined) {
                (ComponentItem::ComponentFunc(_), Some(defined)) => {
                    let error = NoNetwork(format!("{interface}#{name}"));
                    defined.func_new(name, move |_, _, _, _| Err(error.clone().into()))?;
                }
                (ComponentItem::Resource(resource), defined) if !known.contains(&resource) => {
                    known.push(resource);
                    if let Some(defined) = defined {
                        let ty = ResourceType::host::<NoNetwork>();
                        defined.resource(name, ty, |_, _| Ok(()))?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}
