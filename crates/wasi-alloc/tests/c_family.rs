//! C's functions against what the C standard and POSIX say about them, for random arguments: most of
//! them at the edges, since that is where such functions go wrong.
#![allow(unsafe_code, reason = "exercises an allocator")]

mod common;

use common::{Random, Strict};
use std::ptr;
use wasi_alloc::c_family::{EINVAL, ENOMEM};
use wasi_alloc::heap::{C_ALIGN, WORD};
use wasi_alloc::{OneHeap, c_family};

/// Seeds that each property is tried with.
const SEEDS: std::ops::Range<u64> = 0..1_000;

/// Bytes that the allocator in these tests has.
const MEMORY: usize = 1 << 20;

/// A number near a power of two, near a division of the largest one, or a small one.
fn edge(random: &mut Random) -> usize {
    let near = match random.below(4) {
        0 => return random.below(70),
        1 => usize::MAX / (1 + random.below(9)),
        2 => isize::MAX.unsigned_abs(),
        _ => 1 << random.below(usize::BITS as usize),
    };
    near.wrapping_add(random.below(33)).wrapping_sub(16)
}

/// Runs `property` with many seeds and names the one that fails.
fn for_all(property: impl Fn(&mut Random, &OneHeap<&Strict>) + std::panic::RefUnwindSafe) {
    for seed in SEEDS {
        let outcome = std::panic::catch_unwind(|| {
            let inner = Strict::with_budget(MEMORY);
            property(&mut Random(seed), &OneHeap::new(&inner));
            assert_eq!(inner.live(), 0, "blocks left");
        });
        if let Err(panic) = outcome {
            eprintln!("the property failed for seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// Whether a request for so many bytes has to be met (true) or refused (false); none if that turns
/// on what the heap adds to them.
fn expected(bytes: u128) -> Option<bool> {
    match bytes {
        _ if bytes <= MEMORY as u128 / 2 => Some(true),
        _ if bytes > MEMORY as u128 => Some(false),
        _ => None,
    }
}

/// Fills a block to its last usable byte and frees it; null is nothing to do.
fn use_up(heap: &OneHeap<&Strict>, block: *mut u8, size: u128) {
    if block.is_null() {
        return;
    }
    // SAFETY: live, and as long as it says.
    unsafe {
        let usable = c_family::malloc_usable_size(heap, block);
        assert!(usable as u128 >= size, "{usable} usable of {size}");
        block.write_bytes(0xAA, usable);
        c_family::free(heap, block);
    }
}

#[test]
fn malloc_meets_what_it_can_and_refuses_the_rest() {
    for_all(|random, heap| {
        let size = edge(random);
        let block = c_family::malloc(heap, size);
        if let Some(met) = expected(size as u128) {
            assert_eq!(!block.is_null(), met, "malloc({size})");
        }
        assert!(block.addr().is_multiple_of(C_ALIGN));
        use_up(heap, block, size as u128);
    });
}

#[test]
fn calloc_multiplies_like_a_mathematician() {
    for_all(|random, heap| {
        let (count, size) = (edge(random), edge(random));
        let product = count as u128 * size as u128;
        let block = c_family::calloc(heap, count, size);
        if let Some(met) = expected(product) {
            assert_eq!(!block.is_null(), met, "calloc({count}, {size})");
        }
        if !block.is_null() {
            // SAFETY: live and this long; calloc wrote all of it.
            let bytes = unsafe { std::slice::from_raw_parts(block, count * size) };
            assert!(bytes.iter().all(|&byte| byte == 0));
        }
        use_up(heap, block, product);
    });
}

#[test]
fn aligned_alloc_aligns_or_refuses() {
    for_all(|random, heap| {
        let (align, size) = (edge(random), edge(random));
        let block = c_family::aligned_alloc(heap, align, size);
        if !align.is_power_of_two() {
            assert!(block.is_null(), "aligned_alloc({align}, {size})");
        } else if let Some(met) = expected(align as u128 + size as u128) {
            assert_eq!(!block.is_null(), met, "aligned_alloc({align}, {size})");
        }
        assert!(block.is_null() || block.addr().is_multiple_of(align));
        use_up(heap, block, size as u128);
    });
}

#[test]
fn posix_memalign_says_what_is_wrong_and_then_writes_nothing() {
    for_all(|random, heap| {
        let (align, size) = (edge(random), edge(random));
        let untouched: *mut u8 = ptr::without_provenance_mut(1);
        let mut out = untouched;
        // SAFETY: `out` can be written to.
        let code = unsafe { c_family::posix_memalign(heap, &raw mut out, align, size) };
        if align < WORD || !align.is_power_of_two() {
            assert_eq!(code, EINVAL, "posix_memalign({align}, {size})");
        } else if let Some(met) = expected(align as u128 + size as u128) {
            assert_eq!(code == 0, met, "posix_memalign({align}, {size})");
        }
        if code == 0 {
            assert!(out.addr().is_multiple_of(align));
            use_up(heap, out, size as u128);
        } else {
            assert!(code == EINVAL || code == ENOMEM, "{code}");
            assert_eq!(out, untouched);
        }
    });
}

/// A block that is resized over and over is a vector that is.
#[test]
fn realloc_keeps_what_a_vector_would_keep() {
    for_all(|random, heap| {
        let mut block: *mut u8 = ptr::null_mut();
        let mut vector: Vec<u8> = Vec::new();
        for step in 0..20 {
            let size = random.size();
            // SAFETY: null or live.
            block = unsafe { c_family::realloc(heap, block, size) };
            assert!(!block.is_null() && block.addr().is_multiple_of(C_ALIGN));
            let kept = vector.len().min(size);
            // SAFETY: live, at least this long, and what was kept was written before.
            let bytes = unsafe { std::slice::from_raw_parts(block, kept) };
            assert_eq!(bytes, &vector[..kept]);
            vector.resize(size, step);
            // SAFETY: live and this long.
            unsafe { block.copy_from_nonoverlapping(vector.as_ptr(), size) };
        }
        // SAFETY: live.
        unsafe { c_family::free(heap, block) };
    });
}

#[test]
fn realloc_to_more_than_there_is_leaves_the_block_alone() {
    for_all(|random, heap| {
        let size = 1 + random.below(100);
        let block = c_family::malloc(heap, size);
        let more = edge(random);
        if expected(more as u128) == Some(false) {
            // SAFETY: live and this long.
            unsafe {
                block.write_bytes(3, size);
                assert!(c_family::realloc(heap, block, more).is_null());
                let bytes = std::slice::from_raw_parts(block, size);
                assert!(bytes.iter().all(|&byte| byte == 3));
            }
        }
        // SAFETY: live.
        unsafe { c_family::free(heap, block) };
    });
}
