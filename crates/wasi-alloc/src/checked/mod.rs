//! The checking allocator: looks up every block that is given back, and fences it.
//!
//! It stands in front of a [`Heap`] and passes every call on by the same API, so what is checked
//! is the heap that ships. Blocks get a fence of known bytes on both sides; fresh memory and memory
//! given back is filled with other bytes, so that a program that reads either prints rubbish.
//!
//! A fault ends the program: on WebAssembly with one line on standard error and a trap inside a
//! function named after the fault, natively with a panic.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

mod fault;
mod report;
mod table;

pub use fault::{Api, Fault};
pub use table::{Entry, Origin, Table};

use crate::heap::{C_ALIGN, Heap, WORD};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::RefCell;
use core::{ptr, slice};

/// Bytes of fence above a block, and at least as many below it. A multiple of every alignment that
/// [`Heap`] promises unasked, so that addresses keep their meaning to the heap behind.
const FENCE: usize = 16;
const _: () = assert!(FENCE.is_multiple_of(C_ALIGN) && FENCE.is_multiple_of(2 * WORD));

/// What fences are made of.
const FENCE_BYTE: u8 = 0xFD;
/// What a fresh block holds.
const FRESH_BYTE: u8 = 0xA5;
/// What a block holds when it goes back.
const STALE_BYTE: u8 = 0xDF;

/// A heap whose every block is looked up, fenced and poisoned.
pub struct Checked<H> {
    heap: H,
    table: RefCell<Table>,
}

// SAFETY: only here, where a module has one thread (see the crate's documentation), and `H` is as
// shareable as before.
#[cfg(target_arch = "wasm32")]
unsafe impl<H: Sync> Sync for Checked<H> {}

/// Bytes between the start of the heap's block and the user's.
fn below(align: usize) -> usize {
    align.max(FENCE)
}

/// The size of a fenced block, or none if there is no such size.
fn fenced(size: usize, align: usize) -> Option<usize> {
    size.checked_add(below(align) + FENCE)
}

impl<H: Heap> Checked<H> {
    /// Puts the checks in front of `heap`.
    pub const fn new(heap: H) -> Self {
        Self {
            heap,
            table: RefCell::new(Table::new()),
        }
    }

    /// Looks up `block` as something that may be given back by `api`, and its fences.
    ///
    /// # Errors
    ///
    /// The first [`Fault`] found.
    ///
    /// # Safety
    ///
    /// If `block` has the address of a live block, then it is the pointer handed out for it. (Any
    /// other pointer is looked up, not followed.)
    pub unsafe fn check(&self, block: *mut u8, api: Api) -> Result<Entry, Fault> {
        let mut table = self.table.borrow_mut();
        let entry = match table.find(block.addr()) {
            None => return Err(Fault::Unknown(block.addr(), api)),
            Some(entry) => *entry,
        };
        if !entry.live {
            return Err(Fault::DoubleFree(entry, api));
        }
        match (entry.origin, api) {
            (Origin::Rust, Api::C) | (Origin::C, Api::Rust(_)) => {
                return Err(Fault::WrongHeap(entry, api));
            }
            (Origin::Rust | Origin::Canonical, Api::Rust(layout))
                if (layout.size(), layout.align()) != (entry.size, entry.align) =>
            {
                return Err(Fault::WrongLayout(entry, layout));
            }
            _ => {}
        }
        // SAFETY: `fence` put fences on both sides of every block in the table, and it is live.
        let (under, over) = unsafe {
            (
                slice::from_raw_parts(block.sub(below(entry.align)), below(entry.align)),
                slice::from_raw_parts(block.add(entry.size), FENCE),
            )
        };
        for (fence, is_below) in [(under, true), (over, false)] {
            if fence.iter().any(|&byte| byte != FENCE_BYTE) {
                return Err(Fault::Fence(entry, is_below));
            }
        }
        Ok(entry)
    }

    /// [`Checked::check`], with a fault ending the program.
    fn expect(&self, block: *mut u8, api: Api) -> Entry {
        // SAFETY: the one promise that no checker can do without: pointers with the address of a
        // live block are derived from it. Followed are the fences' bytes only.
        unsafe { self.check(block, api) }.unwrap_or_else(|fault| report::die(fault))
    }

    /// Makes the user's block of the heap's and remembers it. Null stays null.
    ///
    /// # Safety
    ///
    /// `start` is null or points to `fenced(size, align)` bytes.
    unsafe fn fence(&self, start: *mut u8, size: usize, align: usize, origin: Origin) -> *mut u8 {
        if start.is_null() {
            return start;
        }
        // SAFETY: the caller's promise: `below + size + FENCE` bytes.
        let block = unsafe {
            let block = start.add(below(align));
            start.write_bytes(FENCE_BYTE, below(align));
            block.add(size).write_bytes(FENCE_BYTE, FENCE);
            block
        };
        let entry = Entry {
            address: block.addr(),
            size,
            align,
            origin,
            live: true,
        };
        if !self.table.borrow_mut().insert(entry) {
            report::die(Fault::TableFull);
        }
        block
    }

