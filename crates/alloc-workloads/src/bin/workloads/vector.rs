//! Embeddings: vectors of 128, 384 and 1,024 numbers, compared with each other and replaced.
//!
//! Most of its work is arithmetic, as in a vector store. Blocks have three sizes only, 512 bytes to
//! 4 KiB, and go back in another order than they came.

use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of the vectors and of what happens to them: the letters "vector".
const SEED: u64 = 0x7665_6374_6F72;

/// Lengths of vectors, in numbers: those of common embedding models.
const DIMENSIONS: [usize; 3] = [128, 384, 1024];

/// Vectors in the store.
const LIVE: u32 = 384;

/// Vectors that are replaced, in a round.
const STEPS: u32 = 5_000;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "vector",
    summary: "embeddings of 128, 384 and 1,024 numbers in a live set of 384, cosine similarity",
    rounds: 1,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    for _ in 0..rounds {
        let mut store: Vec<Vec<f32>> = (0..LIVE).map(|_| embedding(&mut random)).collect();
        for _ in 0..STEPS {
            let new = embedding(&mut random);
            let similarity = cosine(&new, &store[random.below(LIVE)]);
            checksum.add_number(u64::from(similarity.to_bits()));
            store[random.below(LIVE)] = new;
        }
        for vector in &store {
            checksum.add_number(vector.len() as u64);
        }
    }
    Outcome {
        checksum,
        operations: None,
    }
}

/// A random vector of a random one of the lengths; its numbers lie between -1 and 1.
fn embedding(random: &mut Random) -> Vec<f32> {
    let dimensions = *random.pick(&DIMENSIONS);
    let mut vector = Vec::with_capacity(dimensions);
    while vector.len() < dimensions {
        // Four numbers from one: the lengths are multiples of four.
        let mut bits = random.bits();
        for _ in 0..4 {
            let [low, high, ..] = bits.to_le_bytes();
            vector.push(f32::from(i16::from_le_bytes([low, high])) / 32_768.0);
            bits >>= 16;
        }
    }
    vector
}

/// The cosine of the angle between two vectors; of the longer one, as many numbers count as the
/// shorter has.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let (mut both, mut of_one, mut of_other) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(other) {
        both += a * b;
        of_one += a * a;
        of_other += b * b;
    }
    both / (of_one * of_other).sqrt().max(f32::MIN_POSITIVE)
}
