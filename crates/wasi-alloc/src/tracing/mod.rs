//! The tracing allocator: counts what is asked of an allocator, and keeps a time line of it.
//!
//! [`Traced`] stands directly before the allocator that the features name, behind
//! [`OneHeap`](crate::OneHeap): so it sees what Rust, C and the canonical ABI ask for, in one sequence
//! and with its exact sizes (those of C and of the canonical ABI with the header below the block).
//! With `system` it sees Rust's requests only, and not what C frees.
//!
//! The numbers are in a [`Stats`], whose [`layout`] has a magic, a version and a length, so that a
//! host can read them without knowing the module: on wasip1 at the address that the export
//! `clawft_alloc_stats` returns, on wasip2 as the list that the exported interface
//! `wasm-heft:alloc-stats/stats` returns (wit/alloc-stats.wit). Nothing here asks for memory.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

#[cfg(all(target_arch = "wasm32", feature = "tracing"))]
mod export;
#[cfg(all(target_arch = "wasm32", feature = "tracing"))]
pub(crate) mod install;
pub mod layout;
mod stats;

pub use stats::Stats;

use core::alloc::{GlobalAlloc, Layout};

/// An allocator whose work is counted.
pub struct Traced<'a, A> {
    inner: A,
    stats: &'a Stats,
}

impl<'a, A> Traced<'a, A> {
    /// Counts in `stats` what `inner` does.
    pub const fn new(inner: A, stats: &'a Stats) -> Self {
        Self { inner, stats }
    }

    /// Counts a request that was answered.
    fn answered(&self, block: *mut u8, size: usize) {
        if block.is_null() {
            self.stats.failed();
        } else {
            self.stats.allocated(size);
        }
    }
}

// SAFETY: every call goes to `inner` unchanged, and so do its answers.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Traced<'_, A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.stats.before_request();
        // SAFETY: the caller's promise is `inner`'s.
        let block = unsafe { self.inner.alloc(layout) };
        self.answered(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.stats.before_request();
        // SAFETY: the caller's promise is `inner`'s.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        self.answered(block, layout.size());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is `inner`'s.
        unsafe { self.inner.dealloc(block, layout) };
        self.stats.freed(layout.size());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is `inner`'s.
        let new = unsafe { self.inner.realloc(block, layout, new_size) };
        if new.is_null() {
            self.stats.failed();
        } else {
            self.stats.resized(layout.size(), new_size);
        }
        new
    }
}
