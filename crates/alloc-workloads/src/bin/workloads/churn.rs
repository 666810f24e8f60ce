//! Random allocating, freeing and resizing: what talc's WebAssembly benchmark does.
//!
//! Re-implemented from the description of
//! [`wasm-perf`](https://github.com/SFBdragon/talc/tree/master/wasm-perf): sizes from 1 to 10,000
//! bytes; alignment 8 for three blocks in four, each doubling of it a quarter as often, at most
//! 2,048; two allocations to two frees (to one resize, in the second pass); never fewer than 50 live
//! blocks to choose from. There the seed is left to the random library; here it is written down.

use crate::block::Block;
use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of the sequence of sizes, alignments and actions: the letters "churn".
const SEED: u64 = 0x63_6875_726E;

/// Operations of one pass.
const ACTIONS: u64 = 100_000;

/// While fewer blocks are live, every action allocates.
const LEAST_LIVE: usize = 50;

/// Most bytes of a block.
const LARGEST: u32 = 10_000;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "churn",
    summary: "random allocating, freeing and resizing of 1 to 10,000 bytes (talc's benchmark)",
    rounds: 1,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    let mut operations = 0;
    for _ in 0..rounds {
        operations += pass(4, &mut random, &mut checksum);
        operations += pass(5, &mut random, &mut checksum);
    }
    Outcome {
        checksum,
        operations: Some(operations),
    }
}

/// [`ACTIONS`] random actions, each of them one of `kinds` (the fifth is a resize), and then freeing
/// what is left. Returns the number of operations.
fn pass(kinds: u32, random: &mut Random, checksum: &mut Fnv) -> u64 {
    let mut blocks: Vec<Block> = Vec::with_capacity(10_000);
    for _ in 0..ACTIONS {
        let action = random.below(kinds);
        if blocks.len() < LEAST_LIVE || action < 2 {
            let size = random.between(1, LARGEST);
            blocks.push(Block::new(size, align(random), byte(size)));
            continue;
        }
        let index = random.below(u32::try_from(blocks.len()).unwrap_or(u32::MAX));
        if action < 4 {
            free(blocks.swap_remove(index), checksum);
        } else {
            let size = random.between(1, LARGEST);
            blocks[index].resize(size, byte(size));
        }
    }
    let left = blocks.len() as u64;
    for block in blocks {
        free(block, checksum);
    }
    // With the vector's own block.
    ACTIONS + left + 2
}

/// 8 for three in four, 16 for three in sixteen, and so on to 2,048.
fn align(random: &mut Random) -> usize {
    let zeros = (random.bits() | 1 << 16).trailing_zeros();
    8 << (zeros / 2)
}

/// What is written into a block of `size` bytes.
fn byte(size: usize) -> u8 {
    size.to_le_bytes()[0]
}

fn free(block: Block, checksum: &mut Fnv) {
    let size = block.size() as u64;
    let (first, last) = block.free();
    checksum.add_number(size << 16 | u64::from(first) << 8 | u64::from(last));
}
