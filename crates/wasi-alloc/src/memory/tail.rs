//! The unused tail of the initial memory.

#[cfg(target_arch = "wasm32")]
use super::linear::Linear;
use super::pages::Memory;
#[cfg(target_arch = "wasm32")]
use core::ptr;

/// Memory that has something left before it grows.
///
/// # Safety
///
/// What [`Tail::tail`] hands out can be read and written and is nobody else's.
pub(crate) unsafe trait Tail: Memory {
    /// Where the unused tail of the initial memory begins and ends; two nulls if there is none.
    /// Asked for once.
    fn tail(&mut self) -> (*mut u8, *mut u8);
}

#[cfg(target_arch = "wasm32")]
/// Whether the tail of the initial memory is ours. wasi-libc's `malloc` takes it where it is linked,
/// which it is unless C's family is served by this crate (see `install.rs`).
const OWNS_TAIL: bool = cfg!(any(
    feature = "one-heap",
    feature = "checked",
    all(
        target_os = "wasi",
        not(target_env = "p1"),
        not(feature = "unsound-plain")
    )
));

// SAFETY: the linker puts nothing between its two symbols, and nobody else takes that memory where
// OWNS_TAIL holds.
#[cfg(target_arch = "wasm32")]
unsafe impl Tail for Linear {
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
}
