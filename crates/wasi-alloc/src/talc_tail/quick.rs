//! Small blocks at hand, in two forms, since talc takes long over them: it looks for a gap, cuts it,
//! and merges it again when the block comes back.
//!
//! - Blocks that were given back are kept in a list for each size, for the next who asks.
//! - When there is none, a block is cut off the run: a chunk that was taken for this purpose.
//!
//! To talc all of it is allocated chunks. It gets everything back before more memory is asked for,
//! so nothing is ever missing.

use super::chunk;
use core::ptr::{self, NonNull};
use talc::base::CHUNK_UNIT;

/// How many sizes are small: those of chunks of 1 to this many [`CHUNK_UNIT`]s.
const SIZES: usize = 17;

/// Bytes of a new run, a chunk's size. It is the least in its bin (see [`super::bins`]).
pub(super) const RUN: usize = 2048 + CHUNK_UNIT;
const _: () = assert!(SIZES * CHUNK_UNIT < RUN);

/// A free block's first word: the next one.
type Link = Option<NonNull<u8>>;

/// A list for each size, and the run.
#[derive(Debug)]
pub(super) struct Quick {
    lists: [Link; SIZES],
    /// Where the rest of the run begins.
    run: *mut u8,
    /// Where it ends.
    run_end: *mut u8,
}

/// Which list blocks of `size` bytes are in, if there is one.
const fn list(size: usize) -> usize {
    (size + chunk::MARK - 1) / CHUNK_UNIT
}

/// Whether blocks of `size` bytes may be at hand.
pub(super) const fn is_small(size: usize) -> bool {
    list(size) < SIZES
}

impl Quick {
    /// Nothing at hand.
    pub(super) const fn new() -> Self {
        Self {
            lists: [None; SIZES],
            run: ptr::null_mut(),
            run_end: ptr::null_mut(),
        }
    }

    /// A block of `size` bytes or slightly more, if there is one.
    #[inline(always)] // for the shortest way through `alloc`
    pub(super) fn take(&mut self, size: usize) -> Link {
        let list = list(size);
        let head = self.lists.get_mut(list)?;
        if head.is_some() {
            // SAFETY: just looked.
            return unsafe { pop(head) };
        }
        let block = self.run;
        let end = block.wrapping_add((list + 1) * CHUNK_UNIT);
        // The run's last piece has its mark already; it is not cut but given back as the rest.
        if end >= self.run_end {
            return None;
        }
        self.run = end;
        // SAFETY: the run is a chunk from `block` to beyond `end`; with its mark the lower part is
        // one, and the upper one has kept its own.
        unsafe { chunk::mark(end) };
        NonNull::new(block)
    }

    /// Makes the chunk of [`RUN`] bytes at `start` the run, cuts a block of `size` bytes off it, and
    /// returns what is left of the old run, with its size: a chunk.
    ///
    /// # Safety
    ///
    /// The chunk is a live block of talc's, and nobody else's; `size` is small.
    pub(super) unsafe fn start_run(
        &mut self,
        start: NonNull<u8>,
        size: usize,
    ) -> Option<(NonNull<u8>, usize)> {
        let rest = self.end_run();
        // SAFETY: a small size's chunk is shorter than the run; for the mark see `take`.
        unsafe {
            self.run = start.as_ptr().add(chunk::size(size));
            self.run_end = start.as_ptr().add(RUN);
            chunk::mark(self.run);
        }
        rest
    }

    /// What is left of the run, with its size: a chunk. There is no run any more.
    fn end_run(&mut self) -> Option<(NonNull<u8>, usize)> {
        let (run, end) = (self.run, self.run_end);
        self.run = end;
        if run == end {
            return None;
        }
        Some((NonNull::new(run)?, end.addr() - run.addr()))
    }

    /// Keeps `block` for later, unless it is too large.
    ///
    /// # Safety
    ///
    /// `block` is a live block of `size` bytes; it is no longer its owner's.
    pub(super) unsafe fn keep(&mut self, block: *mut u8, size: usize) -> bool {
        let Some(head) = self.lists.get_mut(list(size)) else {
            return false;
        };
        // SAFETY: a chunk has room for two words, a block is never null.
        unsafe {
            block.cast::<Link>().write(*head);
            *head = Some(NonNull::new_unchecked(block));
        }
        true
    }

    /// Anything that is at hand, with its size: a chunk. None if that was all.
    pub(super) fn give_back(&mut self) -> Option<(NonNull<u8>, usize)> {
        for (index, head) in self.lists.iter_mut().enumerate() {
            if head.is_some() {
                // SAFETY: just looked.
                return unsafe { pop(head) }.map(|block| (block, (index + 1) * CHUNK_UNIT));
            }
        }
        self.end_run()
    }
}

/// Takes the first block off a list.
///
/// # Safety
///
/// The list is not empty.
#[inline(always)]
unsafe fn pop(head: &mut Link) -> Link {
    let block = *head;
    // SAFETY: `keep` wrote the next one there, and nobody had the block since.
    unsafe { *head = block.unwrap_unchecked().cast::<Link>().read() };
    block
}
