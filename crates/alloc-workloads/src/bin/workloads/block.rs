//! A block straight from the allocator.
#![allow(unsafe_code, reason = "deals in raw blocks, as an allocator does")]

use std::alloc::{self, Layout};

/// A block of bytes that the workload asked the allocator for, without a collection in between. A
/// byte is written at its start, at its end and wherever [`Block::touch`] goes.
///
/// It has to be given back with [`Block::free`]; dropping it loses the memory.
#[derive(Debug)]
pub(crate) struct Block {
    start: *mut u8,
    layout: Layout,
}

impl Block {
    /// Allocates `size` bytes (not none) at a multiple of `align`, a power of two, and writes `byte`
    /// at both ends.
    ///
    /// # Panics
    ///
    /// If there is no memory.
    pub(crate) fn new(size: usize, align: usize, byte: u8) -> Self {
        let layout = layout(size, align);
        // SAFETY: `layout` looked that the size is not zero.
        let start = unsafe { alloc::alloc(layout) };
        let block = Self::checked(start, layout);
        block.write(0, byte);
        block.write(size - 1, byte);
        block
    }

    /// Resizes to `size` bytes (not none) and writes `byte` at the new end; the start keeps its own.
    ///
    /// # Panics
    ///
    /// If there is no memory.
    pub(crate) fn resize(&mut self, size: usize, byte: u8) {
        let new = layout(size, self.layout.align());
        // SAFETY: the block is live and of this layout; `layout` looked at the new size.
        let start = unsafe { alloc::realloc(self.start, self.layout, size) };
        *self = Self::checked(start, new);
        self.write(size - 1, byte);
    }

    /// Gives the memory back and returns the bytes at both ends.
    pub(crate) fn free(self) -> (u8, u8) {
        let ends = (self.read(0), self.read(self.layout.size() - 1));
        // SAFETY: the block is live and of this layout, and `self` is gone afterwards.
        unsafe { alloc::dealloc(self.start, self.layout) };
        ends
    }

    /// Writes `byte` once in every `step` bytes.
    pub(crate) fn touch(&self, step: usize, byte: u8) {
        for index in (0..self.layout.size()).step_by(step) {
            self.write(index, byte);
        }
    }

    /// Its length in bytes.
    pub(crate) fn size(&self) -> usize {
        self.layout.size()
    }

    fn checked(start: *mut u8, layout: Layout) -> Self {
        if start.is_null() {
            alloc::handle_alloc_error(layout);
        }
        assert!(
            start.addr().is_multiple_of(layout.align()),
            "{start:?} is not aligned to {}",
            layout.align()
        );
        Self { start, layout }
    }

    fn write(&self, index: usize, byte: u8) {
        assert!(index < self.layout.size());
        // SAFETY: the block is live and longer than `index`. Volatile, since a compiler may leave
        // out a block that nobody reads.
        unsafe { self.start.add(index).write_volatile(byte) };
    }

    fn read(&self, index: usize) -> u8 {
        assert!(index < self.layout.size());
        // SAFETY: as for `write`; only bytes that were written are read.
        unsafe { self.start.add(index).read_volatile() }
    }
}

/// # Panics
///
/// If `size` is zero or there is no such layout.
fn layout(size: usize, align: usize) -> Layout {
    assert_ne!(size, 0, "a block of no bytes");
    Layout::from_size_align(size, align).expect("workloads ask for small blocks")
}
