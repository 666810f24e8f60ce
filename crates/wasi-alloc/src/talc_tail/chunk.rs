//! talc's chunks, seen from outside.
//!
//! A chunk is a block with its mark: a word at its upper end that says "allocated" and whether a gap
//! follows. A gap holds its own size in the same place, and sizes of gaps are even, so that one bit
//! tells the two apart. talc keeps this to itself; the three facts used here are those of the
//! version that `Cargo.toml` pins, and the tests run with talc's own error scanning to prove them.

use core::alloc::Layout;
use core::ptr::NonNull;

/// Size of a mark in bytes.
pub(super) const MARK: usize = size_of::<usize>();

/// An allocated chunk's mark, without a gap above.
const ALLOCATED: usize = 1;

pub(super) use crate::edge::sums::chunk as size;

/// A layout whose chunk is `size` bytes long, which has to be a multiple of [`CHUNK_UNIT`].
pub(super) const fn layout(size: usize) -> Layout {
    // SAFETY: 1 is a power of two; the size is a chunk's, so it is less than the memory.
    unsafe { Layout::from_size_align_unchecked(size - MARK, 1) }
}

/// Makes `end` the upper end of an allocated chunk.
///
/// # Safety
///
/// The word below `end` can be written to and is in no gap; no gap begins at `end`.
pub(super) unsafe fn mark(end: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { end.cast::<usize>().sub(1).write(ALLOCATED) };
}

/// How many bytes below `end` are free.
///
/// # Safety
///
/// `end` is where one of talc's heaps ends.
pub(super) unsafe fn gap_below(end: NonNull<u8>) -> usize {
    // SAFETY: the caller's promise: a mark or a gap's size is there.
    let word = unsafe { end.cast::<usize>().sub(1).read() };
    if word & ALLOCATED == 0 { word } else { 0 }
}
