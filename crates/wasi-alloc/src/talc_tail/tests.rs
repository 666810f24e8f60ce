//! The allocator on a memory of its own, natively, where talc looks through its whole heap before
//! every step ("error-scanning-std").

use super::*;
use crate::arena::Arena;
use crate::memory::pages::PAGE;
use std::vec::Vec;

fn bytes(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a valid layout")
}

/// The least chunk that goes back to talc at once, and is not kept as a small one.
const RUN_AT_LEAST: usize = 18 * CHUNK_UNIT;

/// A live block and what it is filled with.
struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

/// The allocator with a record of what is live.
struct Heap<'a> {
    talc: TalcTail<&'a Arena>,
    live: Vec<Block>,
    fill: u8,
}

impl<'a> Heap<'a> {
    fn new(arena: &'a Arena) -> Self {
        Self {
            talc: TalcTail::new(arena),
            live: Vec::new(),
            fill: 0,
        }
    }

    /// A filled block; false if there is no memory.
    fn alloc(&mut self, layout: Layout) -> bool {
        // SAFETY: not of size zero.
        let start = unsafe { self.talc.alloc(layout) };
        if start.is_null() {
            return false;
        }
        assert!(start.addr().is_multiple_of(layout.align()));
        self.fill = self.fill.wrapping_add(1);
        // SAFETY: just allocated.
        unsafe { start.write_bytes(self.fill, layout.size()) };
        self.live.push(Block {
            start,
            layout,
            fill: self.fill,
        });
        true
    }

    /// Every block holds what was written into it: none overlaps another.
    fn look(block: &Block, size: usize) {
        // SAFETY: live and filled.
        let all = unsafe { std::slice::from_raw_parts(block.start, size) };
        assert!(all.iter().all(|&byte| byte == block.fill), "overwritten");
    }

    fn free(&mut self, index: usize) {
        let block = self.live.swap_remove(index);
        Self::look(&block, block.layout.size());
        // SAFETY: live, with its layout.
        unsafe { self.talc.dealloc(block.start, block.layout) };
    }

    fn realloc(&mut self, index: usize, size: usize) {
        let block = &mut self.live[index];
        // SAFETY: live, with its layout.
        let start = unsafe { self.talc.realloc(block.start, block.layout, size) };
        if start.is_null() {
            return;
        }
        assert!(start.addr().is_multiple_of(block.layout.align()));
        block.start = start;
        Self::look(block, block.layout.size().min(size));
        block.layout = bytes(size, block.layout.align());
        // SAFETY: as long as this now.
        unsafe { start.write_bytes(block.fill, size) };
    }

    /// Bytes of the gap at the end of memory.
    fn rest(&mut self) -> usize {
        // SAFETY: no other reference is in use; the end is a heap's.
        unsafe {
            let end = self.talc.talc().source.end.expect("there is a heap");
            chunk::gap_below(end)
        }
    }

    fn free_all(&mut self) {
        while !self.live.is_empty() {
            self.free(self.live.len() / 2);
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from(z ^ (z >> 31)).expect("64 bits") % limit
    }
}

#[test]
fn a_small_program_lives_in_the_tail_and_without_one_a_page_is_taken() {
    for (data, grown) in [(PAGE / 2, 0), (PAGE, 1)] {
        let arena = Arena::new(data);
        let mut heap = Heap::new(&arena);
        for size in [10, 1024, 300, 40, 8192] {
            assert!(heap.alloc(bytes(size, 8)));
        }
        assert_eq!(arena.grown(), grown);
    }
}

#[test]
fn a_tail_too_small_for_a_heap_is_one_heap_with_the_first_page() {
    let arena = Arena::new(PAGE - 256);
    let mut heap = Heap::new(&arena);
    // Without the lists' room a page is shorter than this; with the tail it is not.
    assert!(heap.alloc(bytes(PAGE - 640, 1)));
    assert_eq!(arena.grown(), 1);
    assert!(heap.live[0].start.addr() < arena.start.addr() + PAGE + 640);
}

#[test]
fn growth_counts_the_gap_at_the_end_of_the_heap() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(1000, 8)));
    // About half a page is free; a page and a quarter need one page more, not two.
    assert!(heap.alloc(bytes(PAGE * 5 / 4, 8)));
    assert_eq!(arena.grown(), 1);
}

