//! talc, tuned: it starts in the tail of the initial memory, grows by as little as it can, and keeps
//! small blocks at hand.
//!
//! What each part is worth, and what was tried and left out, is in `docs/talc-tail.md`.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

mod bins;
mod chunk;
mod quick;
mod source;
#[cfg(test)]
mod tests;

use crate::memory::Tail;
use bins::Bins;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use source::Growing;
use talc::base::{CHUNK_UNIT, Talc};

/// The allocator. Its blocks are talc's chunks, whole ones: what talc cannot do in few bytes is done
/// here, by cutting chunks and giving the pieces back (see [`chunk`]).
pub(crate) struct TalcTail<M: Tail> {
    talc: UnsafeCell<Talc<Growing<M>, Bins>>,
}

// SAFETY: only here, where a module has one thread (see the crate's documentation).
#[cfg(target_arch = "wasm32")]
unsafe impl<M: Tail> Sync for TalcTail<M> {}

impl<M: Tail> TalcTail<M> {
    /// An allocator that has touched no memory yet.
    pub(crate) const fn new(memory: M) -> Self {
        Self {
            talc: UnsafeCell::new(Talc::new(Growing::new(memory))),
        }
    }

    /// talc itself.
    ///
    /// # Safety
    ///
    /// No other reference to it is in use.
    #[expect(clippy::mut_from_ref, reason = "that is the promise asked for")]
    unsafe fn talc(&self) -> &mut Talc<Growing<M>, Bins> {
        // SAFETY: there is one thread, and the caller's promise.
        unsafe { &mut *self.talc.get() }
    }

    /// Gives back the upper part of a chunk, from `new_end` to `end`.
    ///
    /// # Safety
    ///
    /// `end` is where a live chunk ends; `new_end` is in it and a multiple of [`CHUNK_UNIT`].
    unsafe fn cut(&self, new_end: *mut u8, end: *mut u8) {
        if new_end != end {
            // SAFETY: with its mark the lower part is a chunk; the upper one has kept its own.
            unsafe {
                chunk::mark(new_end);
                self.dealloc(new_end, chunk::layout(end.addr() - new_end.addr()));
            }
        }
    }
}

// SAFETY: blocks are talc's live chunks, at least as long and as aligned as asked for, and no two
// overlap: talc's promise, which cutting does not break.
unsafe impl<M: Tail> GlobalAlloc for TalcTail<M> {
    // NB: not inlined, here and below: callers with a known size would each get a copy.
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (size, align) = (layout.size(), layout.align());
        let at_hand = align <= CHUNK_UNIT;
        // SAFETY: no reference to talc outlives a call; the size is not zero.
        unsafe {
            let talc = self.talc();
            if at_hand && let Some(block) = talc.source.quick.take(size) {
                return block.as_ptr();
            }
            if talc.source.is_beyond(size, align) {
                return ptr::null_mut();
            }
            if at_hand
                && quick::is_small(size)
                && let Some(run) = talc.try_allocate(chunk::layout(quick::RUN))
            {
                if let Some((rest, size)) = talc.source.quick.start_run(run, size) {
                    self.dealloc(rest.as_ptr(), chunk::layout(size));
                }
                return run.as_ptr();
            }
            talc.allocate(layout)
                .map_or(ptr::null_mut(), ptr::NonNull::as_ptr)
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise: a live chunk of this size.
        unsafe {
            let talc = self.talc();
            if layout.align() > CHUNK_UNIT || !talc.source.quick.keep(block, layout.size()) {
                talc.deallocate(block, layout);
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (old, new) = (chunk::size(layout.size()), chunk::size(new_size));
        // SAFETY: the caller's promise: a live chunk of `old` bytes. Growing one in place changes
        // nothing unless it succeeds.
        unsafe {
            if new <= old {
                self.cut(block.add(new), block.add(old));
                return block;
            }
            let talc = self.talc();
            if !talc.source.is_beyond(new_size, 1)
                && talc.try_grow_in_place(block, layout, new_size)
            {
                return block;
            }
            let moved = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size());
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
