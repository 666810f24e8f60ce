//! The module's own allocator, by the APIs that other code uses.
#![allow(unsafe_code, reason = "hands out raw blocks")]

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;
use wasi_alloc::Heap;
use wasi_alloc::exercise::World;
use wasi_alloc::heap::C_ALIGN;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    #[cfg(any(target_os = "wasi", target_os = "linux"))]
    fn malloc_usable_size(block: *mut c_void) -> usize;
    #[cfg(all(target_os = "wasi", target_env = "p2"))]
    fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, new_size: usize) -> *mut u8;
}

/// Rust's global allocator, C's functions, and the canonical ABI's where there is one.
pub(crate) struct Module;

// SAFETY: every block is the global allocator's.
unsafe impl GlobalAlloc for Module {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { std::hint::black_box(std::alloc::alloc(layout)) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { std::hint::black_box(std::alloc::alloc_zeroed(layout)) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { std::alloc::dealloc(std::hint::black_box(block), layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { std::hint::black_box(std::alloc::realloc(block, layout, new_size)) }
    }
}

// SAFETY: every block is C's or the canonical ABI's, which may go back as the trait says if the module
// has one heap; without, `Surroundings` does not ask for the canonical ABI's.
unsafe impl Heap for Module {
    unsafe fn c_alloc(&self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: any numbers will do.
        let block = unsafe {
            if align <= C_ALIGN {
                malloc(size)
            } else {
                aligned_alloc(align, size)
            }
        };
        std::hint::black_box(block).cast()
    }

    unsafe fn c_free(&self, block: *mut u8) {
        // SAFETY: passed on.
        unsafe { free(std::hint::black_box(block).cast()) }
    }

    unsafe fn c_usable_size(&self, block: *mut u8) -> usize {
        #[cfg(any(target_os = "wasi", target_os = "linux"))]
        // SAFETY: passed on.
        unsafe {
            malloc_usable_size(block.cast())
        }
        #[cfg(not(any(target_os = "wasi", target_os = "linux")))]
        {
            let _ = block;
            usize::MAX
        }
    }

    #[cfg(all(target_os = "wasi", target_env = "p2"))]
    unsafe fn canonical_alloc(&self, size: usize, align: usize) -> *mut u8 {
        // NB: the canonical ABI's function traps when there is no memory; so C's is asked first, for
        // slightly more.
        // SAFETY: any number will do; the block is live.
        unsafe {
            let probe = self.c_alloc(size.saturating_add(64), C_ALIGN);
            if probe.is_null() {
                return probe;
            }
            self.c_free(probe);
        }
        // SAFETY: no old block.
        unsafe { std::hint::black_box(cabi_realloc(std::ptr::null_mut(), 0, align, size)) }
    }

    #[cfg(not(all(target_os = "wasi", target_env = "p2")))]
    unsafe fn canonical_alloc(&self, _size: usize, _align: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
}

/// The module's memory, which others may grow as well.
pub(crate) struct Surroundings;

impl World for Surroundings {
    /// Where there is the canonical ABI, and its blocks may be given to C.
    const CANONICAL: bool = cfg!(all(
        target_os = "wasi",
        target_env = "p2",
        not(feature = "unsound-plain")
    ));

    #[cfg(target_arch = "wasm32")]
    fn foreign(&mut self) {
        // What others take is lost: not more than half of 4 GiB.
        if std::arch::wasm32::memory_size::<0>() < 1 << 15 {
            std::arch::wasm32::memory_grow::<0>(1);
        }
    }
}
