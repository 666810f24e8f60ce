//! Random numbers that are the same on every machine.

/// SplitMix64 ([Steele, Lea and Flood 2014](https://doi.org/10.1145/2660193.2660195)): a sequence
/// of numbers that depends on its seed alone.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence that `seed` begins.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if `limit` is 0. The same for pointers of 32 and of 64 bits.
    pub fn below(&mut self, limit: u32) -> usize {
        // The upper half of a product of two 32-bit numbers.
        (((self.bits() >> 32) * u64::from(limit)) >> 32) as usize
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: u32, most: u32) -> usize {
        least as usize + self.below(most - least + 1)
    }

    /// One of `items`, which are not none and at most 2^32.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        &items[self.below(count)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of seed 0 as printed by the authors' reference program.
    #[test]
    fn published_numbers_come_out() {
        let mut random = Random::new(0);
        assert_eq!(random.bits(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.bits(), 0x6E78_9E6A_A1B9_65F4);
        assert_eq!(random.bits(), 0x06C4_5D18_8009_454F);
    }

    #[test]
    fn both_ends_of_a_range_are_reached_and_nothing_beyond() {
        let mut random = Random::new(1);
        let mut seen = [false; 6];
        for _ in 0..1000 {
            seen[random.between(2, 5)] = true;
        }
        assert_eq!(seen, [false, false, true, true, true, true]);
    }

    #[test]
    fn below_nothing_is_zero() {
        assert_eq!(Random::new(2).below(0), 0);
    }
}
