//! Small blocks in slabs, all others in chunks that are sorted by size; made for Rust's sizes on
//! linear memory.
//!
//! - Blocks of up to 160 bytes have no header: Rust says their size when they go back. Each size, 8
//!   bytes apart, has its own runs, which are found from a block's address (see [`small`]).
//! - Other blocks have a word below them with their size. Free ones are merged with their neighbors
//!   at once, and are in one of 128 bins (see [`bins`] and [`large`]).
//! - The end of memory is used last, and memory grows by as few pages as will do (see [`top`]).
//!
//! Nothing is set up beforehand: an allocator that has touched no memory is all zeros. Every
//! operation takes a bounded number of steps, but for one list: that of gaps of 3.75 MiB and more, of
//! which there is room for 1,092.
//!
//! What each part is worth, and what was tried and left out, is in `docs/slabs.md`.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

mod bins;
mod chunk;
mod large;
mod small;
#[cfg(test)]
mod tests;
mod top;

use crate::memory::Tail;
use bins::Bins;
use chunk::{Chunk, UNIT};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use small::Classes;

/// All that the allocator knows.
///
/// Chunks hold pointers to bins: it must not be moved once it was used.
struct State<M> {
    small: Classes,
    bins: Bins,
    /// The chunk at the end of memory, free whatever its size. Null before there is memory.
    top: *mut Chunk,
    /// Where the top would begin if it had but its head: two words below the end of memory.
    limit: *mut Chunk,
    memory: M,
}

/// The allocator. It must not be moved once it was used.
pub(crate) struct Slabs<M: Tail>(UnsafeCell<State<M>>);

// SAFETY: only here, where a module has one thread (see the crate's documentation).
#[cfg(target_arch = "wasm32")]
unsafe impl<M: Tail> Sync for Slabs<M> {}

impl<M: Tail> Slabs<M> {
    /// An allocator that has touched no memory yet.
    pub(crate) const fn new(memory: M) -> Self {
        Self(UnsafeCell::new(State {
            small: Classes::new(),
            bins: Bins::new(),
            top: ptr::null_mut(),
            limit: ptr::null_mut(),
            memory,
        }))
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
        if small::is_small(size, align) {
            return small::alloc(state, small::class(size));
        }
        large::alloc(state, size)
    }
}

/// Takes a block back.
///
/// # Safety
///
/// As for [`alloc`], which made the block with this size and alignment.
#[inline(never)]
unsafe fn dealloc<M: Tail>(state: *mut State<M>, block: *mut u8, size: usize, align: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if small::is_small(size, align) {
            small::free(state, block, small::class(size));
        } else {
            large::free(state, chunk::of(block));
        }
    }
}

/// Takes a chunk back. By way of [`dealloc`], so that there is one copy of the code.
///
/// # Safety
///
/// It is a used chunk, and no longer its owner's.
unsafe fn give_back<M: Tail>(state: *mut State<M>, chunk: *mut Chunk) {
    // SAFETY: the caller's promise; no alignment like this is a small block's.
    unsafe { dealloc(state, chunk::block(chunk), 0, usize::MAX) }
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
    let is_small = small::is_small(size, align);
    // SAFETY: the caller's promise; both blocks hold the bytes that are copied.
    unsafe {
        if is_small == small::is_small(new_size, align) {
            let fits = if is_small {
                small::class(size) == small::class(new_size)
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
