//! Small blocks. They have no header: each size has its own runs.
//!
//! A run is a chunk whose block is a multiple of its size, [`RUN`], so that it is found from the address
//! of any small block in it. It keeps the blocks of it that went back, and counts them. One run of each
//! size is the current one; its blocks at hand are in a list of their own. When they are used up, those
//! that went back since are next, then fresh ones, then another run.

use super::State;
use super::chunk::{self, UNIT, WORD};
use super::large;
use crate::memory::Tail;
use core::mem::offset_of;
use core::ptr;

/// Classes of sizes, [`UNIT`] apart.
const CLASSES: usize = 20;

/// The largest small block.
pub(super) const LARGEST: usize = CLASSES * UNIT;

/// A run's size and alignment. Its last word is the next chunk's head.
const RUN: usize = 256 * WORD;

/// Blocks that are made of fresh memory at a time.
const BATCH: u16 = 3;

/// What a run begins with.
#[repr(C)]
struct Run {
    /// Its blocks that went back.
    freed: *mut u8,
    /// Its neighbors among the runs that have something in `freed`, but for the current one.
    next: *mut Run,
    prev: *mut Run,
    /// Blocks that have to go back until it is looked at: one if there are none in `freed`, else all that
    /// are not.
    left: u16,
    /// Blocks that were made of it.
    made: u16,
}

/// Where a run's first block begins.
const BEGIN: usize = size_of::<Run>();
/// Where its last block can end.
const END: usize = RUN - WORD;
const _: () = assert!(BEGIN.is_multiple_of(UNIT) && BEGIN + LARGEST <= END);

/// A class of sizes. All is null as long as nobody asks for one.
#[derive(Clone, Copy)]
#[repr(C)]
struct Class {
    /// Blocks at hand, of the current run.
    list: *mut u8,
    /// The current run.
    run: *mut Run,
    /// The other runs that have something in `freed`.
    others: *mut Run,
}

/// All classes. The first one stays empty: nobody asks for no bytes.
pub(super) struct Classes {
    classes: [Class; CLASSES + 1],
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

/// What is known of a class.
///
/// # Safety
///
/// There is one of this number.
#[inline(always)]
unsafe fn of<M>(state: *mut State<M>, class: usize) -> *mut Class {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*state).small.classes).cast::<Class>().add(class) }
}

/// Where a class's list of other runs begins, as a run of which only `next` may be used: so the first
/// run has one before it, as all others have.
#[inline(always)]
fn start(known: *mut Class) -> *mut Run {
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
unsafe fn remove(run: *mut Run) {
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
unsafe fn after(block: *mut u8) -> *mut u8 {
    // SAFETY: a free block begins with the address of the next one.
    unsafe { block.cast::<*mut u8>().read() }
}

/// A block of this class; null if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state; there is such a class.
#[inline(always)]
pub(super) unsafe fn alloc<M: Tail>(state: *mut State<M>, class: usize) -> *mut u8 {
    // SAFETY: the caller's promise; the list has free blocks.
    unsafe {
        let known = of(state, class);
        let block = (*known).list;
        if block.is_null() {
            return refill(state, class);
        }
        (*known).list = after(block);
        block
    }
}

/// Takes a block back.
///
/// # Safety
///
/// [`alloc`] made it of this class.
#[inline(always)]
pub(super) unsafe fn free<M: Tail>(state: *mut State<M>, block: *mut u8, class: usize) {
    let run = block.map_addr(|addr| addr & !(RUN - 1)).cast::<Run>();
    // SAFETY: the block is in that run, and counted among the others.
    unsafe {
        block.cast::<*mut u8>().write((*run).freed);
        (*run).freed = block;
        let left = (*run).left;
        (*run).left = left - 1;
        if left == 1 {
            turned(state, run, class);
        }
    }
}

/// The first block of a run went back, or the last one.
///
/// # Safety
///
/// The run is of this class, and what is said of it true.
#[cold]
#[inline(never)]
unsafe fn turned<M: Tail>(state: *mut State<M>, run: *mut Run, class: usize) {
    // SAFETY: the caller's promise; neighbors are runs.
    unsafe {
        let known = of(state, class);
        let is_first = after((*run).freed).is_null();
        if is_first {
            (*run).left = (*run).made - 1;
        }
        if (*known).run == run {
            return;
        }
        if (*run).left > 0 {
            let (start, next) = (start(known), (*known).others);
            (*run).next = next;
            (*run).prev = start;
            if !next.is_null() {
                (*next).prev = run;
            }
            (*start).next = run;
            return;
        }
        // A run of one block never was among the others.
        if !is_first {
            remove(run);
        }
        super::give_back(state, chunk::of(run.cast()));
    }
}

/// As [`alloc`], where no block is at hand.
///
/// # Safety
///
/// As for [`alloc`].
#[cold]
#[inline(never)]
unsafe fn refill<M: Tail>(state: *mut State<M>, class: usize) -> *mut u8 {
    let size = class * UNIT;
    // SAFETY: the caller's promise. Runs have room for what was made of them, and for their head.
    unsafe {
        let known = of(state, class);
        let mut run = (*known).run;
        if run.is_null() || ((*run).freed.is_null() && fresh(run, size) + size > END) {
            run = (*known).others;
            if run.is_null() {
                run = large::aligned(state, RUN, RUN).cast();
                if run.is_null() {
                    return ptr::null_mut();
                }
                (*run).freed = ptr::null_mut();
                (*run).made = 0;
            } else {
                remove(run);
            }
            (*known).run = run;
        }
        let mut block = (*run).freed;
        if block.is_null() {
            block = make(run, size);
        }
        (*run).freed = ptr::null_mut();
        (*run).left = 1;
        (*known).list = after(block);
        block
    }
}

/// Where in a run fresh memory begins.
///
/// # Safety
///
/// It is one of blocks of this size.
unsafe fn fresh(run: *mut Run, size: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { BEGIN + usize::from((*run).made) * size }
}

/// Makes some blocks of a run's fresh memory; the first one, from which the others follow.
///
/// # Safety
///
/// There is room for one.
unsafe fn make(run: *mut Run, size: usize) -> *mut u8 {
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

/// Gives back current runs of which no block is in use; whether there were any. (Others are given back
/// when their last block is.)
///
/// # Safety
///
/// Nobody else uses the state.
#[cold]
#[inline(never)]
pub(super) unsafe fn trim<M: Tail>(state: *mut State<M>) -> bool {
    let mut any = false;
    for class in 1..=CLASSES {
        // SAFETY: there is such a class, and the list has blocks of the current run.
        unsafe {
            let known = of(state, class);
            let run = (*known).run;
            if run.is_null() {
                continue;
            }
            let mut left = (*run).left;
            if (*run).freed.is_null() {
                left = (*run).made;
            }
            let mut block = (*known).list;
            while !block.is_null() {
                left -= 1;
                block = after(block);
            }
            if left == 0 {
                (*known).run = ptr::null_mut();
                (*known).list = ptr::null_mut();
                super::give_back(state, chunk::of(run.cast()));
                any = true;
            }
        }
    }
    any
}
