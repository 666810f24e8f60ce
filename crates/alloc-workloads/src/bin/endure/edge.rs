//! Fills memory to its end, and looks where the blocks are.
#![forbid(unsafe_code)]

use crate::Verdict;
use alloc_workloads::random::Random;

/// Blocks at most.
const COUNT: usize = 60_000;

/// The largest block at first, in bytes.
const LARGEST: u32 = 1_000_000;

/// Bytes of each block when memory is taken again.
const AGAIN: usize = 50_000;

/// A vector with room for `size` bytes, of which only the first and the last eighth of a kilobyte, or
/// all, are written: memory that is only reserved costs the host nothing.
fn block(size: usize) -> Option<Vec<u8>> {
    let mut block = Vec::new();
    block.try_reserve_exact(size).ok()?;
    Some(block)
}

/// As many blocks as there is memory for, and the bytes in them.
fn fill(random: &mut Random) -> Result<Vec<Vec<u8>>, String> {
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(COUNT)
        .map_err(|_| "there is no memory at all")?;
    let mut largest = LARGEST;
    while largest > 16 && blocks.len() < COUNT {
        match block(random.between(1, largest)) {
            Some(block) => blocks.push(block),
            None => largest -= largest / 3,
        }
    }
    Ok(blocks)
}

/// Blocks that begin before the one below them ends, or that end beyond the address space.
fn overlaps(blocks: &mut [Vec<u8>]) -> usize {
    let start = |block: &Vec<u8>| block.as_ptr().addr();
    blocks.sort_unstable_by_key(start);
    let pairs = blocks
        .windows(2)
        .filter(|pair| start(&pair[1]) - start(&pair[0]) < pair[0].capacity());
    // The last byte of the address space is nobody's: a block's end is an address, too.
    let beyond = blocks
        .iter()
        .filter(|block| start(block).checked_add(block.capacity()).is_none());
    pairs.count() + beyond.count()
}

/// Fills memory, looks, frees and takes `percent` of it again.
pub(crate) fn run(seed: u64, percent: u64) -> Verdict {
    let mut random = Random::new(seed);
    let mut blocks = fill(&mut random)?;
    let overlaps = overlaps(&mut blocks);
    let count = blocks.len();
    let bytes: u64 = blocks.iter().map(|block| block.capacity() as u64).sum();
    if overlaps > 0 {
        // NB: whatever is freed now destroys what it overlaps.
        std::mem::forget(blocks);
        return Err(format!(
            "edge {seed}: {overlaps} of {count} blocks overlap or reach beyond the end"
        ));
    }
    // Each is written to, and none sees what was written into another.
    for (index, block) in blocks.iter_mut().enumerate() {
        block.push(index.to_le_bytes()[0]);
    }
    for (index, block) in blocks.iter().enumerate() {
        if block.first() != Some(&index.to_le_bytes()[0]) {
            return Err(format!("edge {seed}: block {index} lost its contents"));
        }
    }
    // In an order of no meaning.
    while !blocks.is_empty() {
        let left = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        drop(blocks.swap_remove(random.below(left)));
    }
    let mut again = 0;
    let mut wanted = bytes * percent / 100;
    let mut taken = Vec::new();
    while wanted > 0 {
        let Some(block) = block(AGAIN) else {
            return Err(format!(
                "edge {seed}: of {bytes} bytes only {again} can be used again"
            ));
        };
        again += block.capacity() as u64;
        wanted = wanted.saturating_sub(block.capacity() as u64);
        if taken.try_reserve(1).is_err() {
            return Err(format!("edge {seed}: no memory after {again} bytes"));
        }
        taken.push(block);
    }
    Ok(format!(
        "edge {seed}: {count} blocks of {bytes} bytes, none overlap; {again} bytes used again"
    ))
}
