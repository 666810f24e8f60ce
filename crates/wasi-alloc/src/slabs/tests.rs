//! The allocator on a memory of its own, natively, where words have eight bytes: small blocks have at
//! most 320.

use super::chunk::{BELOW, Chunk, FREE, LEAST, UNIT};
use super::*;
use crate::arena::Arena;
use crate::edge::RESERVE;
use crate::memory::pages::PAGE;
use std::vec::Vec;

fn bytes(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a valid layout")
}

/// A live block and what it is filled with.
struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

/// The allocator with a record of what is live.
struct Heap<'a> {
    slabs: Slabs<&'a Arena>,
    arena: &'a Arena,
    live: Vec<Block>,
    fill: u8,
    /// Whether somebody else has grown the memory.
    is_divided: bool,
}

impl<'a> Heap<'a> {
    fn new(arena: &'a Arena) -> Self {
        Self {
            slabs: Slabs::new(arena),
            arena,
            live: Vec::new(),
            fill: 0,
            is_divided: false,
        }
    }

    /// A filled block; false if there is no memory.
    fn alloc(&mut self, layout: Layout) -> bool {
        // SAFETY: not of size zero.
        let start = unsafe { self.slabs.alloc(layout) };
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

    /// The block holds what was written into it: none overlaps another.
    fn look(block: &Block, size: usize) {
        // SAFETY: live and filled.
        let all = unsafe { std::slice::from_raw_parts(block.start, size) };
        assert!(all.iter().all(|&byte| byte == block.fill), "overwritten");
    }

    fn free(&mut self, index: usize) {
        let block = self.live.swap_remove(index);
        Self::look(&block, block.layout.size());
        // SAFETY: live, with its layout.
        unsafe { self.slabs.dealloc(block.start, block.layout) };
    }

    fn realloc(&mut self, index: usize, size: usize) -> bool {
        let block = &mut self.live[index];
        // SAFETY: live, with its layout.
        let start = unsafe { self.slabs.realloc(block.start, block.layout, size) };
        if start.is_null() {
            return false;
        }
        assert!(start.addr().is_multiple_of(block.layout.align()));
        block.start = start;
        Self::look(block, block.layout.size().min(size));
        block.layout = bytes(size, block.layout.align());
        // SAFETY: as long as this now.
        unsafe { start.write_bytes(block.fill, size) };
        true
    }

    fn free_all(&mut self) {
        while !self.live.is_empty() {
            self.free(self.live.len() / 2);
        }
    }

    fn state(&self) -> *mut State<&'a Arena> {
        self.slabs.0.get()
    }

    /// Walks from chunk to chunk, and through the bins: free chunks have their size in their last word and a
    /// mark above, no two are neighbors, and each is in its bin.
    fn walk(&self) {
        let state = self.state();
        // SAFETY: there is no other use of the state, and heads lead from chunk to chunk.
        unsafe {
            let top = (*state).top;
            if top.is_null() || self.is_divided {
                return;
            }
            let mut free = Vec::new();
            // The first block is in the tail, or in the first page if that has no room for a head.
            let start = self.arena.start;
            let mut first = (start.addr() + self.arena.data).next_multiple_of(UNIT);
            if first >= start.addr() + PAGE {
                first = start.addr() + PAGE;
            }
            let mut at: *mut Chunk = start.with_addr(first).cast();
            let mut was_free = false;
            while at != top {
                assert!(at < top, "a chunk reaches beyond the top");
                let head = (*at).head;
                let size = chunk::size_in(head);
                assert!(size >= LEAST);
                assert_eq!(head & BELOW != 0, was_free, "the mark of the chunk below");
                was_free = head & FREE != 0;
                if was_free {
                    assert_eq!(head & BELOW, 0, "two free chunks side by side");
                    assert_eq!((*at.byte_add(size)).below, size);
                    free.push(at);
                }
                at = at.byte_add(size);
            }
            assert_eq!((*top).head, FREE);
            assert!(!was_free, "a free chunk below the top");
            assert_eq!(bins::all(state), free);
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
        heap.walk();
    }
}

#[test]
fn growth_counts_what_is_left_at_the_end_of_memory() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(1000, 8)));
    // About half a page is free; a page and a quarter need one page more, not two.
    assert!(heap.alloc(bytes(PAGE * 5 / 4, 8)));
    assert_eq!(arena.grown(), 1);
}

