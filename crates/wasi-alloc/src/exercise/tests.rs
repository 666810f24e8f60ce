use super::*;
use crate::OneHeap;
use crate::arena::Arena;
use crate::memory::PAGE;
use crate::talc_tail::TalcTail;

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

/// `decisions` of the sequence that `seed` begins, over talc-tail behind three doors.
fn exercise(seed: u64, decisions: u64) -> Counts {
    let arena = Arena::with_pages(PAGE - 64 * (seed as usize % 1024), PAGES);
    let heap = OneHeap::new(TalcTail::new(&arena));
    run(&heap, Random::new(seed, decisions), &mut Around(&arena))
        .unwrap_or_else(|why| panic!("seed {seed}: {why}"))
}

#[test]
fn talc_tail_keeps_every_block_whole_through_three_doors() {
    let mut refused = 0;
    for seed in 0..4 {
        refused += exercise(seed, 40_000).refused;
    }
    assert!(refused > 0, "memory was never short");
}
