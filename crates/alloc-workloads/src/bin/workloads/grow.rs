//! Many vectors that grow a little at a time, in turn, so that each stands in the others' way.
//!
//! Nearly all it asks of an allocator is to resize. One that can grow a block where it is copies
//! less; one that moves blocks about leaves holes of every size up to the largest.

use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of the order in which the vectors grow: the letters "grow".
const SEED: u64 = 0x6772_6F77;

/// Vectors that are live together.
const VECTORS: u32 = 64;

/// Times that one of the vectors grows, in a round.
const STEPS: u32 = 40_000;

/// Numbers added at a time.
const ADDED: (u32, u32) = (1, 48);

pub(crate) const WORKLOAD: Workload = Workload {
    name: "grow",
    summary: "64 vectors growing in turn, a few numbers at a time, half of them shrunk at the end",
    rounds: 3,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    for _ in 0..rounds {
        let mut vectors: Vec<Vec<u32>> = vec![Vec::new(); VECTORS as usize];
        for step in 0..STEPS {
            let vector = &mut vectors[random.below(VECTORS)];
            let added = random.between(ADDED.0, ADDED.1);
            vector.extend((step..).take(added));
        }
        for vector in vectors.iter_mut().step_by(2) {
            vector.truncate(vector.len() / 2);
            vector.shrink_to_fit();
        }
        for vector in &vectors {
            checksum.add_number(vector.len() as u64);
            for number in vector.iter().step_by(64) {
                checksum.add_number(u64::from(*number));
            }
        }
    }
    Outcome {
        checksum,
        operations: None,
    }
}