    /// [`Checked::fence`] for a fresh block.
    ///
    /// # Safety
    ///
    /// As for [`Checked::fence`].
    unsafe fn fence_fresh(
        &self,
        start: *mut u8,
        size: usize,
        align: usize,
        origin: Origin,
    ) -> *mut u8 {
        // SAFETY: the caller's promise; the user's bytes are `size` many.
        unsafe {
            let block = self.fence(start, size, align, origin);
            if !block.is_null() {
                block.write_bytes(FRESH_BYTE, size);
            }
            block
        }
    }

    /// Notes that the block is not live any more and poisons it; returns where the heap's begins.
    ///
    /// # Safety
    ///
    /// `entry` is what [`Checked::check`] found for `block`.
    unsafe fn retire(&self, block: *mut u8, entry: Entry) -> *mut u8 {
        self.forget(entry);
        // SAFETY: the block is live and `entry.size` bytes long.
        unsafe {
            block.write_bytes(STALE_BYTE, entry.size);
            block.sub(below(entry.align))
        }
    }

    /// Notes that the block is not live any more.
    fn forget(&self, entry: Entry) {
        if let Some(known) = self.table.borrow_mut().find(entry.address) {
            known.live = false;
        }
    }
}

/// The layout the heap is asked for when Rust wants `layout`, or none if there is no such layout.
fn fenced_layout(layout: Layout) -> Option<Layout> {
    let size = fenced(layout.size(), layout.align())?;
    Layout::from_size_align(size, layout.align()).ok()
}

// SAFETY: blocks are the heap's, moved up by the fence, which keeps their alignment; they go back
// with the address and the layout they came with.
unsafe impl<H: Heap> GlobalAlloc for Checked<H> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(outer) = fenced_layout(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: not of size zero, and as large as `fence` wants it.
        unsafe {
            let start = self.heap.alloc(outer);
            self.fence_fresh(start, layout.size(), layout.align(), Origin::Rust)
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(outer) = fenced_layout(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: as for `alloc`. The block is left as the heap zeroed it.
        unsafe {
            let start = self.heap.alloc_zeroed(outer);
            self.fence(start, layout.size(), layout.align(), Origin::Rust)
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let entry = self.expect(block, Api::Rust(layout));
        // SAFETY: the table says that the block is live and of this layout.
        unsafe {
            let start = self.retire(block, entry);
            self.heap
                .dealloc(start, fenced_layout(layout).unwrap_unchecked());
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let entry = self.expect(block, Api::Rust(layout));
        // SAFETY: the caller's promise: only the size of the layout is new.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let Some(outer) = fenced_layout(new_layout) else {
            return ptr::null_mut();
        };
        // SAFETY: as for `dealloc`; the fence below has the same length for both sizes, so what the
        // heap keeps is the user's. Bytes that are new begin at the old size.
        unsafe {
            let old_outer = fenced_layout(layout).unwrap_unchecked();
            let start =
                self.heap
                    .realloc(block.sub(below(layout.align())), old_outer, outer.size());
            if start.is_null() {
                return start;
            }
            self.forget(entry);
            let new = self.fence(start, new_size, layout.align(), Origin::Rust);
            if let Some(grown) = new_size.checked_sub(layout.size()) {
                new.add(layout.size()).write_bytes(FRESH_BYTE, grown);
            }
            new
        }
    }
}

// SAFETY: as for `GlobalAlloc`; the fence below a canonical block keeps the address bit by which
// the heap knows it.
unsafe impl<H: Heap> Heap for Checked<H> {
    unsafe fn c_alloc(&self, size: usize, align: usize) -> *mut u8 {
        let Some(outer) = fenced(size, align) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller's promise about `align`; as large as `fence` wants it.
        unsafe {
            let start = self.heap.c_alloc(outer, align);
            self.fence_fresh(start, size, align, Origin::C)
        }
    }

    unsafe fn c_free(&self, block: *mut u8) {
        let entry = self.expect(block, Api::C);
        // SAFETY: the table says that the block is live and may be freed by C.
        unsafe {
            let start = self.retire(block, entry);
            self.heap.c_free(start);
        }
    }

    unsafe fn c_usable_size(&self, block: *mut u8) -> usize {
        self.expect(block, Api::C).size
    }

    unsafe fn canonical_alloc(&self, size: usize, align: usize) -> *mut u8 {
        let Some(outer) = fenced(size, align) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller's promise about `align`; as large as `fence` wants it.
        unsafe {
            let start = self.heap.canonical_alloc(outer, align);
            self.fence_fresh(start, size, align, Origin::Canonical)
        }
    }
}
