//! Where talc's memory comes from.

use super::bins::Bins;
use super::chunk;
use super::quick::{Quick, RUN};
use core::alloc::Layout;
use core::fmt;
use core::hint::unreachable_unchecked;
use core::ptr::NonNull;
use talc::base::binning::Binning;
use talc::base::{CHUNK_UNIT, Talc};
use talc::source::Source;

/// Size of WebAssembly's page in bytes.
pub(crate) const PAGE: usize = 1 << 16;

/// Memory that grows by pages.
///
/// # Safety
///
/// What [`Memory::tail`] and [`Memory::grow`] hand out can be read and written and is nobody else's.
pub(crate) unsafe trait Memory: fmt::Debug {
    /// Where the unused tail of the initial memory begins and ends; two nulls if there is none.
    /// Asked for once.
    fn tail(&mut self) -> (*mut u8, *mut u8);

    /// Grows by `pages` and returns where the new ones begin. None if that is too much.
    fn grow(&mut self, pages: usize) -> Option<*mut u8>;
}

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

impl<M: Memory> Growing<M> {
    /// Nothing taken yet.
    pub(super) const fn new(memory: M) -> Self {
        Self {
            memory,
            end: None,
            quick: Quick::new(),
        }
    }

    /// Whether a block of `size` bytes, or a run, would reach beyond the address space if it began
    /// where the youngest heap ends.
    ///
    /// talc 5.1.1 adds a request's size to the addresses of its gaps without looking for overflow:
    /// near the end of a 4 GiB memory it takes a gap that is too small. So it is not asked.
    pub(super) fn is_beyond(&self, size: usize) -> bool {
        let end = self.end.map_or(0, |end| end.as_ptr().addr());
        end.wrapping_add(chunk::size(size) + RUN) < end
    }

    /// Makes the tail of the initial memory the first heap, and a page if it is too small for one.
    fn first<B: Binning>(talc: &mut Talc<Self, B>) -> Result<(), ()> {
        let memory = &mut talc.source.memory;
        let (mut start, mut end) = memory.tail();
        if end.addr() - start.addr() < FIRST {
            let page = memory.grow(1).ok_or(())?;
            if page != end {
                start = page;
            }
            end = page.wrapping_add(PAGE);
        }
        // SAFETY: the memory is ours (see `Memory`), and there is no heap without an `end`.
        unsafe {
            if talc.is_metadata_established() {
                unreachable_unchecked();
            }
            talc.source.end = talc.claim(start, end.addr() - start.addr());
        }
        talc.source.end.map(|_| ()).ok_or(())
    }
}

// SAFETY: allocates nothing.
unsafe impl<M: Memory> Source for Growing<M> {
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
        // SAFETY: `end` is the youngest heap's. It had no gap large enough.
        let missing = chunk::size(layout.size()) - unsafe { chunk::gap_below(end) };
        let bytes = missing.next_multiple_of(PAGE);
        let start = talc.source.memory.grow(bytes / PAGE).ok_or(())?;
        let new_end = start.wrapping_add(bytes);
        // SAFETY: the memory is ours (see `Memory`). If it does not begin where the heap ends, then
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
