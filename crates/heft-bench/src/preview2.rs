//! WASI 0.2 with one function of our own: a look at the monotonic clock is a mark.

use super::host::{Host, mark};
use wasmtime::component::Linker;
use wasmtime::{AsContextMut as _, Result, StoreContextMut};
use wasmtime_wasi::clocks::WasiClocksView as _;
use wasmtime_wasi::p2;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{self, Host as _};

/// As wasmtime-wasi defines it. The linker takes it for all of 0.2.
const CLOCK: &str = "wasi:clocks/monotonic-clock@0.2.12";

/// Defines all functions.
pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    p2::add_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    linker.instance(CLOCK)?.func_wrap("now", now)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn now(mut store: StoreContextMut<'_, Host>, (): ()) -> Result<(monotonic_clock::Instant,)> {
    mark(store.as_context_mut());
    Ok((store.data_mut().clocks().now()?,))
}
