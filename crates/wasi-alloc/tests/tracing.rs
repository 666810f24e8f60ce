//! The tracing allocator against a model, read the way a host reads it: by the layout's offsets.
#![allow(unsafe_code, reason = "exercises an allocator")]

mod common;

use common::{Random, Strict};
use std::alloc::{GlobalAlloc, Layout};
use wasi_alloc::tracing::layout::{self, at};
use wasi_alloc::tracing::{Stats, Traced};

/// The bytes as a host copies them.
fn bytes(stats: &Stats) -> Vec<u8> {
    let start = stats.read().cast::<u8>();
    // SAFETY: the layout is this long, and nobody writes to it meanwhile.
    unsafe { std::slice::from_raw_parts(start, layout::BYTES) }.to_vec()
}

fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// Operations and live bytes of each sample.
fn samples(bytes: &[u8]) -> Vec<(u64, u64)> {
    let sample = |index: u64| {
        let from = at::SAMPLES + usize::try_from(index).expect("few") * layout::SAMPLE_BYTES;
        (word(bytes, from), word(bytes, from + 8))
    };
    (0..word(bytes, at::SAMPLE_COUNT)).map(sample).collect()
}

/// What the tracer must say, kept by other means.
#[derive(Default)]
struct Model {
    counts: [u64; 4],
    requested: u64,
    blocks: Vec<(*mut u8, Layout)>,
    peak: u64,
    classes: [u64; layout::CLASSES],
    /// Live bytes after each operation.
    history: Vec<u64>,
}

impl Model {
    fn live(&self) -> u64 {
        self.blocks
            .iter()
            .map(|(_, layout)| layout.size() as u64)
            .sum()
    }

    fn requested(&mut self, size: usize) {
        self.requested += size as u64;
        let ends = (0..layout::CLASSES - 1).map(|class| layout::FIRST_CLASS_BYTES << class);
        let class = ends.into_iter().position(|end| size as u64 <= end);
        self.classes[class.unwrap_or(layout::CLASSES - 1)] += 1;
    }

    fn done(&mut self, kind: usize) {
        self.counts[kind] += 1;
        self.peak = self.peak.max(self.live());
        self.history.push(self.live());
    }

    #[track_caller]
    fn compare(&self, stats: &Stats) {
        let bytes = bytes(stats);
        assert_eq!(bytes[..8], layout::MAGIC);
        assert_eq!(word(&bytes, at::VERSION), layout::VERSION);
        assert_eq!(word(&bytes, at::BYTES), layout::BYTES as u64);
        let counts = [at::ALLOCATIONS, at::FREES, at::REALLOCATIONS, at::FAILURES];
        assert_eq!(counts.map(|at| word(&bytes, at)), self.counts);
        assert_eq!(word(&bytes, at::REQUESTED_BYTES), self.requested);
        assert_eq!(word(&bytes, at::LIVE_BYTES), self.live());
        assert_eq!(word(&bytes, at::PEAK_LIVE_BYTES), self.peak);
        assert_eq!(word(&bytes, at::LIVE_BLOCKS), self.blocks.len() as u64);
        let classes = std::array::from_fn(|class| word(&bytes, at::CLASSES + 8 * class));
        assert_eq!(classes, self.classes);

        let interval = word(&bytes, at::INTERVAL);
        let expected: Vec<(u64, u64)> = (1_u64..)
            .zip(&self.history)
            .filter(|(operation, _)| operation.is_multiple_of(interval))
            .map(|(operation, live)| (operation, *live))
            .collect();
        assert_eq!(samples(&bytes), expected);
    }
}

/// A size of any class; the large ones seldom.
fn size(random: &mut Random) -> usize {
    let most = if random.once_in(50) { 22 } else { 10 };
    let bits = random.below(most);
    1 + random.below(1 << bits)
}

#[test]
fn every_count_is_that_of_a_model() {
    for seed in 1..=20 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let stats = Stats::new();
        let strict = Strict::default();
        let heap = Traced::new(&strict, &stats);
        let mut model = Model::default();
        for step in 0..3_000 {
            strict.exhausted.set(random.once_in(20));
            let count = model.blocks.len();
            match random.below(if count > 60 { 6 } else { 4 }) {
                2 if count > 0 => {
                    let index = random.below(count);
                    let (block, old) = model.blocks[index];
                    let new_size = size(&mut random);
                    // SAFETY: the block is live and of this layout; the size is not zero.
                    let new = unsafe { heap.realloc(block, old, new_size) };
                    if new.is_null() {
                        model.done(3);
                    } else {
                        let layout = Layout::from_size_align(new_size, old.align());
                        model.blocks[index] = (new, layout.expect("small"));
                        model.requested(new_size);
                        model.done(2);
                    }
                }
                3.. if count > 0 => {
                    let (block, layout) = model.blocks.swap_remove(random.below(count));
                    // SAFETY: the block is live and of this layout.
                    unsafe { heap.dealloc(block, layout) };
                    model.done(1);
                }
                kind => {
                    let layout = Layout::from_size_align(size(&mut random), 1 << random.below(7));
                    let layout = layout.expect("small");
                    // SAFETY: the size is not zero.
                    let block = unsafe {
                        match kind {
                            0 => heap.alloc(layout),
                            _ => heap.alloc_zeroed(layout),
                        }
                    };
                    if block.is_null() {
                        model.done(3);
                    } else {
                        model.blocks.push((block, layout));
                        model.requested(layout.size());
                        model.done(0);
                    }
                }
            }
            if step % 97 == 0 {
                model.compare(&stats);
            }
        }
        model.compare(&stats);
        for (block, layout) in model.blocks {
            // SAFETY: the block is live and of this layout.
            unsafe { heap.dealloc(block, layout) };
        }
        assert_eq!(word(&bytes(&stats), at::LIVE_BYTES), 0);
    }
}

#[test]
fn a_long_run_is_covered_evenly_by_a_bounded_time_line() {
    let stats = Stats::new();
    let heap = Traced::new(std::alloc::System, &stats);
    let layout = Layout::from_size_align(24, 8).expect("small");
    for operations in 1..=300_000_u64 {
        // SAFETY: the size is not zero, and the block goes back once.
        unsafe { heap.dealloc(heap.alloc(layout), layout) };
        if !operations.is_multiple_of(9_999) {
            continue;
        }
        let bytes = bytes(&stats);
        let found = samples(&bytes);
        let interval = word(&bytes, at::INTERVAL);
        assert!(interval.is_power_of_two());
        assert!(
            (layout::SAMPLES / 2..=layout::SAMPLES).contains(&found.len()),
            "{}",
            found.len()
        );
        let every: Vec<u64> = (1..).map(|n| n * interval).take(found.len()).collect();
        assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), every);
        // Nothing is missing at the end.
        assert!(2 * operations - every[every.len() - 1] < interval);
    }
}

#[test]
fn before_the_first_request_there_is_a_layout_too() {
    Model::default().compare(&Stats::new());
}
