//! What small blocks are made of. They have no header: each size has its own runs.
//!
//! A run is a chunk whose block is a multiple of its size, [`RUN`], so that it is found from the address
//! of any small block in it. It keeps the blocks of it that went back, and counts them. One run of each
//! size is the current one; its blocks at hand are in a list of their own. When they are used up, those
//! that went back since are next, then fresh ones, then another run.

use super::chunk::{UNIT, WORD};
use core::mem::offset_of;
use core::ptr;

/// Classes of sizes, [`UNIT`] apart.
pub(super) const CLASSES: usize = 20;

/// The largest small block.
pub(super) const LARGEST: usize = CLASSES * UNIT;

/// A run's size and alignment. Its last word is the next chunk's head.
pub(super) const RUN: usize = 256 * WORD;

/// Blocks that are made of fresh memory at a time.
const BATCH: u16 = 3;

/// What a run begins with.
#[repr(C)]
pub(super) struct Run {
    /// Its blocks that went back.
    pub(super) freed: *mut u8,
    /// Its neighbors among the runs that have something in `freed`, but for the current one.
    pub(super) next: *mut Run,
    pub(super) prev: *mut Run,
    /// Blocks that have to go back until it is looked at: one if there are none in `freed`, else all that
    /// are not.
    pub(super) left: u16,
    /// Blocks that were made of it.
    pub(super) made: u16,
}

/// Where a run's first block begins.
const BEGIN: usize = size_of::<Run>();
/// Where its last block can end.
pub(super) const END: usize = RUN - WORD;
const _: () = assert!(BEGIN.is_multiple_of(UNIT) && BEGIN + LARGEST <= END);

/// A class of sizes. All is null as long as nobody asks for one.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Class {
    /// Blocks at hand, of the current run.
    pub(super) list: *mut u8,
    /// The current run.
    pub(super) run: *mut Run,
    /// The other runs that have something in `freed`.
    pub(super) others: *mut Run,
}

/// All classes. The first one stays empty: nobody asks for no bytes.
pub(super) struct Classes {
    pub(super) classes: [Class; CLASSES + 1],
}

impl Classes {
    pub(super) const fn new() -> Self {
        let none = Class {
            list: ptr::null_mut(),
            run: ptr::null_mut(),
            others: ptr::null_mut(),
        };
        Self {
            classes: [none; CLASSES + 1],
        }
    }
}

/// The class of blocks of `size` bytes, a layout's.
#[inline(always)]
#[expect(
    clippy::manual_div_ceil,
    reason = "the sum cannot overflow, and `div_ceil` takes three instructions more"
)]
pub(super) const fn class(size: usize) -> usize {
    (size + UNIT - 1) / UNIT
}

/// Whether a block is small.
#[inline(always)]
pub(super) const fn is_small(size: usize, align: usize) -> bool {
    class(size) <= CLASSES && align <= UNIT
}

/// Where a class's list of other runs begins, as a run of which only `next` may be used: so the first
/// run has one before it, as all others have.
#[inline(always)]
pub(super) fn start(known: *mut Class) -> *mut Run {
    known
        .wrapping_byte_add(offset_of!(Class, others))
        .wrapping_byte_sub(offset_of!(Run, next))
        .cast()
}
const _: () = assert!(offset_of!(Class, others) >= offset_of!(Run, next));

/// Takes a run out of the list of other runs.
///
/// # Safety
///
/// It is in one.
pub(super) unsafe fn remove(run: *mut Run) {
    // SAFETY: the neighbors are runs; before the first is where the list begins.
    unsafe {
        let (next, prev) = ((*run).next, (*run).prev);
        (*prev).next = next;
        if !next.is_null() {
            (*next).prev = prev;
        }
    }
}

/// The block after a free one.
///
/// # Safety
///
/// `block` is a free one.
#[inline(always)]
pub(super) unsafe fn after(block: *mut u8) -> *mut u8 {
    // SAFETY: a free block begins with the address of the next one.
    unsafe { block.cast::<*mut u8>().read() }
}

/// Where in a run fresh memory begins.
///
/// # Safety
///
/// It is one of blocks of this size.
pub(super) unsafe fn fresh(run: *mut Run, size: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { BEGIN + usize::from((*run).made) * size }
}

/// Makes some blocks of a run's fresh memory; the first one, from which the others follow.
///
/// # Safety
///
/// There is room for one.
pub(super) unsafe fn make(run: *mut Run, size: usize) -> *mut u8 {
    // SAFETY: each block ends at END or below.
    unsafe {
        let mut offset = fresh(run, size);
        let first = run.cast::<u8>().add(offset);
        let mut last = first;
        let mut made = 1;
        loop {
            offset += size;
            if made == BATCH || offset + size > END {
                break;
            }
            let next = run.cast::<u8>().add(offset);
            last.cast::<*mut u8>().write(next);
            last = next;
            made += 1;
        }
        last.cast::<*mut u8>().write(ptr::null_mut());
        (*run).made += made;
        first
    }
}
