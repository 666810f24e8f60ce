//! The end of memory, and how it grows.

use super::bins;
use super::chunk::{self, BELOW, Chunk, FREE, LEAST, UNIT};
use super::state::State;
use crate::memory::{self, Tail};

/// Lets the top begin at `at`.
///
/// # Safety
///
/// What is above is nobody's and in no bin; `at` is at most the limit.
#[inline(always)]
pub(super) unsafe fn begin<M>(state: *mut State<M>, at: *mut Chunk) {
    // SAFETY: the caller's promise. Up to the limit there is room for a head.
    unsafe {
        (*state).top = at;
        (*at).head = FREE;
    }
}

/// The limit of memory that ends at `end`, a multiple of [`UNIT`].
fn limit(end: *mut u8) -> *mut Chunk {
    end.wrapping_sub(UNIT).cast()
}

/// Whether nobody else has grown the memory: then what is grown next is above the top.
unsafe fn is_whole<M: Tail>(state: *mut State<M>) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*state).memory.size() == (*state).limit.addr().wrapping_add(UNIT) }
}

/// Makes the top `bytes` longer, if memory can grow there.
///
/// # Safety
///
/// Nobody else uses the state; there is a top.
#[cold]
pub(super) unsafe fn extend<M: Tail>(state: *mut State<M>, bytes: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { is_whole(state) && grow(state, bytes, UNIT) }
}

/// Takes memory into the heap, so that the top holds a chunk of `need` bytes whose block is a multiple of
/// `align`; or the tail of the initial memory, the first time. False if there is no memory.
///
/// # Safety
///
/// Nobody else uses the state, and the top is too short. For `need` and `align` see [`super::large::aligned`].
#[cold]
#[inline(never)]
pub(super) unsafe fn grow<M: Tail>(state: *mut State<M>, need: usize, align: usize) -> bool {
    // SAFETY: memory that is handed out is ours (see `Memory` and `Tail`).
    unsafe {
        let top = (*state).top;
        if top.is_null() {
            let (start, end) = (*state).memory.tail();
            let first = start.map_addr(|addr| addr.next_multiple_of(UNIT));
            if first < end {
                (*state).limit = limit(end);
                begin(state, first.cast());
                return true;
            }
        }
        let old = (*state).limit;
        let whole = is_whole(state);
        // Wherever new memory begins, a chunk's front is at most this long.
        let mut bytes = need + align + LEAST + UNIT;
        if whole {
            bytes = need + chunk::front(top, align) - (old.addr() - top.addr());
        }
        let Some((start, bytes)) = memory::grow(&mut (*state).memory, bytes) else {
            return false;
        };
        (*state).limit = limit(start.wrapping_add(bytes));
        if whole {
            return true;
        }
        begin(state, start.cast());
        // Somebody else has what is above the old top: it becomes a chunk like any other, and the last
        // word of that memory the head of a used one.
        if !top.is_null() {
            let left = old.addr() - top.addr();
            (*old).head = 0;
            if left >= LEAST {
                (*old).head = BELOW;
                bins::insert_rarely(state, top, left);
            } else {
                (*top).head = left;
            }
        }
        true
    }
}
