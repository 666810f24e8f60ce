//! Blocks of random size, from 16 bytes to 64 KiB, coming and going over a live set.
//!
//! A size class is drawn first and a size within it second, so every class from 16 bytes up is as
//! frequent as every other, and small blocks come between large ones. Once with a small live set, and once
//! with one of thousands, where an allocator has many holes to look through.

use crate::block::Block;
use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of the sequence of places and sizes: the letters "buckets".
const SEED: u64 = 0x62_7563_6B65_7473;
/// The same with many live blocks: the letters "many".
const SEED_MANY: u64 = 0x6D61_6E79;

/// Sizes of the classes: 16, 32, 64 bytes and so on. A block is at least as long as its class and
/// shorter than the next.
const CLASSES: u32 = 12;
const SMALLEST: u32 = 16;

/// Places of the live set.
const LIVE: u32 = 512;
const LIVE_MANY: u32 = 8_000;

/// Replacements in the live set, in a round.
const STEPS: u32 = 40_000;

/// A byte is written once in so many: programs fill what they ask for, but how long filling takes
/// says nothing about the allocator.
const TOUCH: usize = 1_024;

const ALIGN: usize = 8;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "buckets",
    summary: "blocks of 16 bytes to 64 KiB, replaced at random in a live set of 512",
    rounds: 1,
    run: run::<LIVE, SEED>,
};

pub(crate) const WORKLOAD_MANY: Workload = Workload {
    name: "buckets-many",
    summary: "the same with 8,000 live blocks",
    rounds: 1,
    run: run::<LIVE_MANY, SEED_MANY>,
};

// NB: compiled apart for each, so that one does not change what the other counts.
fn run<const LIVE: u32, const SEED: u64>(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    let mut operations = 0;
    for _ in 0..rounds {
        let mut live: Vec<Option<Block>> = Vec::new();
        live.resize_with(LIVE as usize, || None);
        for _ in 0..STEPS {
            let place = random.below(LIVE);
            if let Some(old) = live[place].take() {
                operations += 1;
                free(old, &mut checksum);
            }
            operations += 1;
            live[place] = Some(block(&mut random));
        }
        for old in live.into_iter().flatten() {
            operations += 1;
            free(old, &mut checksum);
        }
        // The live set's own block.
        operations += 2;
    }
    Outcome {
        checksum,
        operations: Some(operations),
    }
}

fn block(random: &mut Random) -> Block {
    let class = SMALLEST << random.below(CLASSES);
    let size = random.between(class, 2 * class - 1);
    let byte = size.to_le_bytes()[0];
    let block = Block::new(size, ALIGN, byte);
    block.touch(TOUCH, byte);
    block
}

fn free(block: Block, checksum: &mut Fnv) {
    let size = block.size() as u64;
    let (first, last) = block.free();
    checksum.add_number(size << 16 | u64::from(first) << 8 | u64::from(last));
}