#[test]
fn small_blocks_that_went_back_are_merged_before_memory_grows() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    while arena.grown() < 3 {
        assert!(heap.alloc(bytes(40, 8)));
    }
    heap.free_all();
    assert!(heap.alloc(bytes(PAGE * 13 / 4, 8)));
    assert_eq!(arena.grown(), 3);
}

#[test]
fn memory_that_somebody_else_grew_is_left_alone() {
    let arena = Arena::new(PAGE - 2000);
    let mut heap = Heap::new(&arena);
    let mut foreign = Vec::new();
    for round in 1..8 {
        for size in [100, 70_000, 20_000 * round % 50_000 + 1] {
            assert!(heap.alloc(bytes(size, 8)));
        }
        foreign.push(arena.foreign());
    }
    assert!(foreign.iter().all(|&page| arena.is_untouched(page)));
    heap.free_all();
    assert!(heap.alloc(bytes(60_000, 8)));
    assert!(foreign.iter().all(|&page| arena.is_untouched(page)));
}

#[test]
fn somebody_else_may_grow_before_the_first_block() {
    let arena = Arena::new(PAGE - 100);
    let page = arena.foreign();
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(10, 8)));
    assert!(heap.alloc(bytes(100_000, 8)));
    assert!(arena.is_untouched(page));
    heap.free_all();
}

#[test]
fn without_memory_there_is_null_and_what_is_freed_is_found_again() {
    for data in [PAGE / 2, PAGE - 100, PAGE] {
        let arena = Arena::new(data);
        arena.most.set(4);
        let mut heap = Heap::new(&arena);
        assert!(!heap.alloc(bytes(5 * PAGE, 8)));
        while heap.alloc(bytes(3000, 8)) {}
        while heap.alloc(bytes(30, 8)) {}
        let blocks = heap.live.len();
        assert!(blocks > 50);
        for _ in 0..20 {
            heap.free(0);
        }
        while heap.alloc(bytes(30, 8)) {}
        assert!(heap.live.len() > blocks);
        heap.free_all();
        assert!(heap.alloc(bytes(2 * PAGE, 8)));
    }
}

#[test]
fn a_heap_without_its_first_page_is_tried_again() {
    let arena = Arena::new(PAGE);
    arena.most.set(1);
    let mut heap = Heap::new(&arena);
    assert!(!heap.alloc(bytes(10, 8)));
    arena.most.set(2);
    assert!(heap.alloc(bytes(10, 8)));
}

#[test]
fn the_ends_of_a_chunk_for_an_aligned_block_are_given_back() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    for align in [64, 512, 4096, 16384] {
        assert!(heap.alloc(bytes(100, align)));
        assert!(heap.alloc(bytes(1, 1)));
    }
    assert_eq!(arena.grown(), 0);
    heap.free_all();
    assert!(heap.alloc(bytes(PAGE / 2 - 2048, 1)));
    assert_eq!(arena.grown(), 0);
}

#[test]
fn random_use_keeps_every_block_whole() {
    for seed in 0..4 {
        let mut random = Random(seed);
        let arena = Arena::new(random.below(PAGE + 1));
        arena.most.set(24);
        let mut heap = Heap::new(&arena);
        for _ in 0..2_500 {
            let largest = [40, 600, 5_000, 90_000][random.below(4)];
            let size = 1 + random.below(largest);
            match random.below(if heap.live.is_empty() { 1 } else { 7 }) {
                0..3 => drop(heap.alloc(bytes(size, 1 << random.below(10)))),
                3..5 => heap.free(random.below(heap.live.len())),
                5 => heap.realloc(random.below(heap.live.len()), size),
                _ if random.below(100) == 0 => drop(arena.foreign()),
                _ => {}
            }
            if heap.live.len() > 120 {
                heap.free(random.below(120));
            }
        }
        heap.free_all();
    }
}

