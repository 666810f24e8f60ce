//! The counters and the time line.

use super::layout::{self, CLASSES, SAMPLES};
use core::cell::Cell;
use core::mem::offset_of;

/// What an allocator did so far, in the layout that [`layout`] describes.
///
/// One thread writes it, and whoever reads it does so while that one stands still.
#[derive(Debug)]
#[repr(C)]
pub struct Stats {
    magic: [u8; 8],
    version: u64,
    bytes: u64,
    allocations: Cell<u64>,
    frees: Cell<u64>,
    reallocations: Cell<u64>,
    failures: Cell<u64>,
    requested_bytes: Cell<u64>,
    live_bytes: Cell<u64>,
    peak_live_bytes: Cell<u64>,
    live_blocks: Cell<u64>,
    first_pages: Cell<u64>,
    pages: Cell<u64>,
    classes: [Cell<u64>; CLASSES],
    interval: Cell<u64>,
    sample_count: Cell<u64>,
    samples: [Sample; SAMPLES],
}

/// One moment of the time line.
#[derive(Debug)]
#[repr(C)]
struct Sample {
    operations: Cell<u64>,
    live_bytes: Cell<u64>,
    pages: Cell<u64>,
}

const _: () = {
    use layout::at;
    assert!(offset_of!(Stats, magic) == at::MAGIC);
    assert!(offset_of!(Stats, version) == at::VERSION);
    assert!(offset_of!(Stats, bytes) == at::BYTES);
    assert!(offset_of!(Stats, allocations) == at::ALLOCATIONS);
    assert!(offset_of!(Stats, frees) == at::FREES);
    assert!(offset_of!(Stats, reallocations) == at::REALLOCATIONS);
    assert!(offset_of!(Stats, failures) == at::FAILURES);
    assert!(offset_of!(Stats, requested_bytes) == at::REQUESTED_BYTES);
    assert!(offset_of!(Stats, live_bytes) == at::LIVE_BYTES);
    assert!(offset_of!(Stats, peak_live_bytes) == at::PEAK_LIVE_BYTES);
    assert!(offset_of!(Stats, live_blocks) == at::LIVE_BLOCKS);
    assert!(offset_of!(Stats, first_pages) == at::FIRST_PAGES);
    assert!(offset_of!(Stats, pages) == at::PAGES);
    assert!(offset_of!(Stats, classes) == at::CLASSES);
    assert!(offset_of!(Stats, interval) == at::INTERVAL);
    assert!(offset_of!(Stats, sample_count) == at::SAMPLE_COUNT);
    assert!(offset_of!(Stats, samples) == at::SAMPLES);
    assert!(size_of::<Sample>() == layout::SAMPLE_BYTES);
    assert!(size_of::<Stats>() == layout::BYTES);
};

impl Default for Stats {
    fn default() -> Self {
        Self::new()
    }
}

