//! The allocators of this crate's own, natively, on a memory of tests' own. In tests talc looks through
//! its whole heap before every step.

use super::{Choices, Counts, World, run};
use crate::OneHeap;
use crate::arena::Arena;
use crate::memory::pages::PAGE;
use crate::slabs::Slabs;
use crate::talc_tail::TalcTail;
use core::alloc::GlobalAlloc;

/// Pages of an arena that can be squeezed.
const PAGES: usize = 2048;

struct Around<'a>(&'a Arena);

impl World for Around<'_> {
    fn foreign(&mut self) {
        if self.0.pages.get() < PAGES / 2 {
            self.0.foreign();
        }
    }

    fn squeeze(&mut self, on: bool) {
        let most = if on { self.0.pages.get() + 1 } else { PAGES };
        self.0.most.set(most.min(PAGES));
    }
}

/// A sequence over talc-tail behind three APIs; `data` bytes of the first page are the
/// program's; if they are even, blocks have less than 128 KiB.
///
/// # Errors
///
/// What is wrong with it.
pub fn talc_tail(data: usize, choices: impl Choices) -> Result<Counts, &'static str> {
    let arena = Arena::with_pages(data % (PAGE + 1), PAGES);
    over(TalcTail::new(&arena), &arena, data, choices)
}

/// The same over slabs.
///
/// # Errors
///
/// What is wrong with it.
pub fn slabs(data: usize, choices: impl Choices) -> Result<Counts, &'static str> {
    let arena = Arena::with_pages(data % (PAGE + 1), PAGES);
    over(Slabs::new(&arena), &arena, data, choices)
}

fn over(
    allocator: impl GlobalAlloc,
    arena: &Arena,
    data: usize,
    choices: impl Choices,
) -> Result<Counts, &'static str> {
    let heap = OneHeap::new(allocator);
    let largest = if data.is_multiple_of(2) { 16 } else { 26 };
    run(&heap, choices, &mut Around(arena), largest)
}

#[cfg(test)]
mod tests {
    use super::super::Random;
    use super::*;

    #[test]
    fn talc_tail_keeps_every_block_whole_through_three_doors() {
        let mut refused = 0;
        for seed in 0..4 {
            let random = Random::new(seed, 40_000);
            let data = PAGE - 63 * usize::try_from(seed).expect("small");
            refused += talc_tail(data, random)
                .unwrap_or_else(|why| panic!("seed {seed}: {why}"))
                .refused;
        }
        assert!(refused > 0, "memory was never short");
    }

    #[test]
    fn slabs_keep_every_block_whole_through_three_apis() {
        let mut refused = 0;
        for seed in 0..8 {
            let random = Random::new(seed, 400_000);
            let data = PAGE - 63 * usize::try_from(seed).expect("small");
            refused += slabs(data, random)
                .unwrap_or_else(|why| panic!("seed {seed}: {why}"))
                .refused;
        }
        assert!(refused > 0, "memory was never short");
    }
}
