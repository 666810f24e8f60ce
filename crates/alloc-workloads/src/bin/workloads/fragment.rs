//! Holes: many small blocks, every second one freed from the end, and larger ones that do not fit.
//!
//! What to look at is pages: how much memory an allocator takes beside holes it cannot use.

use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of the sequence of sizes: the letters "fragment".
const SEED: u64 = 0x6672_6167_6D65_6E74;

/// Small blocks, in a round.
const SMALL: usize = 8_000;
/// Bytes of a small block.
const SMALL_SIZES: (u32, u32) = (32, 256);

/// Larger blocks, in a round: as many as there are holes.
const LARGE: usize = SMALL / 2;
/// Bytes of a larger block: no hole is as long.
const LARGE_SIZES: (u32, u32) = (384, 768);

pub(crate) const WORKLOAD: Workload = Workload {
    name: "fragment",
    summary: "8,000 small blocks, every second one freed in reverse, then 4,000 larger ones",
    rounds: 2,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    let mut operations = 0;
    for _ in 0..rounds {
        let mut small: Vec<Option<Vec<u8>>> = Vec::with_capacity(SMALL);
        small.extend((0..SMALL).map(|_| Some(filled(&mut random, SMALL_SIZES))));
        for hole in small.iter_mut().skip(1).step_by(2).rev() {
            look(hole.take(), &mut checksum);
        }
        let mut large: Vec<Option<Vec<u8>>> = Vec::with_capacity(LARGE);
        large.extend((0..LARGE).map(|_| Some(filled(&mut random, LARGE_SIZES))));
        for block in small.into_iter().chain(large) {
            look(block, &mut checksum);
        }
        // Each block once in and once out, and the two lists.
        operations += 2 * (SMALL + LARGE + 2) as u64;
    }
    Outcome {
        checksum,
        operations: Some(operations),
    }
}

/// A vector of a random length within `sizes`, every byte of it written.
fn filled(random: &mut Random, (least, most): (u32, u32)) -> Vec<u8> {
    let size = random.between(least, most);
    // Never zero: that would be a request for zeroed memory.
    vec![size.to_le_bytes()[0] | 1; size]
}

/// Reads both ends of a block and frees it.
fn look(block: Option<Vec<u8>>, checksum: &mut Fnv) {
    if let Some(block) = block {
        let ends = [block.first(), block.last()];
        let ends = ends.map(|byte| byte.copied().map_or(0, u64::from));
        checksum.add_number((block.len() as u64) << 16 | ends[0] << 8 | ends[1]);
    }
}
