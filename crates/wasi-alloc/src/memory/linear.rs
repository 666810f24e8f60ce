//! WebAssembly's memory.

use super::{Memory, PAGE};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr;

/// The module's own memory.
#[derive(Debug)]
pub(crate) struct Linear;

/// Whether the tail of the initial memory is ours. wasi-libc's `malloc` takes it where it is linked,
/// which it is unless C's family is served by this crate (see `install.rs`).
const OWNS_TAIL: bool = cfg!(any(
    feature = "one-heap",
    feature = "checked",
    all(
        target_os = "wasi",
        not(target_env = "p1"),
        not(feature = "plain")
    )
));

// SAFETY: `memory.grow` hands every page out once. The linker puts nothing between its two symbols,
// and nobody else takes that memory where OWNS_TAIL holds.
unsafe impl Memory for Linear {
    fn tail(&mut self) -> (*mut u8, *mut u8) {
        unsafe extern "C" {
            /// Its address is where the linker's data and stack end.
            static mut __heap_base: u8;
            /// Its address is where the initial memory ends.
            static mut __heap_end: u8;
        }
        if OWNS_TAIL {
            (&raw mut __heap_base, &raw mut __heap_end)
        } else {
            (ptr::null_mut(), ptr::null_mut())
        }
    }

    fn size(&self) -> usize {
        memory_size::<0>().wrapping_mul(PAGE)
    }

    fn grow(&mut self, pages: usize) -> Option<*mut u8> {
        match memory_grow::<0>(pages) {
            usize::MAX => None,
            // Below the new end, which is at most 4 GiB: no overflow.
            before => Some(ptr::with_exposed_provenance_mut(before.wrapping_mul(PAGE))),
        }
    }
}
