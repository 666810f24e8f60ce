//! What the allocator of a traced program counted, read from its memory or its interface.

use super::error::{Late, Unread};
use super::host::Host;
use super::program::Instance;
use heft_data::stats_layout;
use std::time::Duration;
use wasmtime::component::ComponentExportIndex;
use wasmtime::{Error, Store, Trap};

/// The function of a module that returns where the layout begins.
pub(super) const FUNCTION: &str = "clawft_alloc_stats";
/// The interface of a component whose function [`READ`] returns the layout.
pub(super) const INTERFACE: &str = "wasm-heft:alloc-stats/stats";
/// The function of [`INTERFACE`].
const READ: &str = "read";
/// The name of the memory that [`FUNCTION`] speaks of.
const MEMORY: &str = "memory";

/// Whether a name is that of [`INTERFACE`], of any version: the layout has its own.
pub(super) fn is_interface(name: &str) -> bool {
    name.strip_prefix(INTERFACE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
}

/// Reads what the program's allocator counted until now.
pub(super) async fn read(
    store: &mut Store<Host>,
    instance: Instance,
    limit: Duration,
) -> Result<Vec<u8>, Unread> {
    let reading = async {
        match instance {
            Instance::Module(instance) => of_module(store, instance).await,
            Instance::Component(instance) => of_component(store, instance).await,
        }
    };
    let late = || {
        Unread::Wrong(format!(
            "its tracer did not answer after {} s",
            limit.as_secs_f64()
        ))
    };
    let read = tokio::time::timeout(limit, reading).await;
    read.unwrap_or(Err(Unread::Late)).map_err(|err| match err {
        Unread::Late => late(),
        other => other,
    })
}

async fn of_module(
    store: &mut Store<Host>,
    instance: wasmtime::Instance,
) -> Result<Vec<u8>, Unread> {
    let function = instance
        .get_typed_func::<(), u32>(&mut *store, FUNCTION)
        .map_err(|_| {
            Unread::Wrong(format!(
                "`{FUNCTION}` is not a function that returns an address"
            ))
        })?;
    let memory = instance
        .get_memory(&mut *store, MEMORY)
        .ok_or_else(|| Unread::Wrong(format!("it exports no memory `{MEMORY}`")))?;
    let address = function
        .call_async(&mut *store, ())
        .await
        .map_err(|err| failed(FUNCTION, &err))?;
    let content = memory.data(&*store);
    let start = usize::try_from(address).unwrap_or(usize::MAX);
    match content.get(start..) {
        None | Some([]) => Err(Unread::Wrong(format!(
            "`{FUNCTION}` returned address {address}, and its memory ends at {}",
            content.len()
        ))),
        Some(rest) => Ok(rest[..rest.len().min(stats_layout::BYTES)].to_vec()),
    }
}

async fn of_component(
    store: &mut Store<Host>,
    instance: wasmtime::component::Instance,
) -> Result<Vec<u8>, Unread> {
    let (name, index) = interface(store, instance)
        .ok_or_else(|| Unread::NotTraced(format!("interface `{INTERFACE}`")))?;
    let wrong = || {
        Unread::Wrong(format!(
            "`{name}` has no function `{READ}` that returns a list of bytes"
        ))
    };
    let function = instance
        .get_export_index(&mut *store, Some(&index), READ)
        .ok_or_else(wrong)?;
    let function = instance
        .get_typed_func::<(), (Vec<u8>,)>(&mut *store, function)
        .map_err(|_| wrong())?;
    match function.call_async(&mut *store, ()).await {
        Ok((bytes,)) => Ok(bytes),
        Err(err) if matches!(err.downcast_ref(), Some(Trap::CannotEnterComponent)) => {
            Err(Unread::Ended)
        }
        Err(err) => Err(failed(&name, &err)),
    }
}

/// The exported interface and its full name.
fn interface(
    store: &mut Store<Host>,
    instance: wasmtime::component::Instance,
) -> Option<(String, ComponentExportIndex)> {
    let engine = store.engine().clone();
    let component = instance.instance_pre(&mut *store).component().clone();
    let ty = component.component_type();
    let name = ty
        .exports(&engine)
        .map(|(name, _)| name.to_owned())
        .find(|name| is_interface(name))?;
    let index = instance.get_export_index(&mut *store, None, &name)?;
    Some((name, index))
}

fn failed(name: &str, err: &Error) -> Unread {
    if err.downcast_ref::<Late>().is_some() {
        return Unread::Late;
    }
    let words = format!("{err:#}").replace('\n', " ");
    Unread::Wrong(format!("`{name}` failed: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_goes_by_its_name_whatever_its_version() {
        for (name, is) in [
            ("wasm-heft:alloc-stats/stats", true),
            ("wasm-heft:alloc-stats/stats@0.1.0", true),
            ("wasm-heft:alloc-stats/stats-of-more@0.1.0", false),
            ("wasi:cli/run@0.2.0", false),
        ] {
            assert_eq!(is_interface(name), is, "{name}");
        }
    }
}
