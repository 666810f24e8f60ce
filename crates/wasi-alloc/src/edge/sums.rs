//! talc's sums, for the rules of [`super`].

use super::RESERVE;
use core::alloc::Layout;

/// talc's unit of size.
const UNIT: usize = talc::base::CHUNK_UNIT;

/// The size of talc's chunk for a block of `size` bytes: with a word for its mark, in whole units.
/// `size` is a layout's, so the sum cannot overflow.
pub(crate) const fn chunk(size: usize) -> usize {
    (size + size_of::<usize>() + UNIT - 1) & !(UNIT - 1)
}

/// Bytes of a gap that is long enough for `layout` wherever it begins. A layout's size and alignment are
/// at most one more than `isize::MAX` together, so the sum cannot overflow.
pub(crate) fn wide(layout: Layout) -> usize {
    let aligning = layout.align().saturating_sub(UNIT);
    chunk(layout.size()) + aligning
}

/// What talc adds to a request besides its size and its alignment: its mark, and rounding to its unit.
const EXTRA: usize = 2 * UNIT;

/// Whether talc must not be asked for `size` bytes at a multiple of `align`, since it might wrap
/// around. `last` is the address of the last byte of memory, or a higher one.
///
/// `size` and `align` are a layout's, so their sum cannot overflow.
#[inline(always)] // the first comparison is all that most requests see
pub(crate) fn is_beyond(size: usize, align: usize, last: impl FnOnce() -> usize) -> bool {
    let wide = size + align;
    wide > RESERVE - EXTRA && reaches(last(), wide)
}

/// Whether `wide` bytes and [`EXTRA`] end beyond the address space if they begin above `last`.
#[cold]
fn reaches(last: usize, wide: usize) -> bool {
    last > usize::MAX - EXTRA - wide
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::may_end;

    /// A layout's greatest size.
    const LARGEST: usize = isize::MAX as usize;

    #[test]
    fn what_is_small_is_not_asked_about() {
        let never = || -> usize { panic!("asked") };
        assert!(!is_beyond(1, 1, never));
        assert!(!is_beyond(RESERVE - EXTRA - 65_536, 65_536, never));
    }

    #[test]
    fn no_heap_and_no_request_that_pass_have_a_sum_that_wraps() {
        let unit = UNIT;
        let ends = [
            0,
            1 << 20,
            LARGEST,
            usize::MAX - RESERVE + 1 - (1 << 16),
            usize::MAX - RESERVE + 1,
        ];
        let sizes = [
            1,
            RESERVE - EXTRA - 1,
            RESERVE,
            RESERVE + 1,
            1 << 30,
            LARGEST - (1 << 16),
        ];
        for end in ends {
            assert!(may_end(0, end));
            for size in sizes {
                for align in [1, unit, 2 * unit, 1 << 16] {
                    if is_beyond(size, align, || end.wrapping_sub(1).max(1)) {
                        continue;
                    }
                    // The highest base in the heap, aligned, and the longest chunk.
                    let sum = end
                        .checked_add(align - 1)
                        .and_then(|sum| sum.checked_add(size + size_of::<usize>() + unit - 1));
                    assert!(sum.is_some(), "{end:x} {size:x} {align:x}");
                }
            }
        }
    }

    #[test]
    fn the_end_of_memory_decides_about_what_is_large() {
        assert!(!is_beyond(LARGEST - 1, 1, || LARGEST - EXTRA));
        assert!(is_beyond(LARGEST - 1, 1, || LARGEST + EXTRA));
        assert!(is_beyond(RESERVE, 1, || usize::MAX));
        assert!(is_beyond(1, RESERVE, || usize::MAX));
    }
}
