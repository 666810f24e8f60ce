//! Free chunks, sorted by size.

use super::chunk::{self, Chunk, FREE, LEAST};
use super::state::{BINS, State};
use core::mem::offset_of;

/// Bins to each doubling of sizes, as a power of two: eight. So the last one begins at 3.75 MiB.
const DIVISIONS: u32 = 3;

/// Chunks of a bin that are looked at where a block has a large alignment, and before memory grows. Without
/// either it is one.
const TRIES: usize = 16;

/// Bits of a single-precision number below those that tell bins apart.
const SHIFT: u32 = f32::MANTISSA_DIGITS - 1 - DIVISIONS;

/// Where the last bin begins.
const LAST: f32 = ((LEAST << (BINS >> DIVISIONS)) - (LEAST << (BINS >> DIVISIONS) >> 4)) as f32;

/// A number's exponent and its first bits. They rise with it, also where it is rounded.
#[inline(always)]
const fn upper_bits(number: f32) -> usize {
    (number.to_bits() >> SHIFT) as usize
}

/// What a number has there whose bin is the first one.
const FIRST: usize = upper_bits(LEAST as f32);
const _: () = assert!(upper_bits(LAST) - FIRST == BINS - 1);

/// The bin for chunks of `size` bytes. A chunk in a higher bin is larger.
#[inline(always)]
pub(super) fn of(size: usize) -> usize {
    upper_bits((size as f32).min(LAST)) - FIRST
}

/// The map's word for a bin.
///
/// # Safety
///
/// The bin is less than [`BINS`].
#[inline(always)]
unsafe fn word<M>(state: *mut State<M>, bin: usize) -> *mut u64 {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*state).bins.map).cast::<u64>().add(bin / 64) }
}

/// Where a list begins, as a chunk of which only `next` may be used: so the first chunk has one before
/// it, as all others have.
///
/// # Safety
///
/// The bin is less than [`BINS`].
#[inline(always)]
unsafe fn start<M>(state: *mut State<M>, bin: usize) -> *mut Chunk {
    // SAFETY: the caller's promise. Below the first list is the map.
    unsafe {
        let first = (&raw mut (*state).bins.first).cast::<*mut Chunk>();
        first.add(bin).byte_sub(offset_of!(Chunk, next)).cast()
    }
}
const _: () = assert!(offset_of!(Chunk, next) <= size_of::<u64>() + size_of::<usize>());

/// Makes `size` bytes a free chunk and puts it into its bin.
///
/// # Safety
///
/// The bytes are nobody's, at least [`LEAST`]; the next chunk has its mark and is not free, and neither is
/// the one below.
#[inline(always)]
pub(super) unsafe fn insert<M>(state: *mut State<M>, at: *mut Chunk, size: usize) {
    // SAFETY: the caller's promise; lists hold free chunks.
    unsafe {
        (*at).head = size | FREE;
        (*at.byte_add(size)).below = size;
        let bin = of(size);
        let start = start(state, bin);
        let next = (*start).next;
        (*at).next = next;
        (*at).prev = start;
        (*start).next = at;
        if next.is_null() {
            *word(state, bin) |= 1 << (bin % 64);
        } else {
            (*next).prev = at;
        }
    }
}

/// The same, once in the module, for those who do it rarely.
///
/// # Safety
///
/// As for [`insert`].
#[inline(never)]
pub(super) unsafe fn insert_rarely<M>(state: *mut State<M>, at: *mut Chunk, size: usize) {
    // SAFETY: passed on.
    unsafe { insert(state, at, size) }
}

/// Takes a free chunk out of its bin. The map keeps its bit until [`find`] comes by.
///
/// # Safety
///
/// The chunk is in a bin.
#[inline(always)]
pub(super) unsafe fn remove(at: *mut Chunk) {
    // SAFETY: the neighbors in a list are free chunks; before the first is where the list begins.
    unsafe {
        let (next, prev) = ((*at).next, (*at).prev);
        (*prev).next = next;
        if !next.is_null() {
            (*next).prev = prev;
        }
    }
}

/// A free chunk that `fits`, and its size; it is in no bin any more. None if there was none among so many
/// `tries` in each bin.
///
/// # Safety
///
/// Nobody else uses the state.
#[inline(always)]
unsafe fn search<M>(
    state: *mut State<M>,
    need: usize,
    tries: impl Fn(usize) -> usize,
    fits: impl Fn(*mut Chunk, usize) -> bool,
) -> Option<(*mut Chunk, usize)> {
    let mut bin = of(need);
    // SAFETY: lists hold free chunks. The bin is less than BINS: it counts the bits of the map's words.
    unsafe {
        let mut bits = *word(state, bin) >> (bin % 64);
        let mut is_last = bin >= 64;
        loop {
            if bits == 0 {
                if is_last {
                    return None;
                }
                is_last = true;
                bin = 64;
                bits = *word(state, bin);
                continue;
            }
            let skip = bits.trailing_zeros();
            bin += skip as usize;
            let mut at = (*start(state, bin)).next;
            if at.is_null() {
                *word(state, bin) &= !(1 << (bin % 64));
            } else {
                let mut left = tries(bin);
                loop {
                    let head = (*at).head;
                    if fits(at, head) {
                        remove(at);
                        return Some((at, head - FREE));
                    }
                    at = (*at).next;
                    left -= 1;
                    if at.is_null() || left == 0 {
                        break;
                    }
                }
            }
            bits = bits >> skip >> 1;
            bin += 1;
        }
    }
}

/// A free chunk of at least `need` bytes, and its size; it is in no bin any more. None if none was found:
/// of the bin for this size only the first one is looked at. Those of higher bins are longer.
///
/// # Safety
///
/// Nobody else uses the state.
#[inline(always)]
pub(super) unsafe fn find<M>(state: *mut State<M>, need: usize) -> Option<(*mut Chunk, usize)> {
    // SAFETY: the caller's promise. The mark in a head is less than sizes differ by.
    unsafe { search(state, need, |_| 1, |_, head| head >= need) }
}

/// A free chunk of at least `need` bytes after its [`chunk::front`], and its size; it is in no bin any
/// more. None if none was found. The last bin is looked through: above it there is nothing longer.
///
/// # Safety
///
/// As for [`find`].
#[inline(always)]
pub(super) unsafe fn find_aligned<M>(
    state: *mut State<M>,
    need: usize,
    align: usize,
) -> Option<(*mut Chunk, usize)> {
    let tries = |bin| if bin == BINS - 1 { usize::MAX } else { TRIES };
    let fits = |at, head| head >= need + chunk::front(at, align);
    // SAFETY: the caller's promise.
    unsafe { search(state, need, tries, fits) }
}

/// All free chunks, by address; each is looked at whether it is in its bin.
///
/// # Safety
///
/// Nobody else uses the state.
#[cfg(test)]
pub(super) unsafe fn all<M>(state: *mut State<M>) -> std::vec::Vec<*mut Chunk> {
    let mut all = std::vec::Vec::new();
    for index in 0..BINS {
        // SAFETY: lists hold free chunks.
        unsafe {
            let mut before = start(state, index);
            while !(*before).next.is_null() {
                let at = (*before).next;
                assert!(
                    *word(state, index) >> (index % 64) & 1 == 1,
                    "a bin without its bit"
                );
                assert_eq!(of((*at).head - FREE), index, "a chunk in another's bin");
                assert_eq!((*at).prev, before);
                all.push(at);
                before = at;
            }
        }
    }
    all.sort_unstable();
    all
}
