//! Free chunks, sorted by size.

use super::State;
use super::chunk::{self, Chunk, FREE, LEAST, UNIT};
use core::ptr;

/// Bins: as many as the map has bits.
const COUNT: usize = u64::BITS as usize;

/// Bins to each doubling of sizes, as a power of two: four. With as many as 64 bins the last one
/// begins at 3.5 MiB.
const DIVISIONS: u32 = 2;

/// Chunks of a bin that are looked at before a larger one is taken.
const TRIES: usize = 6;

/// The same where a block has a large alignment: most chunks that are long enough are so for any.
const ALIGNED_TRIES: usize = 2;

/// Bits of a single-precision number below those that tell bins apart.
const SHIFT: u32 = f32::MANTISSA_DIGITS - 1 - DIVISIONS;

/// What the least chunk's number has in its upper bits.
const FIRST: usize = upper_bits(LEAST);

/// A number's exponent and its first bits. They rise with it, also where it is rounded.
#[inline(always)]
const fn upper_bits(size: usize) -> usize {
    ((size as f32).to_bits() >> SHIFT) as usize
}

/// The bin for chunks of `size` bytes. A chunk in a higher bin is larger.
#[inline(always)]
fn bin(size: usize) -> usize {
    let bin = upper_bits(size) - FIRST;
    if bin < COUNT { bin } else { COUNT - 1 }
}

/// The bins.
///
/// A bin is a ring: it has a chunk's links, and is where the last chunk's `next` leads. Zero stands for
/// a ring of its own. Where the map has no bit, the bin is empty; where it has one, it can be.
#[repr(C)]
pub(super) struct Bins {
    map: u64,
    rings: [[*mut Chunk; 2]; COUNT],
}

impl Bins {
    pub(super) const fn new() -> Self {
        Self {
            map: 0,
            rings: [[ptr::null_mut(); 2]; COUNT],
        }
    }
}

/// A bin, as a chunk of which only the links may be used.
///
/// # Safety
///
/// The bin is less than [`COUNT`].
#[inline(always)]
unsafe fn ring<M>(state: *mut State<M>, bin: usize) -> *mut Chunk {
    // SAFETY: the caller's promise. Below the first ring are the map and what is not used of it.
    unsafe {
        let rings = (&raw mut (*state).bins.rings).cast::<[*mut Chunk; 2]>();
        rings.add(bin).cast::<Chunk>().byte_sub(UNIT)
    }
}

/// Makes `size` bytes a free chunk and puts it into its bin.
///
/// # Safety
///
/// The bytes are nobody's, at least [`LEAST`]; the next chunk has its mark and is not free, and neither is
/// the one below.
#[inline(always)]
pub(super) unsafe fn insert<M>(state: *mut State<M>, at: *mut Chunk, size: usize) {
    // SAFETY: the caller's promise; rings hold free chunks and bins.
    unsafe {
        (*at).head = size | FREE;
        (*at.byte_add(size)).below = size;
        let bin = bin(size);
        let ring = ring(state, bin);
        let mut prev = (*ring).prev;
        if prev.is_null() {
            prev = ring;
        }
        if prev == ring {
            (*state).bins.map |= 1 << bin;
        }
        (*at).prev = prev;
        (*at).next = ring;
        (*prev).next = at;
        (*ring).prev = at;
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
    // SAFETY: the neighbors in a ring are free chunks or the bin.
    unsafe {
        let (next, prev) = ((*at).next, (*at).prev);
        (*next).prev = prev;
        (*prev).next = next;
    }
}

/// A free chunk of at least `need` bytes that `fits`, in no bin any more. Null if none was found: in
/// each bin only so many are looked at. That all chunks of a higher bin are longer is enough for
/// most requests.
#[inline(always)]
unsafe fn search<M>(
    state: *mut State<M>,
    need: usize,
    tries: impl Fn(usize) -> usize,
    fits: impl Fn(*mut Chunk, usize) -> bool,
) -> Option<(*mut Chunk, usize)> {
    let mut bin = bin(need);
    // SAFETY: rings hold free chunks and the bin, which is less than COUNT: it counts the map's bits.
    unsafe {
        let mut bits = (*state).bins.map >> bin;
        while bits != 0 {
            let skip = bits.trailing_zeros();
            bin += skip as usize;
            let ring = ring(state, bin);
            let mut at = (*ring).next;
            if at == ring {
                (*state).bins.map &= !(1 << bin);
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
                    if at == ring || left == 0 {
                        break;
                    }
                }
            }
            bits = bits >> skip >> 1;
            bin += 1;
        }
    }
    None
}

/// A free chunk of at least `need` bytes, in no bin any more; null if none was found.
///
/// # Safety
///
/// Nobody else uses the state.
#[inline(always)]
pub(super) unsafe fn find<M>(
    state: *mut State<M>,
    need: usize,
) -> Option<(*mut Chunk, usize)> {
    // SAFETY: chunks in bins can be read. The mark in a head is less than sizes differ by.
    unsafe { search(state, need, |_| TRIES, |_, head| head >= need) }
}

/// A free chunk of at least `need` bytes after its [`chunk::front`], in no bin any more; null if none was
/// found.
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
    // SAFETY: as for `find`.
    unsafe {
        let tries = |bin| if bin == COUNT - 1 { usize::MAX } else { ALIGNED_TRIES };
        search(state, need, tries, |at, head| {
            head >= need + chunk::front(at, align)
        })
    }
}

/// All free chunks, by address; each is looked at whether it is in its bin.
///
/// # Safety
///
/// Nobody else uses the state.
#[cfg(test)]
pub(super) unsafe fn all<M>(state: *mut State<M>) -> std::vec::Vec<*mut Chunk> {
    let mut all = std::vec::Vec::new();
    for index in 0..COUNT {
        // SAFETY: rings hold free chunks and the bin.
        unsafe {
            let ring = ring(state, index);
            let mut at = (*ring).next;
            while !at.is_null() && at != ring {
                assert!((*state).bins.map >> index & 1 == 1, "a bin without its bit");
                assert_eq!(bin((*at).head - FREE), index, "a chunk in another's bin");
                assert_eq!((*(*at).next).prev, at);
                all.push(at);
                at = (*at).next;
            }
        }
    }
    all.sort_unstable();
    all
}
