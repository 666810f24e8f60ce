//! An allocator for one thread: blocks of powers of two, and a list of free blocks for each.
//!
//! It is here to be replaced by yours: a type with [`GlobalAlloc`] and a constructor that is `const`.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32;
use std::cell::Cell;
use std::ptr;

/// A page of WebAssembly's memory, in bytes.
const PAGE: usize = 1 << 16;
/// The smallest block, in bytes: it has room for [`Free`].
const SMALLEST: usize = 16;

/// What stands in a free block.
struct Free {
    next: *mut Free,
}

/// By the logarithm of their size, the first free block of each.
pub struct Powers {
    lists: [Cell<*mut Free>; usize::BITS as usize],
}

// SAFETY: a module for WASI without threads is all that this is compiled for.
unsafe impl Sync for Powers {}

impl Powers {
    pub const fn new() -> Self {
        Self {
            lists: [const { Cell::new(ptr::null_mut()) }; usize::BITS as usize],
        }
    }

    /// The list that has the blocks for `layout`. Blocks lie at multiples of their size, those above a
    /// page at multiples of [`PAGE`].
    fn list(&self, layout: Layout) -> &Cell<*mut Free> {
        let size = layout.size().max(layout.align()).max(SMALLEST);
        &self.lists[size.next_power_of_two().trailing_zeros() as usize]
    }

    /// Puts a free block on its list.
    ///
    /// # Safety
    ///
    /// `block` is nobody's, and as long as the blocks of the list.
    unsafe fn push(list: &Cell<*mut Free>, block: *mut Free) {
        // SAFETY: it has room for it, by the caller's promise.
        unsafe { block.write(Free { next: list.get() }) };
        list.set(block);
    }

    /// Grows memory by at least a page, and puts it on the list of blocks of `size` bytes.
    fn grow(list: &Cell<*mut Free>, size: usize) {
        let pages = size.div_ceil(PAGE);
        let before = wasm32::memory_grow::<0>(pages);
        if before == usize::MAX {
            return;
        }
        let start = before * PAGE;
        for offset in (0..pages * PAGE).step_by(size) {
            let block = ptr::with_exposed_provenance_mut(start + offset);
            // SAFETY: `size` bytes of pages that were not there before.
            unsafe { Self::push(list, block) };
        }
    }
}

// SAFETY: a block is on one list or with one owner; it has the size and the alignment of its list.
unsafe impl GlobalAlloc for Powers {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > PAGE {
            return ptr::null_mut();
        }
        let list = self.list(layout);
        if list.get().is_null() {
            let size = layout.size().max(layout.align()).max(SMALLEST);
            Self::grow(list, size.next_power_of_two());
        }
        let block = list.get();
        if !block.is_null() {
            // SAFETY: what is on a list is a free block.
            list.set(unsafe { (*block).next });
        }
        block.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise: it came from this list.
        unsafe { Self::push(self.list(layout), block.cast()) };
    }
}
