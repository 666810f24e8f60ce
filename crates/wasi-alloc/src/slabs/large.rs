//! Blocks that are not small: whole chunks.

use super::back;
use super::bins;
use super::chunk::{self, BELOW, Chunk, FREE, LEAST, UNIT};
use super::runs;
use super::state::State;
use super::top;
use crate::edge::RESERVE;
use crate::memory::Tail;
use core::ptr;

/// A chunk's end is only cut off if it is longer than this: what is shorter serves no request but
/// those for small blocks, which are not taken from here.
const SPLIT: usize = runs::LARGEST;

/// Makes the first `need` of the `total` bytes of a free chunk a used one, and the rest a free one if
/// it is worth it. `marks` are the used one's.
///
/// # Safety
///
/// The chunk is nobody's and in no bin, the next one has its mark; `need` is a chunk's size and at
/// most `total`.
#[inline(always)]
unsafe fn cut<M>(
    state: *mut State<M>,
    at: *mut Chunk,
    total: usize,
    need: usize,
    marks: usize,
) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let rest = total - need;
        if rest >= SPLIT {
            (*at).head = need | marks;
            bins::insert_rarely(state, at.byte_add(need), rest);
        } else {
            (*at).head = total | marks;
            (*at.byte_add(total)).head &= !BELOW;
        }
    }
    chunk::block(at)
}

/// A block with a larger alignment than [`UNIT`]; null if there is no memory, or if it is beyond [`RESERVE`].
///
/// # Safety
///
/// As for [`super::alloc`].
pub(super) unsafe fn alloc_aligned<M: Tail>(
    state: *mut State<M>,
    size: usize,
    align: usize,
) -> *mut u8 {
    if align > RESERVE {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { aligned(state, chunk::size(size).max(LEAST), align) }
}

/// A block that is not small; null if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state; the size is a layout's and not small.
#[inline(always)]
pub(super) unsafe fn alloc<M: Tail>(state: *mut State<M>, size: usize) -> *mut u8 {
    let need = chunk::size(size);
    // SAFETY: the caller's promise.
    unsafe {
        if let Some((at, total)) = bins::find(state, need) {
            return cut(state, at, total, need, 0);
        }
        let top = (*state).top;
        if need > (*state).limit.addr() - top.addr() {
            return aligned(state, need, UNIT);
        }
        (*top).head = need;
        top::begin(state, top.byte_add(need));
        chunk::block(top)
    }
}

/// A block at a multiple of `align` in a chunk of `need` bytes; null if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state. `need` is a chunk's size, `align` at least [`UNIT`] and at most [`RESERVE`].
#[inline(never)]
pub(super) unsafe fn aligned<M: Tail>(state: *mut State<M>, need: usize, align: usize) -> *mut u8 {
    // SAFETY: what was found, or the top, is nobody's and holds `front` and `need` bytes; where there is
    // a front, it is long enough for a chunk.
    unsafe {
        let found = bins::find_aligned(state, need, align);
        let whole = found.map_or((*state).top, |(at, _)| at);
        let front = chunk::front(whole, align);
        if found.is_none() && need + front > (*state).limit.addr() - whole.addr() {
            return more(state, need, align);
        }
        let mut marks = 0;
        if front > 0 {
            bins::insert_rarely(state, whole, front);
            marks = BELOW;
        }
        let at = whole.byte_add(front);
        if let Some((_, total)) = found {
            return cut(state, at, total - front, need, marks);
        }
        (*at).head = need | marks;
        top::begin(state, at.byte_add(need));
        chunk::block(at)
    }
}

/// As [`aligned`], where nothing was found. Each round gives a run back, begins with the first memory or
/// grows memory by what is needed, so there are at most three.
///
/// # Safety
///
/// As for [`aligned`].
#[cold]
#[inline(never)]
unsafe fn more<M: Tail>(state: *mut State<M>, need: usize, align: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if (!(*state).top.is_null() && back::trim(state)) || top::grow(state, need, align) {
            return aligned(state, need, align);
        }
    }
    ptr::null_mut()
}

/// Makes a chunk one for a block of `size` bytes, where it is; false if that cannot be.
///
/// # Safety
///
/// It is a used chunk; the size is a layout's.
#[inline(always)]
pub(super) unsafe fn resize<M: Tail>(state: *mut State<M>, at: *mut Chunk, size: usize) -> bool {
    let need = chunk::size(size).max(LEAST);
    // SAFETY: heads lead from chunk to chunk.
    unsafe {
        let head = (*at).head;
        let marks = head & BELOW;
        let total = chunk::size_in(head);
        if need <= total {
            let rest = total - need;
            if rest >= SPLIT {
                (*at).head = need | marks;
                let rest_at = at.byte_add(need);
                (*rest_at).head = rest;
                back::give_back(state, rest_at);
            }
            return true;
        }
        let above = at.byte_add(total);
        let next = (*above).head;
        if above == (*state).top {
            let missing = need - total;
            if missing > (*state).limit.addr() - above.addr() && !top::extend(state, missing) {
                return false;
            }
            (*at).head = need | marks;
            top::begin(state, at.byte_add(need));
            return true;
        }
        // A used one has no FREE to subtract; it is not long enough then.
        if next & FREE == 0 || total + next - FREE < need {
            return false;
        }
        bins::remove(above);
        cut(state, at, total + next - FREE, need, marks);
    }
    true
}
