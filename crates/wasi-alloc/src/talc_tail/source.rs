//! Where talc's memory comes from.

use super::bins::Bins;
use super::chunk;
use super::quick::Quick;
use crate::edge::sums;
use crate::memory::pages::PAGE;
use crate::memory::{self, Tail};
use core::alloc::Layout;
use core::hint::unreachable_unchecked;
use core::ptr::NonNull;
use talc::base::binning::Binning;
use talc::base::{CHUNK_UNIT, Talc};
use talc::source::Source;

/// Takes the tail of the initial memory first, then as few pages as will do.
#[derive(Debug)]
pub(crate) struct Growing<M> {
    memory: M,
    /// Where the youngest heap ends.
    pub(super) end: Option<NonNull<u8>>,
    /// Small blocks at hand.
    pub(super) quick: Quick,
}

/// How many bytes the first heap needs for talc's lists of gaps and for one chunk.
const FIRST: usize = talc::min_first_heap_size::<Bins>() + CHUNK_UNIT;
const _: () = assert!(FIRST <= PAGE);

impl<M: Tail> Growing<M> {
    /// Nothing taken yet.
    pub(super) const fn new(memory: M) -> Self {
        Self {
            memory,
            end: None,
            quick: Quick::new(),
        }
    }

    /// Whether talc must not be asked for a block of `size` bytes (see [`crate::edge`]).
    pub(super) fn is_beyond(&self, size: usize, align: usize) -> bool {
        // The youngest heap is the highest: memory grows upwards.
        sums::is_beyond(size, align, || {
            self.end.map_or(0, |end| end.as_ptr().addr())
        })
    }

    /// Makes the tail of the initial memory the first heap, and a page if it is too small for one.
    fn first<B: Binning>(talc: &mut Talc<Self, B>) -> Result<(), ()> {
        let memory = &mut talc.source.memory;
        let (mut start, mut end) = memory.tail();
        // Nothing can be subtracted wrongly here: the linker puts the end above the base, and two
        // nulls are equal.
        if end.addr().wrapping_sub(start.addr()) < FIRST {
            let (page, bytes) = memory::grow(memory, FIRST).ok_or(())?;
            if page != end {
                start = page;
            }
            end = page.wrapping_add(bytes);
        }
        // SAFETY: the memory is ours (see `Memory` and `Tail`), and there is no heap without an `end`.
        unsafe {
            if talc.is_metadata_established() {
                unreachable_unchecked();
            }
            talc.source.end = talc.claim(start, end.addr().wrapping_sub(start.addr()));
        }
        talc.source.end.map(|_| ()).ok_or(())
    }
}

// SAFETY: allocates nothing.
unsafe impl<M: Tail> Source for Growing<M> {
    #[cold]
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        let Some(end) = talc.source.end else {
            return Self::first(talc);
        };
        let mut found = Err(());
        while let Some((block, size)) = talc.source.quick.give_back() {
            // SAFETY: to talc it is a live chunk of this size.
            unsafe { talc.deallocate(block.as_ptr(), chunk::layout(size)) };
            found = Ok(());
        }
        if found.is_ok() {
            return found;
        }
        // SAFETY: `end` is the youngest heap's.
        let gap = unsafe { chunk::gap_below(end) };
        // talc has looked at this gap: it is too small (see `bins`). Were it not, memory would still
        // grow by a page each time, so that talc does not ask for ever.
        let missing = sums::wide(layout).saturating_sub(gap);
        let (start, bytes) = memory::grow(&mut talc.source.memory, missing).ok_or(())?;
        // `memory::grow` has looked: the end is in the address space.
        let new_end = start.wrapping_add(bytes);
        // SAFETY: the memory is ours (see `Memory` and `Tail`). If it does not begin where the heap ends, then
        // somebody else had some in between: it begins with a mark then, like a heap's.
        unsafe {
            let mut heap_end = end;
            if start != end.as_ptr() {
                let base = start.add(CHUNK_UNIT);
                chunk::mark(base);
                heap_end = NonNull::new_unchecked(base);
            }
            talc.source.end = Some(talc.extend(heap_end, new_end));
        }
        Ok(())
    }
}
