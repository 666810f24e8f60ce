//! Random numbers for tests, the same for the same seed.

use std::env;

/// Marsaglia's xorshift64 ("Xorshift RNGs", 2003), which is random enough to choose test data.
pub(crate) struct Random(u64);

impl Random {
    /// From the environment variable `CLAWFT_SEED`, or always the same. Prints the seed.
    pub(crate) fn seeded() -> Self {
        let seed = env::var("CLAWFT_SEED").ok();
        let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(0x5EED);
        println!("CLAWFT_SEED={seed}");
        Self(seed | 1 << 63)
    }

    /// A number from 0 to `limit` - 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = usize::try_from(self.0 >> 33).expect("31 bits");
        high % limit
    }
}
