//! What the allocator knows.

use super::chunk::Chunk;
use super::runs::{Class, Classes};
use core::ptr;

/// All that the allocator knows.
///
/// Chunks hold pointers to bins: it must not be moved once it was used.
pub(super) struct State<M> {
    pub(super) small: Classes,
    pub(super) bins: Bins,
    /// The chunk at the end of memory, free whatever its size. Null before there is memory.
    pub(super) top: *mut Chunk,
    /// Where the top would begin if it had but its head: two words below the end of memory.
    pub(super) limit: *mut Chunk,
    pub(super) memory: M,
}

impl<M> State<M> {
    /// What is known before the first request.
    pub(super) const fn new(memory: M) -> Self {
        Self {
            small: Classes::new(),
            bins: Bins::new(),
            top: ptr::null_mut(),
            limit: ptr::null_mut(),
            memory,
        }
    }
}

/// Bins: as many as the map has bits.
pub(super) const BINS: usize = 2 * u64::BITS as usize;

/// The bins: lists of free chunks, the one that came last first. Where the map has no bit, the list is
/// empty; where it has one, it can be.
#[repr(C)]
pub(super) struct Bins {
    pub(super) map: [u64; 2],
    pub(super) first: [*mut Chunk; BINS],
}

impl Bins {
    pub(super) const fn new() -> Self {
        Self {
            map: [0; 2],
            first: [ptr::null_mut(); BINS],
        }
    }
}

/// What is known of a class.
///
/// # Safety
///
/// There is one of this number.
#[inline(always)]
pub(super) unsafe fn known<M>(state: *mut State<M>, class: usize) -> *mut Class {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*state).small.classes).cast::<Class>().add(class) }
}
