//! Blocks that go back.

use super::bins;
use super::chunk::{self, BELOW, Chunk, FREE};
use super::runs::{self, CLASSES, RUN, Run};
use super::state::{State, known};
use super::top;
use crate::memory::Tail;
use core::ptr;

/// Takes a block back.
///
/// # Safety
///
/// As for [`super::alloc`], which made the block with this size and alignment.
#[inline(never)]
pub(super) unsafe fn dealloc<M: Tail>(
    state: *mut State<M>,
    block: *mut u8,
    size: usize,
    align: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if runs::is_small(size, align) {
            free_small(state, block, runs::class(size));
        } else {
            free_chunk(state, chunk::of(block));
        }
    }
}

/// Takes a chunk back. By way of [`dealloc`], so that there is one copy of the code.
///
/// # Safety
///
/// It is a used chunk, and no longer its owner's.
pub(super) unsafe fn give_back<M: Tail>(state: *mut State<M>, chunk: *mut Chunk) {
    // SAFETY: the caller's promise; no alignment like this is a small block's.
    unsafe { dealloc(state, chunk::block(chunk), 0, usize::MAX) }
}

/// Takes a block back.
///
/// # Safety
///
/// `small::alloc` made it of this class.
#[inline(always)]
unsafe fn free_small<M: Tail>(state: *mut State<M>, block: *mut u8, class: usize) {
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
        let known = known(state, class);
        let is_first = runs::after((*run).freed).is_null();
        if is_first {
            (*run).left = (*run).made - 1;
        }
        if (*known).run == run {
            return;
        }
        if (*run).left > 0 {
            let (start, next) = (runs::start(known), (*known).others);
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
            runs::remove(run);
        }
        give_back(state, chunk::of(run.cast()));
    }
}

/// Takes a chunk back and merges it with its free neighbors.
///
/// # Safety
///
/// It is a used chunk, and no longer its owner's.
#[inline(always)]
unsafe fn free_chunk<M>(state: *mut State<M>, at: *mut Chunk) {
    // SAFETY: heads lead from chunk to chunk; where one says that the chunk below is free, that one ends
    // with its size.
    unsafe {
        let head = (*at).head;
        let mut size = chunk::size_in(head);
        let above = at.byte_add(size);
        let mut at = at;
        if head & BELOW != 0 {
            let below = (*at).below;
            at = at.byte_sub(below);
            size += below;
            bins::remove(at);
        }
        let next = (*above).head;
        if next & FREE == 0 {
            (*above).head = next | BELOW;
        } else if above == (*state).top {
            top::begin(state, at);
            return;
        } else {
            bins::remove(above);
            size += next - FREE;
        }
        bins::insert(state, at, size);
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
            let known = known(state, class);
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
                block = runs::after(block);
            }
            if left == 0 {
                (*known).run = ptr::null_mut();
                (*known).list = ptr::null_mut();
                give_back(state, chunk::of(run.cast()));
                any = true;
            }
        }
    }
    any
}
