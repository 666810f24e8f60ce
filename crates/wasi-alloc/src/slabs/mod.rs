//! Small blocks in slabs, all others in chunks that are sorted by size; made for Rust's sizes on
//! linear memory.
//!
//! - Blocks of up to 160 bytes have no header: Rust says their size when they go back. Each size, 8
//!   bytes apart, has its own runs, which are found from a block's address (see [`runs`] and [`small`]).
//! - Other blocks have a word below them with their size. Free ones are merged with their neighbors
//!   at once, and are in one of 128 bins (see [`bins`] and [`large`]).
//! - Blocks of either kind go back in [`back`].
//! - The end of memory is used last, and memory grows by as few pages as will do (see [`top`]).
//!
//! Nothing is set up beforehand: an allocator that has touched no memory is all zeros. Every
//! operation takes a bounded number of steps, but for one list: that of gaps of 3.75 MiB and more, of
//! which there is room for 1,092.
//!
//! What each part is worth, and what was tried and left out, is in `docs/slabs.md`.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

mod back;
mod bins;
mod chunk;
mod large;
mod runs;
mod small;
mod state;
#[cfg(test)]
mod tests;
mod top;

use crate::memory::Tail;
use back::dealloc;
use chunk::UNIT;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use state::State;

/// The allocator. It must not be moved once it was used.
pub(crate) struct Slabs<M: Tail>(UnsafeCell<State<M>>);

// SAFETY: only here, where a module has one thread (see the crate's documentation).
#[cfg(target_arch = "wasm32")]
unsafe impl<M: Tail> Sync for Slabs<M> {}

impl<M: Tail> Slabs<M> {
    /// An allocator that has touched no memory yet.
    pub(crate) const fn new(memory: M) -> Self {
        Self(UnsafeCell::new(State::new(memory)))
    }
}

// SAFETY: blocks are parts of runs or whole chunks, at least as long and as aligned as asked for, and
// no two overlap.
unsafe impl<M: Tail> GlobalAlloc for Slabs<M> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is one thread, so nobody else uses the state; the rest is the caller's promise.
        unsafe { alloc(self.0.get(), layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as for `alloc`.
        unsafe { dealloc(self.0.get(), block, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { realloc(self.0.get(), block, layout, new_size) }
    }
}

/// A block; null if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state. Size and alignment are a layout's, and the size is not zero.
// NB: not inlined, here and below: callers with a known size would each get a copy.
#[inline(never)]
unsafe fn alloc<M: Tail>(state: *mut State<M>, size: usize, align: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if align > UNIT {
            return large::alloc_aligned(state, size, align);
        }
        if runs::is_small(size, align) {
            return small::alloc(state, runs::class(size));
        }
        large::alloc(state, size)
    }
}

/// Makes a block one of another size; null if there is no memory, and then it stays as it is.
///
/// # Safety
///
/// As for [`dealloc`]; the new size is not zero, and one of a layout with this alignment.
#[inline(never)]
unsafe fn realloc<M: Tail>(
    state: *mut State<M>,
    block: *mut u8,
    layout: Layout,
    new_size: usize,
) -> *mut u8 {
    let (size, align) = (layout.size(), layout.align());
    let is_small = runs::is_small(size, align);
    // SAFETY: the caller's promise; both blocks hold the bytes that are copied.
    unsafe {
        if is_small == runs::is_small(new_size, align) {
            let fits = if is_small {
                runs::class(size) == runs::class(new_size)
            } else {
                large::resize(state, chunk::of(block), new_size)
            };
            if fits {
                return block;
            }
        }
        let moved = alloc(state, new_size, align);
        if !moved.is_null() {
            ptr::copy_nonoverlapping(block, moved, size.min(new_size));
            dealloc(state, block, size, align);
        }
        moved
    }
}
