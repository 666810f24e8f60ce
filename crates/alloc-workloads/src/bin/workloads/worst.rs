//! Single requests: what the dearest of them costs, which a sum over all hides.
//!
//! The program looks at the monotonic clock right before and right after each request, by which
//! `wasm-heft bench --operations` tells one from the next. Nothing comes of the time.

use crate::block::Block;
use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;
use std::time::Instant;

/// Seed of the sequence of places and sizes: the letters "worst".
const SEED: u64 = 0x77_6F72_7374;

/// Classes of sizes: 16, 32, 64 bytes and so on to 32 KiB, each as frequent as the next. A block is at
/// least as long as its class and shorter than the next.
const CLASSES: u32 = 12;
const SMALLEST: u32 = 16;

/// Places of the live set: so many that an allocator has holes of every size to look through.
const LIVE: u32 = 2_000;

/// Replacements in the live set, in a round: so many that a request in ten thousand is several.
const STEPS: u32 = 40_000;

const ALIGN: usize = 8;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "worst",
    summary: "each request by itself, in a live set of 2,000 (for bench --operations)",
    rounds: 1,
    run,
};

fn run(rounds: u32) -> Outcome {
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

/// Does `request` between two looks at the clock.
fn marked<T>(request: impl FnOnce() -> T) -> T {
    let _before = Instant::now();
    let done = request();
    let _after = Instant::now();
    done
}

fn block(random: &mut Random) -> Block {
    let class = SMALLEST << random.below(CLASSES);
    let size = random.between(class, 2 * class - 1);
    marked(|| Block::new(size, ALIGN, size.to_le_bytes()[0]))
}

fn free(block: Block, checksum: &mut Fnv) {
    let size = block.size() as u64;
    let (first, last) = marked(|| block.free());
    checksum.add_number(size << 16 | u64::from(first) << 8 | u64::from(last));
}
