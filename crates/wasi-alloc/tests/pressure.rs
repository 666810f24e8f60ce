//! A heap in a memory with a maximum, which fills up again and again: requests are refused with
//! null, nothing else happens, and what goes back can be had again.
#![allow(unsafe_code, reason = "exercises an allocator")]

mod common;

use common::{Random, Strict};
use std::alloc::{GlobalAlloc, Layout};
use wasi_alloc::{Checked, Heap, OneHeap, c_family};

/// Bytes that a heap under test has.
const MEMORY: usize = 1 << 17;

/// Seeds of the sequences, and requests of each.
const SEEDS: std::ops::Range<u64> = 0..40;
const STEPS: usize = 1_000;

/// A live block. `align` is none for C's.
struct Block {
    at: *mut u8,
    size: usize,
    align: Option<usize>,
    byte: u8,
}

/// How requests went.
#[derive(Default)]
struct Tally {
    met: usize,
    refused: usize,
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("small")
}

fn assert_filled(block: &Block, count: usize) {
    // SAFETY: live, at least this long, and all of it was written.
    let bytes = unsafe { std::slice::from_raw_parts(block.at, count) };
    assert!(
        bytes.iter().all(|&byte| byte == block.byte),
        "contents lost"
    );
}

/// Takes, resizes and gives back at random; in the second half the blocks want more than there is.
fn sequence(heap: &impl Heap, random: &mut Random, tally: &mut Tally) {
    let mut blocks: Vec<Block> = Vec::new();
    for _ in 0..STEPS {
        let size = 1 + random.size();
        let align = random.once_in(2).then(|| 1 << random.below(10));
        let byte = u8::try_from(random.below(256)).expect("a byte");
        let at = match random.below(8) {
            0..4 => match align {
                // SAFETY: not of size zero.
                Some(align) => unsafe { heap.alloc(layout(size, align)) },
                None => c_family::malloc(heap, size),
            },
            4 if !blocks.is_empty() => {
                let block = &mut blocks[0];
                // SAFETY: live; resized by its own API.
                let at = unsafe {
                    match block.align {
                        Some(align) => heap.realloc(block.at, layout(block.size, align), size),
                        None => c_family::realloc(heap, block.at, size),
                    }
                };
                if at.is_null() {
                    assert_filled(block, block.size);
                    tally.refused += 1;
                    continue;
                }
                let old = blocks.swap_remove(0);
                assert_filled(&Block { at, ..old }, old.size.min(size));
                keep(&mut blocks, Block { at, size, ..old });
                continue;
            }
            _ if !blocks.is_empty() => {
                let block = blocks.swap_remove(random.below(blocks.len()));
                give(heap, &block);
                continue;
            }
            _ => continue,
        };
        if at.is_null() {
            tally.refused += 1;
        } else {
            tally.met += 1;
            assert!(at.addr().is_multiple_of(align.unwrap_or(16)));
            let block = Block {
                at,
                size,
                align,
                byte,
            };
            keep(&mut blocks, block);
        }
    }
    for block in blocks {
        give(heap, &block);
    }
}

/// Fills the block and remembers it.
fn keep(blocks: &mut Vec<Block>, block: Block) {
    // SAFETY: live and this long.
    unsafe { block.at.write_bytes(block.byte, block.size) };
    blocks.push(block);
}

/// Looks at every byte and gives the block back.
fn give(heap: &impl Heap, block: &Block) {
    assert_filled(block, block.size);
    // SAFETY: live; by its own API.
    unsafe {
        match block.align {
            Some(align) => heap.dealloc(block.at, layout(block.size, align)),
            None => c_family::free(heap, block.at),
        }
    }
}

/// Runs all sequences, one after the other, in the same heap.
fn press(heap: &impl Heap) {
    let mut tally = Tally::default();
    for seed in SEEDS {
        sequence(heap, &mut Random(seed), &mut tally);
        // Nothing is out: half of the memory is to be had in one piece.
        let half = c_family::malloc(heap, MEMORY / 2);
        assert!(!half.is_null(), "memory was lost with seed {seed}");
        // SAFETY: live.
        unsafe { c_family::free(heap, half) };
    }
    assert!(tally.refused > 100, "{} refused", tally.refused);
    assert!(tally.met > tally.refused, "{} met", tally.met);
}

#[test]
fn a_heap_with_a_budget_stays_within_it_and_alive() {
    let inner = Strict::with_budget(MEMORY);
    press(&OneHeap::new(&inner));
    assert_eq!(inner.live(), 0, "blocks left");
}

#[test]
fn the_checking_allocator_lives_on_too() {
    let inner = Strict::with_budget(MEMORY);
    press(&Checked::new(OneHeap::new(&inner)));
    assert_eq!(inner.live(), 0, "blocks left");
}

/// A real allocator: the one that is recommended, in memory that cannot grow.
#[test]
fn talc_in_a_memory_with_a_maximum_stays_alive() {
    let mut memory = vec![0_u64; MEMORY / size_of::<u64>()];
    // SAFETY: the memory is used by nothing else and outlives the heap.
    let source = unsafe { talc::source::Claim::new(memory.as_mut_ptr().cast(), MEMORY) };
    press(&OneHeap::new(talc::TalcCell::new(source)));
}

#[test]
#[should_panic(expected = "memory was lost")]
fn an_allocator_that_never_frees_is_found_out() {
    struct Leaking(Strict);

    // SAFETY: the strict allocator's blocks, which stay valid for ever.
    unsafe impl GlobalAlloc for Leaking {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: passed on.
            unsafe { (&self.0).alloc(layout) }
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }

    press(&OneHeap::new(Leaking(Strict::with_budget(MEMORY))));
}
