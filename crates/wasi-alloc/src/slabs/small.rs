//! Blocks that are small, from the runs of their size (see [`runs`]).

use super::chunk::UNIT;
use super::large;
use super::runs::{self, END, RUN};
use super::state::{State, known};
use crate::memory::Tail;
use core::ptr;

/// A block of this class; null if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state; there is such a class.
#[inline(always)]
pub(super) unsafe fn alloc<M: Tail>(state: *mut State<M>, class: usize) -> *mut u8 {
    // SAFETY: the caller's promise; the list has free blocks.
    unsafe {
        let known = known(state, class);
        let block = (*known).list;
        if block.is_null() {
            return refill(state, class);
        }
        (*known).list = runs::after(block);
        block
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
        let known = known(state, class);
        let mut run = (*known).run;
        if run.is_null() || ((*run).freed.is_null() && runs::fresh(run, size) + size > END) {
            run = (*known).others;
            if run.is_null() {
                run = large::aligned(state, RUN, RUN).cast();
                if run.is_null() {
                    return ptr::null_mut();
                }
                (*run).freed = ptr::null_mut();
                (*run).made = 0;
            } else {
                runs::remove(run);
            }
            (*known).run = run;
        }
        let mut block = (*run).freed;
        if block.is_null() {
            block = runs::make(run, size);
        }
        (*run).freed = ptr::null_mut();
        (*run).left = 1;
        (*known).list = runs::after(block);
        block
    }
}