impl Stats {
    /// Nothing done yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            magic: layout::MAGIC,
            version: layout::VERSION.to_le(),
            bytes: (layout::BYTES as u64).to_le(),
            allocations: Cell::new(0),
            frees: Cell::new(0),
            reallocations: Cell::new(0),
            failures: Cell::new(0),
            requested_bytes: Cell::new(0),
            live_bytes: Cell::new(0),
            peak_live_bytes: Cell::new(0),
            live_blocks: Cell::new(0),
            first_pages: Cell::new(0),
            pages: Cell::new(0),
            classes: [const { Cell::new(0) }; CLASSES],
            interval: Cell::new(1_u64.to_le()),
            sample_count: Cell::new(0),
            samples: [const {
                Sample {
                    operations: Cell::new(0),
                    live_bytes: Cell::new(0),
                    pages: Cell::new(0),
                }
            }; SAMPLES],
        }
    }

    /// Where the layout begins, with the newest number of pages in it.
    pub fn read(&self) -> *const Stats {
        set(&self.pages, pages());
        self
    }

    /// A request is about to be made.
    pub(super) fn before_request(&self) {
        if get(&self.first_pages) == 0 {
            set(&self.first_pages, pages());
        }
    }

    /// A block of `size` bytes was handed out.
    pub(super) fn allocated(&self, size: usize) {
        add(&self.allocations, 1);
        add(&self.live_blocks, 1);
        self.requested(size);
        self.live(size, 0);
        self.operation();
    }

    /// A block of `size` bytes went back.
    pub(super) fn freed(&self, size: usize) {
        add(&self.frees, 1);
        set(&self.live_blocks, get(&self.live_blocks).wrapping_sub(1));
        self.live(0, size);
        self.operation();
    }

    /// A block of `old` bytes has `new` now.
    pub(super) fn resized(&self, old: usize, new: usize) {
        add(&self.reallocations, 1);
        self.requested(new);
        self.live(new, old);
        self.operation();
    }

    /// A request was answered with null.
    pub(super) fn failed(&self) {
        add(&self.failures, 1);
        self.operation();
    }

    fn requested(&self, size: usize) {
        add(&self.requested_bytes, size as u64);
        add(&self.classes[class(size)], 1);
    }

    fn live(&self, more: usize, less: usize) {
        let live = get(&self.live_bytes)
            .wrapping_add(more as u64)
            .wrapping_sub(less as u64);
        set(&self.live_bytes, live);
        if live > get(&self.peak_live_bytes) {
            set(&self.peak_live_bytes, live);
        }
    }

    /// Counts an operation and takes a sample when it is time.
    fn operation(&self) {
        let operations = [
            &self.allocations,
            &self.frees,
            &self.reallocations,
            &self.failures,
        ];
        let operations = operations.into_iter().map(get).sum::<u64>();
        if !operations.is_multiple_of(get(&self.interval)) {
            return;
        }
        self.make_room();
        if operations.is_multiple_of(get(&self.interval)) {
            self.sample(operations);
        }
    }

    fn sample(&self, operations: u64) {
        let count = get(&self.sample_count);
        let Some(sample) = usize::try_from(count)
            .ok()
            .and_then(|at| self.samples.get(at))
        else {
            return;
        };
        set(&sample.operations, operations);
        set(&sample.live_bytes, get(&self.live_bytes));
        set(&sample.pages, pages());
        set(&self.sample_count, count + 1);
    }

    /// Drops every second sample of a full time line and doubles the interval: what is left are the
    /// operations that are multiples of the new one.
    fn make_room(&self) {
        if get(&self.sample_count) < SAMPLES as u64 {
            return;
        }
        for (kept, sample) in self.samples.iter().skip(1).step_by(2).enumerate() {
            let to = &self.samples[kept];
            to.operations.set(sample.operations.get());
            to.live_bytes.set(sample.live_bytes.get());
            to.pages.set(sample.pages.get());
        }
        set(&self.sample_count, SAMPLES as u64 / 2);
        set(&self.interval, 2 * get(&self.interval));
    }
}

/// Reads a field.
fn get(field: &Cell<u64>) -> u64 {
    u64::from_le(field.get())
}

/// Writes a field.
fn set(field: &Cell<u64>, value: u64) {
    field.set(value.to_le());
}

fn add(field: &Cell<u64>, more: u64) {
    set(field, get(field).wrapping_add(more));
}

/// The size class of a request.
fn class(size: usize) -> usize {
    let eighths = (size as u64).div_ceil(layout::FIRST_CLASS_BYTES).max(1);
    let class = eighths.next_power_of_two().trailing_zeros() as usize;
    class.min(CLASSES - 1)
}

/// Pages of the module's memory; none natively.
fn pages() -> u64 {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size::<0>() as u64;
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0;
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_ends_at_a_power_of_two() {
        let sizes = [0, 1, 8, 9, 16, 17, 1 << 20, (1 << 20) + 1, usize::MAX];
        assert_eq!(sizes.map(class), [0, 0, 0, 1, 1, 2, 17, 18, 18]);
    }
}