#[test]
fn talc_is_not_asked_for_what_would_wrap_around_the_address_space() {
    let mut growing = Growing::new(&*std::boxed::Box::leak(std::boxed::Box::new(Arena::new(0))));
    let most = isize::MAX as usize;
    assert!(!growing.is_beyond(most - 1, 1));
    growing.end = ptr::NonNull::new(ptr::without_provenance_mut(
        usize::MAX - crate::edge::RESERVE,
    ));
    assert!(!growing.is_beyond(crate::edge::RESERVE - 100_000, 1));
    assert!(growing.is_beyond(crate::edge::RESERVE, 1));
    assert!(growing.is_beyond(most - 1, 1));
}

/// talc, asked directly: a gap among live blocks is found by every request that fits into it, so that
/// none makes memory grow. (The bins' edges are at eighths of doublings: every size near one is tried.)
#[test]
fn every_gap_is_found_by_every_request_that_fits() {
    let unit = CHUNK_UNIT;
    let mut sizes = Vec::new();
    for doublings in 3..14 {
        for eighths in 8..16 {
            let edge = (unit << doublings) / 8 * eighths / unit * unit;
            sizes.extend([
                edge - unit,
                edge,
                edge + unit,
                edge + 2 * unit,
                edge + 3 * unit,
            ]);
        }
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes.retain(|&size| size >= RUN_AT_LEAST);
    for &gap in &sizes {
        let arena = Arena::new(PAGE);
        let mut heap = Heap::new(&arena);
        assert!(heap.alloc(chunk::layout(gap)));
        // What is left of the pages is taken, so the gap stays alone.
        while heap.rest() > 0 {
            let rest = heap.rest();
            assert!(heap.alloc(chunk::layout(rest)));
        }
        let grown = arena.grown();
        for &size in sizes
            .iter()
            .filter(|&&size| size <= gap && size * 9 / 8 + 4 * unit >= gap)
        {
            heap.free(0);
            assert!(heap.alloc(chunk::layout(size)));
            assert_eq!(arena.grown(), grown, "{size} bytes in a gap of {gap}");
            let last = heap.live.len() - 1;
            heap.live.swap(0, last);
            // As long as the gap again, with what was left of it.
            heap.free(0);
            assert!(heap.alloc(chunk::layout(gap)));
            let last = heap.live.len() - 1;
            heap.live.swap(0, last);
        }
    }
}

#[test]
fn a_gap_that_talc_does_not_find_is_no_reason_to_ask_for_ever() {
    let arena = Arena::new(PAGE);
    let mut talc: Talc<Growing<&Arena>, Bins> = Talc::new(Growing::new(&arena));
    // SAFETY: not of size zero.
    unsafe {
        assert!(talc.allocate(bytes(10, 1)).is_some());
        // More than this is free, and talc, if it had not found it, would ask its source.
        let before = arena.grown();
        assert!(talc::source::Source::acquire(&mut talc, bytes(100, 1)).is_ok());
        assert_eq!(arena.grown(), before + 1);
        arena.most.set(arena.pages.get());
        assert!(talc::source::Source::acquire(&mut talc, bytes(100, 1)).is_err());
    }
}

#[test]
fn an_alignment_that_is_almost_everything_is_refused() {
    let arena = Arena::new(PAGE);
    let mut heap = Heap::new(&arena);
    let half = 1 << (usize::BITS - 2);
    assert!(!heap.alloc(bytes(half, half)));
    assert!(!heap.alloc(bytes(1, half)));
    assert!(!heap.alloc(bytes(half * 2 - 1, 1)));
    assert!(heap.alloc(bytes(100, 4096)));
}
