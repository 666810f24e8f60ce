//! WebAssembly's memory.

use super::pages::{Memory, PAGE};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr;

/// The module's own memory.
#[derive(Debug)]
pub(crate) struct Linear;

// SAFETY: `memory.grow` hands every page out once.
unsafe impl Memory for Linear {
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
