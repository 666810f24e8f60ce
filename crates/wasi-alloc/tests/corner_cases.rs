//! What C and the canonical ABI say about sizes and alignments at the edges.
#![allow(unsafe_code, reason = "exercises an allocator")]

mod common;

use common::Strict;
use std::alloc::{GlobalAlloc, Layout};
use std::ptr;
use wasi_alloc::heap::{C_ALIGN, WORD};
use wasi_alloc::{OneHeap, c_family, canonical};

/// Runs `body` with a heap and looks whether it gave everything back.
fn with_heap(body: impl FnOnce(&OneHeap<&Strict>, &Strict)) {
    let inner = Strict::default();
    body(&OneHeap::new(&inner), &inner);
    assert_eq!(inner.live(), 0, "blocks left");
}

#[test]
fn malloc_of_nothing_gives_two_different_blocks() {
    with_heap(|heap, _| {
        let (one, two) = (c_family::malloc(heap, 0), c_family::malloc(heap, 0));
        assert!(!one.is_null() && !two.is_null());
        assert_ne!(one, two);
        // SAFETY: both are live.
        unsafe {
            c_family::free(heap, one);
            c_family::free(heap, two);
        }
    });
}

#[test]
fn malloc_aligns_for_every_type_of_c() {
    with_heap(|heap, _| {
        for size in 0..64 {
            let block = c_family::malloc(heap, size);
            assert!(block.addr().is_multiple_of(C_ALIGN));
            // SAFETY: live.
            unsafe { c_family::free(heap, block) };
        }
    });
}

#[test]
fn sizes_that_overflow_give_null() {
    with_heap(|heap, _| {
        let limit = isize::MAX as usize;
        for size in [usize::MAX, usize::MAX - 15, limit + 1, limit, limit - 8] {
            assert!(c_family::malloc(heap, size).is_null());
            assert!(c_family::aligned_alloc(heap, 1 << 20, size).is_null());
            for align in [1, WORD, 2 * WORD] {
                // SAFETY: no old block.
                let block = unsafe { canonical::realloc(heap, ptr::null_mut(), 0, align, size) };
                assert!(block.is_null());
            }
        }
        assert!(c_family::calloc(heap, usize::MAX / 2, 3).is_null());
        assert!(c_family::calloc(heap, 1 << (usize::BITS / 2), 1 << (usize::BITS / 2)).is_null());
    });
}

#[test]
fn a_layout_that_cannot_be_aligned_to_a_pair_of_words_gives_null() {
    with_heap(|heap, _| {
        let layout = Layout::array::<u8>(isize::MAX as usize).expect("the largest layout");
        // SAFETY: not of size zero; the block that is resized is live.
        unsafe {
            assert!(heap.alloc(layout).is_null());
            assert!(heap.alloc_zeroed(layout).is_null());
            let small = Layout::new::<u8>();
            let block = heap.alloc(small);
            assert!(heap.realloc(block, small, layout.size()).is_null());
            heap.dealloc(block, small);
        }
    });
}

#[test]
fn the_largest_alignment_gives_null_and_no_overflow() {
    with_heap(|heap, _| {
        let align = 1 << (usize::BITS - 1);
        assert!(c_family::aligned_alloc(heap, align, 1).is_null());
        assert!(c_family::aligned_alloc(heap, align, usize::MAX).is_null());
    });
}

#[test]
fn realloc_of_null_is_malloc_and_free_of_null_is_nothing() {
    with_heap(|heap, _| {
        // SAFETY: null is allowed; the block is live.
        unsafe {
            let block = c_family::realloc(heap, ptr::null_mut(), 10);
            assert!(!block.is_null());
            c_family::free(heap, block);
            c_family::free(heap, ptr::null_mut());
            assert_eq!(c_family::malloc_usable_size(heap, ptr::null_mut()), 0);
        }
    });
}

#[test]
fn realloc_to_nothing_gives_a_block_of_its_own() {
    with_heap(|heap, inner| {
        // SAFETY: each block is live until it is resized or freed.
        unsafe {
            let block = c_family::malloc(heap, 100);
            let block = c_family::realloc(heap, block, 0);
            assert!(!block.is_null());
            assert_eq!(inner.live(), 1);
            c_family::free(heap, block);
        }
    });
}

