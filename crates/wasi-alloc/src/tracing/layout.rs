//! Where things stand in what a traced module hands out: docs/tracing-layout.md, in numbers.
//!
//! Nothing but constants, and nothing of this crate: whoever reads the bytes can take this file as it
//! is. A change of any of them is a new [`VERSION`].

/// The first eight bytes.
pub const MAGIC: [u8; 8] = *b"heftheap";

/// The version of this layout.
pub const VERSION: u64 = 1;

/// Size classes: the first is for requests of at most [`FIRST_CLASS_BYTES`], each further one for up to
/// twice as much, and the last one for all that is larger.
pub const CLASSES: usize = 19;

/// The largest request of the first size class, in bytes. The last class but one ends at 1 MiB.
pub const FIRST_CLASS_BYTES: u64 = 8;

/// How many samples there is room for.
pub const SAMPLES: usize = 256;

/// Bytes of a sample: operations so far, live bytes, pages.
pub const SAMPLE_BYTES: usize = 3 * 8;

/// Offsets of the fields in bytes. Each is a `u64`, little-endian, but for the magic.
pub mod at {
    /// [`MAGIC`](super::MAGIC).
    pub const MAGIC: usize = 0;
    /// [`VERSION`](super::VERSION).
    pub const VERSION: usize = 8;
    /// [`BYTES`](super::BYTES).
    pub const BYTES: usize = 16;
    /// Blocks handed out.
    pub const ALLOCATIONS: usize = 24;
    /// Blocks given back.
    pub const FREES: usize = 32;
    /// Blocks resized.
    pub const REALLOCATIONS: usize = 40;
    /// Requests that were answered with null.
    pub const FAILURES: usize = 48;
    /// Bytes of all blocks handed out, and of all resized ones at their new size.
    pub const REQUESTED_BYTES: usize = 56;
    /// Bytes of the blocks that are out.
    pub const LIVE_BYTES: usize = 64;
    /// The most that ever were.
    pub const PEAK_LIVE_BYTES: usize = 72;
    /// Blocks that are out.
    pub const LIVE_BLOCKS: usize = 80;
    /// Pages of memory before the first request; 0 if there was none.
    pub const FIRST_PAGES: usize = 88;
    /// Pages of memory, which is also the most there ever were.
    pub const PAGES: usize = 96;
    /// Requests by size class.
    pub const CLASSES: usize = 104;
    /// A sample is taken whenever the number of operations is a multiple of this.
    pub const INTERVAL: usize = CLASSES + 8 * super::CLASSES;
    /// How many samples there are.
    pub const SAMPLE_COUNT: usize = INTERVAL + 8;
    /// The samples, oldest first.
    pub const SAMPLES: usize = SAMPLE_COUNT + 8;
}

/// The whole length.
pub const BYTES: usize = at::SAMPLES + SAMPLES * SAMPLE_BYTES;