#[test]
fn small_blocks_of_one_size_lie_side_by_side() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    for _ in 0..4 {
        assert!(heap.alloc(bytes(13, 1)));
    }
    let starts: Vec<_> = heap.live.iter().map(|block| block.start.addr()).collect();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == UNIT));
}

#[test]
fn runs_without_live_blocks_are_given_back_before_memory_grows() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    while arena.grown() < 3 {
        assert!(heap.alloc(bytes(40, 8)));
    }
    heap.free_all();
    assert!(heap.alloc(bytes(PAGE * 13 / 4, 8)));
    assert_eq!(arena.grown(), 3);
    heap.walk();
}

#[test]
fn a_run_that_is_used_in_part_is_used_up_before_there_is_another() {
    let arena = Arena::new(PAGE);
    let mut heap = Heap::new(&arena);
    while arena.grown() < 4 {
        assert!(heap.alloc(bytes(64, 8)));
    }
    let live = heap.live.len();
    let mut index = 0;
    while index < heap.live.len() {
        heap.free(index);
        index += 1;
    }
    while heap.live.len() < live {
        assert!(heap.alloc(bytes(64, 8)));
    }
    assert_eq!(arena.grown(), 4);
    heap.free_all();
    heap.walk();
}

#[test]
fn memory_that_somebody_else_grew_is_left_alone() {
    for left in [2000, 20, 8, 0] {
        let arena = Arena::new(PAGE - left);
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
        heap.walk();
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
    assert!(!heap.alloc(bytes(10_000, 64)));
    arena.most.set(2);
    assert!(heap.alloc(bytes(10, 8)));
}

#[test]
fn the_ends_of_a_chunk_for_an_aligned_block_are_free() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    for align in [64, 512, 4096, 16384] {
        assert!(heap.alloc(bytes(100, align)));
        assert!(heap.alloc(bytes(1, 1)));
        heap.walk();
    }
    assert_eq!(arena.grown(), 0);
    heap.free_all();
    assert!(heap.alloc(bytes(PAGE / 2 - 4096, 1)));
    assert_eq!(arena.grown(), 0);
}

#[test]
fn a_block_grows_into_the_free_chunk_above_it_and_shrinks_in_place() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    for _ in 0..3 {
        assert!(heap.alloc(bytes(2000, 8)));
    }
    let start = heap.live[0].start;
    let second = heap.live.swap_remove(1);
    // SAFETY: live, with its layout.
    unsafe { heap.slabs.dealloc(second.start, second.layout) };
    assert!(heap.realloc(0, 3500));
    assert_eq!(heap.live[0].start, start);
    heap.walk();
    assert!(heap.realloc(0, 500));
    assert_eq!(heap.live[0].start, start);
    heap.walk();
    assert!(heap.realloc(0, 8000));
    assert_ne!(heap.live[0].start, start);
    heap.walk();
}

#[test]
fn the_last_block_grows_with_the_memory() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(1000, 8)));
    let start = heap.live[0].start;
    for pages in 1..20 {
        assert!(heap.realloc(0, pages * PAGE));
        assert_eq!(heap.live[0].start, start);
        assert_eq!(arena.grown(), pages);
    }
    arena.most.set(arena.pages.get());
    assert!(!heap.realloc(0, 40 * PAGE));
    assert!(heap.realloc(0, 10));
    heap.walk();
}

#[test]
fn the_last_block_moves_if_somebody_else_has_what_is_above() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(1000, 8)));
    let page = arena.foreign();
    assert!(heap.realloc(0, 2 * PAGE));
    assert!(arena.is_untouched(page));
}

#[test]
fn every_gap_is_found_by_every_request_that_fits() {
    let mut sizes = Vec::new();
    for doublings in 6..14 {
        for eighths in 8..16 {
            let edge = (UNIT << doublings) / 8 * eighths;
            sizes.extend([edge - UNIT, edge, edge + UNIT]);
        }
    }
    for &gap in &sizes {
        let arena = Arena::new(PAGE);
        let mut heap = Heap::new(&arena);
        assert!(heap.alloc(bytes(gap - chunk::WORD, 8)));
        // Nothing but the gap is left.
        while heap.alloc(bytes(PAGE - 2 * UNIT, 8)) {}
        while heap.alloc(bytes(1000, 8)) {}
        for &size in sizes
            .iter()
            .filter(|&&size| size <= gap && size - chunk::WORD > runs::LARGEST)
        {
            heap.free(0);
            assert!(
                heap.alloc(bytes(size - chunk::WORD, 8)),
                "{size} bytes in a gap of {gap}"
            );
            let last = heap.live.len() - 1;
            heap.live.swap(0, last);
            heap.walk();
        }
    }
}