#[test]
fn realloc_without_memory_leaves_the_block_alone() {
    with_heap(|heap, inner| {
        let block = c_family::malloc(heap, 4);
        // SAFETY: the block is live and four bytes long all along.
        unsafe {
            block.cast::<u32>().write(0xFEED);
            inner.exhausted.set(true);
            assert!(c_family::realloc(heap, block, 1000).is_null());
            assert!(c_family::malloc(heap, 1).is_null());
            assert!(c_family::calloc(heap, 1, 1).is_null());
            assert_eq!(block.cast::<u32>().read(), 0xFEED);
            c_family::free(heap, block);
        }
    });
}

#[test]
fn alignments_that_c_does_not_know_are_refused() {
    with_heap(|heap, _| {
        let mut out = ptr::dangling_mut();
        let before = out;
        for align in [0, 3, 24] {
            assert!(c_family::aligned_alloc(heap, align, 8).is_null());
            // SAFETY: `out` can be written to.
            let code = unsafe { c_family::posix_memalign(heap, &raw mut out, align, 8) };
            assert_eq!(code, c_family::EINVAL);
        }
        // SAFETY: `out` can be written to.
        let code = unsafe { c_family::posix_memalign(heap, &raw mut out, WORD / 2, 8) };
        assert_eq!(code, c_family::EINVAL);
        assert_eq!(out, before);
    });
}

#[test]
fn posix_memalign_aligns_or_leaves_its_pointer_alone() {
    with_heap(|heap, inner| {
        let mut out = ptr::null_mut();
        // SAFETY: `out` can be written to; the block is live.
        unsafe {
            assert_eq!(c_family::posix_memalign(heap, &raw mut out, 4096, 8), 0);
            assert!(out.addr().is_multiple_of(4096));
            c_family::free(heap, out);
            inner.exhausted.set(true);
            let before = out;
            let code = c_family::posix_memalign(heap, &raw mut out, 64, 8);
            assert_eq!(code, c_family::ENOMEM);
            assert_eq!(out, before);
        }
    });
}

#[test]
fn a_canonical_block_of_nothing_is_a_dangling_pointer_of_its_alignment() {
    with_heap(|heap, _| {
        for align in [1, 2, 4, 8] {
            // SAFETY: no old block.
            let block = unsafe { canonical::realloc(heap, ptr::null_mut(), 0, align, 0) };
            assert_eq!(block.addr(), align);
        }
    });
}

#[test]
fn a_canonical_block_shrunk_to_nothing_is_given_back() {
    with_heap(|heap, inner| {
        // SAFETY: no old block first, then a live one.
        unsafe {
            let block = canonical::realloc(heap, ptr::null_mut(), 0, 1, 10);
            assert_eq!(inner.live(), 1);
            assert_eq!(canonical::realloc(heap, block, 10, 1, 0).addr(), 1);
        }
    });
}

#[test]
fn canonical_blocks_of_large_alignment_are_rusts() {
    with_heap(|heap, _| {
        let align = 2 * WORD;
        // SAFETY: no old block first, then a live one.
        unsafe {
            let block = canonical::realloc(heap, ptr::null_mut(), 0, align, 24);
            assert!(block.addr().is_multiple_of(align));
            block.write(7);
            let block = canonical::realloc(heap, block, 24, align, 2400);
            assert!(block.addr().is_multiple_of(align));
            assert_eq!(block.read(), 7);
            let layout = Layout::from_size_align(2400, align).expect("small");
            heap.dealloc(block, layout);
        }
    });
}

#[test]
fn a_canonical_block_is_told_from_all_others_by_one_bit() {
    with_heap(|heap, _| {
        for size in 1..40 {
            let layout = Layout::array::<u8>(size).expect("small");
            // SAFETY: sizes are not zero; every block is live until it is given back.
            unsafe {
                let canonical = canonical::realloc(heap, ptr::null_mut(), 0, 1, size);
                let (rust, c) = (heap.alloc(layout), c_family::malloc(heap, size));
                assert_ne!(canonical.addr() & WORD, 0);
                assert_eq!(rust.addr() & WORD, 0);
                assert_eq!(c.addr() & WORD, 0);
                heap.dealloc(canonical, layout);
                heap.dealloc(rust, layout);
                c_family::free(heap, c);
            }
        }
    });
}
