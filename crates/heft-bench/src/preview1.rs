//! WASI 0.1 with three functions of our own.
//!
//! wasmtime-wasi puts the host's thread to sleep when a program waits for one duration, where no
//! time-out reaches it, and takes exit codes of 126 and more for traps. A look at the monotonic clock is a
//! mark.

use super::host::{Host, mark};
use std::time::Duration;
use wasmtime::{AsContextMut as _, Caller, Extern, Linker, Result, Trap, format_err};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p1;
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self, WasiSnapshotPreview1 as _};
use wiggle::GuestMemory;

const MODULE: &str = "wasi_snapshot_preview1";

/// Defines all functions.
pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    p1::add_to_linker_async(linker, Host::p1)?;
    linker.allow_shadowing(true);
    linker.func_wrap_async(MODULE, "poll_oneoff", |caller, arguments| {
        Box::new(poll_oneoff(caller, arguments))
    })?;
    linker.func_wrap(MODULE, "clock_time_get", clock_time_get)?;
    linker.func_wrap(MODULE, "proc_exit", |code: i32| -> Result<()> {
        Err(I32Exit(code).into())
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

/// The time, and a mark if it is the monotonic clock's.
fn clock_time_get(
    mut caller: Caller<'_, Host>,
    clock: i32,
    precision: i64,
    time: i32,
) -> Result<i32> {
    const MONOTONIC: i32 = 1;
    if clock == MONOTONIC {
        mark(caller.as_context_mut());
    }
    let (bytes, host) = prepared(&mut caller)?;
    let memory = &mut GuestMemory::Unshared(bytes);
    wasi_snapshot_preview1::clock_time_get(host.p1(), memory, clock, precision, time)
}

/// Memory and state, as the library's own functions prepare them: without fuel for it, no memory may be
/// looked at.
fn prepared<'a>(caller: &'a mut Caller<'_, Host>) -> Result<(&'a mut [u8], &'a mut Host)> {
    let memory = caller
        .get_export("memory")
        .and_then(Extern::into_memory)
        .ok_or_else(|| format_err!("it exports no memory `memory`"))?;
    let fuel = caller.as_context_mut().hostcall_fuel();
    let (bytes, host) = memory.data_and_store_mut(caller);
    host.p1().set_hostcall_fuel(fuel);
    Ok((bytes, host))
}

/// Waits for a single duration by the runtime's clock, and leaves all else to wasmtime-wasi.
async fn poll_oneoff(
    mut caller: Caller<'_, Host>,
    (subscriptions, events, count, ready): (i32, i32, i32, i32),
) -> Result<i32> {
    const SUCCESS: i32 = 0;
    let (bytes, host) = prepared(&mut caller)?;
    if count == 1
        && let Some(pause) = Pause::read(bytes, subscriptions)
    {
        tokio::time::sleep(pause.duration).await;
        pause
            .write_end(bytes, events, ready)
            .ok_or(Trap::MemoryOutOfBounds)?;
        return Ok(SUCCESS);
    }
    let memory = &mut GuestMemory::Unshared(bytes);
    wasi_snapshot_preview1::poll_oneoff(host.p1(), memory, subscriptions, events, count, ready)
        .await
}

/// A subscription to the end of a duration.
#[derive(Debug, PartialEq, Eq)]
struct Pause {
    user_data: [u8; 8],
    duration: Duration,
}

impl Pause {
    /// Reads a `subscription` of WASI 0.1; `None` if it is one to something else.
    fn read(memory: &[u8], at: i32) -> Option<Self> {
        const BYTES: usize = 48;
        const CLOCK: u8 = 0;
        const ABSOLUTE: u8 = 1;
        let subscription = memory.get(address(at)..)?.get(..BYTES)?;
        let word = |at: usize| -> Option<[u8; 8]> { subscription[at..at + 8].try_into().ok() };
        if subscription[8] != CLOCK || subscription[40] & ABSOLUTE != 0 {
            return None;
        }
        Some(Self {
            user_data: word(0)?,
            duration: Duration::from_nanos(u64::from_le_bytes(word(24)?)),
        })
    }

    /// Writes the `event` of its end, and that there is one event.
    fn write_end(&self, memory: &mut [u8], event: i32, ready: i32) -> Option<()> {
        const BYTES: usize = 32;
        let bytes = memory.get_mut(address(event)..)?.get_mut(..BYTES)?;
        bytes.fill(0);
        bytes[..8].copy_from_slice(&self.user_data);
        let bytes = memory.get_mut(address(ready)..)?.get_mut(..4)?;
        bytes.copy_from_slice(&1_u32.to_le_bytes());
        Some(())
    }
}

/// Addresses of WASI 0.1 are unsigned.
fn address(at: i32) -> usize {
    at.cast_unsigned() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_relative_clock_is_a_pause() {
        let mut memory = vec![0; 64];
        memory[8..16].copy_from_slice(&7_u64.to_le_bytes());
        memory[32..40].copy_from_slice(&1_500_u64.to_le_bytes());
        let pause = Pause::read(&memory, 8).expect("a pause");
        assert_eq!(pause.user_data, 7_u64.to_le_bytes());
        assert_eq!(pause.duration, Duration::from_nanos(1_500));
        assert_eq!(Pause::read(&memory, 17), None, "beyond the end");
        assert_eq!(Pause::read(&memory, -1), None, "beyond the end");
        assert_eq!(pause.write_end(&mut memory, 33, 0), None, "beyond the end");
        memory[48] = 1;
        assert_eq!(Pause::read(&memory, 8), None, "absolute");
        memory[48] = 0;
        memory[16] = 1;
        assert_eq!(Pause::read(&memory, 8), None, "a file");
    }
}