#[test]
fn of_many_very_long_gaps_the_one_that_fits_is_found() {
    let page = PAGE;
    let arena = Arena::with_pages(page, 2048);
    let mut heap = Heap::new(&arena);
    // Sizes in the last bin, each with a block between it and the next.
    for index in 0..16 {
        assert!(heap.alloc(bytes((100 + index) * page / 2 * 2, 8)));
        assert!(heap.alloc(bytes(1000, 8)));
    }
    arena.most.set(arena.pages.get());
    for index in (0..16).rev() {
        heap.free(index * 2 % heap.live.len());
    }
    heap.walk();
    assert!(heap.alloc(bytes(90 * page, 8)));
    heap.free_all();
    heap.walk();
}

#[test]
fn random_use_keeps_every_block_whole() {
    let (seeds, steps) = if cfg!(miri) { (1, 400) } else { (12, 6_000) };
    for seed in 0..seeds {
        let mut random = Random(seed);
        let arena = Arena::new(random.below(PAGE + 1));
        arena.most.set(24);
        let mut heap = Heap::new(&arena);
        for step in 0..steps {
            let largest = [40, 600, 5_000, 90_000][random.below(4)];
            let size = 1 + random.below(largest);
            match random.below(if heap.live.is_empty() { 1 } else { 7 }) {
                0..3 => drop(heap.alloc(bytes(size, 1 << random.below(10)))),
                3..5 => heap.free(random.below(heap.live.len())),
                5 => drop(heap.realloc(random.below(heap.live.len()), size)),
                _ if seed % 2 == 1 && random.below(100) == 0 => {
                    heap.is_divided = true;
                    arena.foreign();
                }
                _ => {}
            }
            if heap.live.len() > 120 {
                heap.free(random.below(120));
            }
            if step % 16 == 0 {
                heap.walk();
            }
        }
        heap.free_all();
        heap.walk();
    }
}

#[test]
fn what_is_almost_everything_is_refused() {
    let arena = Arena::new(PAGE);
    let mut heap = Heap::new(&arena);
    let half = 1 << (usize::BITS - 2);
    assert!(!heap.alloc(bytes(half, half)));
    assert!(!heap.alloc(bytes(1, half)));
    assert!(!heap.alloc(bytes(1, 2 * RESERVE)));
    assert!(!heap.alloc(bytes(half * 2 - 1, 1)));
    assert!(heap.alloc(bytes(100, 4096)));
    assert!(!heap.realloc(0, half));
    heap.walk();
}

#[test]
#[should_panic(expected = "the mark of the chunk below")]
fn a_chunk_with_a_wrong_mark_fails_the_walk() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    assert!(heap.alloc(bytes(1000, 8)));
    // SAFETY: it is not: the walk has to find it.
    unsafe { (*chunk::of(heap.live[0].start)).head |= BELOW };
    heap.walk();
}

#[test]
#[should_panic(expected = "a chunk in another's bin")]
fn a_chunk_in_the_wrong_bin_fails_the_walk() {
    let arena = Arena::new(PAGE / 2);
    let mut heap = Heap::new(&arena);
    for _ in 0..3 {
        assert!(heap.alloc(bytes(1000, 8)));
    }
    let block = heap.live.swap_remove(1);
    // SAFETY: live, with its layout; what is written then is wrong, and the walk has to find it.
    unsafe {
        heap.slabs.dealloc(block.start, block.layout);
        (*chunk::of(block.start)).head += 1024;
    }
    // The bins are looked through before the chunks.
    // SAFETY: nobody else uses the state.
    unsafe { bins::all(heap.state()) };
}

#[test]
fn longer_chunks_are_in_the_same_bin_or_a_higher_one() {
    let mut size = LEAST;
    while size < usize::MAX / 4 {
        let next = (size + size / 16).next_multiple_of(UNIT);
        assert!(bins::of(size) <= bins::of(size + UNIT), "{size}");
        assert!(bins::of(next - UNIT) <= bins::of(next), "{next}");
        size = next.max(size + UNIT);
    }
    assert_eq!(bins::of(LEAST), 0);
    assert_eq!(bins::of(size), 127);
}
