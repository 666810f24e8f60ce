//! How talc sorts its gaps by size.

use talc::base::CHUNK_UNIT;
use talc::base::binning::Binning;
use talc::base::bitfield::BitField;

/// Up to this many [`CHUNK_UNIT`]s every size has its bin.
const LINEAR: usize = 8;
/// Above, there are so many to each doubling.
const DIVISIONS: u32 = 8;
/// How many bins there are; on wasm32 the last one holds what is longer than 56 KiB.
const COUNT: u32 = 80;

/// A bin that stays empty: what belongs there goes into the last one.
///
/// Where a request's size is inside of a bin, talc looks for gaps in the bins above and then in that
/// bin, one gap after the other; but if the only one above is the last, it looks there alone. Gaps
/// in the last but one would not be found, however large.
const SKIPPED: u32 = COUNT - 2;

/// The largest size of a chunk with a bin of its own.
const LINEAR_END: usize = (LINEAR + 1) * CHUNK_UNIT;

/// Bins that begin where programs' blocks do.
///
/// A block of 1,024 bytes needs a chunk of 1,040. If bins began at powers of two, as talc's do, that
/// chunk would lie a little above the beginning of one; given back, it would be found by the next
/// request for 1,024 bytes only when everything larger is gone, since talc takes from bins whose
/// every chunk is large enough. So here they begin one [`CHUNK_UNIT`] above powers of two, and at
/// eighths between them.
pub(super) struct Bins;

impl Binning for Bins {
    type AvailabilityBitField = Bits;
    const BIN_COUNT: u32 = COUNT;

    // NB: every gap that is large enough has to be found, or memory grows although there is room:
    // see SKIPPED.
    // NB: bin 0 stays empty, as in talc's own binnings: talc looks into "the bin below" the one that
    // `size_to_bin_ceil` names.
    #[inline]
    fn size_to_bin(size: usize) -> u32 {
        let bin = bin(size);
        if bin == SKIPPED { COUNT - 1 } else { bin }
    }
}

/// The bin, but for [`SKIPPED`], of a chunk of `size` bytes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most LINEAR + 1, and at most twice DIVISIONS"
)]
const fn bin(size: usize) -> u32 {
    if size < LINEAR_END {
        return (size / CHUNK_UNIT) as u32;
    }
    let size = size - CHUNK_UNIT;
    let doublings = size.ilog2();
    // From DIVISIONS to twice that.
    let division = (size >> (doublings - DIVISIONS.ilog2())) as u32;
    let linear = LINEAR_END - CHUNK_UNIT;
    (doublings - linear.ilog2()) * DIVISIONS + division + LINEAR as u32 + 1 - DIVISIONS
}

/// Which bins hold something: talc's own field of two words asks more questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits([u64; 2]);

impl Bits {
    /// The word with bit `b`.
    fn word(&mut self, b: u32) -> &mut u64 {
        // SAFETY: talc asks for bits below BITS.
        unsafe { self.0.get_unchecked_mut((b / 64) as usize) }
    }
}

impl BitField for Bits {
    const BITS: u32 = 128;
    const ZEROES: Self = Self([0; 2]);

    #[inline]
    fn bit_scan_forward(&self, b: u32) -> u32 {
        let mut from = b;
        if b < 64 {
            let low = self.0[0] >> b << b;
            if low != 0 {
                return low.trailing_zeros();
            }
            from = 64;
        }
        from %= 64;
        64 + (self.0[1] >> from << from).trailing_zeros()
    }

    #[inline]
    fn set_bit(&mut self, b: u32) {
        *self.word(b) |= 1 << (b % 64);
    }

    #[inline]
    fn clear_bit(&mut self, b: u32) {
        *self.word(b) ^= 1 << (b % 64);
    }

    #[inline]
    fn read_bit(&self, b: u32) -> bool {
        let mut copy = *self;
        *copy.word(b) >> (b % 64) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use talc::base::binning::test_utils::check_binning_properties;
    use talc::base::bitfield::test_utils::check_bitfield_properties;

    #[test]
    fn bins_keep_talcs_rules() {
        check_binning_properties(Some(COUNT), &bin);
    }

    #[test]
    fn the_last_bin_but_one_is_empty_and_the_others_are_as_they_were() {
        let mut skipped = 0;
        for size in (CHUNK_UNIT..20_000 * CHUNK_UNIT).step_by(CHUNK_UNIT) {
            let plain = bin(size);
            skipped += usize::from(plain == SKIPPED);
            let expected = if plain == SKIPPED { COUNT - 1 } else { plain };
            assert_eq!(Bins::size_to_bin(size), expected, "{size}");
        }
        assert!(skipped > 0);
    }

    #[test]
    fn bits_keep_talcs_rules() {
        check_bitfield_properties::<Bits>();
    }

    #[test]
    fn a_freed_block_of_a_common_size_is_found_by_the_next_request_of_that_size() {
        for doublings in 5..10 {
            for eighths in 8..16 {
                let block = (CHUNK_UNIT << doublings) * eighths / 8;
                let chunk = super::super::chunk::size(block);
                assert_eq!(
                    Bins::size_to_bin(chunk),
                    Bins::size_to_bin_ceil(chunk),
                    "{block}"
                );
            }
        }
    }
}
