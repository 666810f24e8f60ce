//! Small blocks, a third of them with large alignments.
#![allow(unsafe_code, reason = "deals in raw blocks")]

use crate::Verdict;
use alloc_workloads::random::Random;
use std::alloc::{Layout, alloc, dealloc};

/// Two to this is the largest alignment.
const ALIGNMENT: u32 = 12;

/// A layout of less than 270 bytes.
fn layout(random: &mut Random) -> Result<Layout, String> {
    let size = random.between(1, 269);
    let align = if random.below(3) == 0 {
        1 << random.below(ALIGNMENT + 1)
    } else {
        8
    };
    Layout::from_size_align(size, align).map_err(|error| error.to_string())
}

/// Keeps `count` blocks alive, replaces random ones ten times as often, and says how long memory is.
pub(crate) fn run(count: u32, seed: u64) -> Verdict {
    let mut random = Random::new(seed);
    let mut blocks = Vec::with_capacity(count as usize);
    for _ in 0..u64::from(count) * 11 {
        if blocks.len() == count as usize {
            let (block, layout): (*mut u8, Layout) = blocks.swap_remove(random.below(count));
            // SAFETY: live, with its layout.
            unsafe { dealloc(block, layout) };
        }
        let layout = layout(&mut random)?;
        // SAFETY: not of size zero.
        let block = unsafe { alloc(layout) };
        if !block.addr().is_multiple_of(layout.align()) || block.is_null() {
            return Err(format!("aligned {count} {seed}: {block:?} for {layout:?}"));
        }
        blocks.push((block, layout));
    }
    #[cfg(target_arch = "wasm32")]
    let pages = std::arch::wasm32::memory_size::<0>();
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0;
    Ok(format!("aligned {count} {seed}: {pages} pages"))
}
