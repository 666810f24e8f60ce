//! Many live blocks of mixed sizes, of which random ones are replaced.
#![forbid(unsafe_code)]

use crate::Verdict;
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Ranges of sizes in bytes, each as frequent as the next.
const RANGES: [(u32, u32); 5] = [
    (16, 64),
    (64, 256),
    (256, 1 << 10),
    (1 << 10, 4 << 10),
    (4 << 10, 64 << 10),
];

/// A vector of a random size that knows which it is.
fn block(random: &mut Random, name: u64) -> Vec<u64> {
    let &(least, most) = random.pick(&RANGES);
    let mut block = Vec::with_capacity(random.between(least, most) / size_of::<u64>());
    block.push(name);
    block
}

/// Keeps `count` blocks alive and replaces random ones.
pub(crate) fn run(count: u32, seed: u64, replacements: u64) -> Verdict {
    let mut random = Random::new(seed);
    let mut checksum = Fnv::new();
    let mut blocks: Vec<Vec<u64>> = (0..u64::from(count))
        .map(|name| block(&mut random, name))
        .collect();
    for name in 0..replacements {
        let index = random.below(count);
        let new = block(&mut random, name);
        let old = std::mem::replace(&mut blocks[index], new);
        checksum.add_number(old[0] ^ (old.capacity() as u64) << 32);
    }
    for block in &blocks {
        checksum.add_number(block[0]);
    }
    Ok(format!(
        "replace {count} {seed} {replacements}: {:016x}",
        checksum.value()
    ))
}
