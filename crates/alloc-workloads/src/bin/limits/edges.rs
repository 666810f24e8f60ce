//! Sizes and alignments at the edges, by Rust's API and by C's.
#![allow(unsafe_code, reason = "deals in raw blocks")]

use crate::alloc_api::{is_filled, layout};
use crate::c;
use crate::verdict::{Verdict, ensure};
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::ptr;

/// Blocks of no bytes are blocks: none is null, no two are one.
pub(crate) fn zero_sizes() -> Verdict {
    let blocks = [
        c::malloc(0),
        c::malloc(0),
        c::calloc(0, 8),
        c::calloc(8, 0),
        c::aligned_alloc(64, 0),
        c::posix_memalign(64, 0),
    ];
    for (index, block) in blocks.iter().enumerate() {
        ensure(!block.is_null(), || {
            format!("block {index} of no bytes is null")
        })?;
        ensure(!blocks[..index].contains(block), || {
            format!("block {index} of no bytes was handed out before")
        })?;
    }
    for block in blocks {
        // SAFETY: live.
        unsafe { c::free(block) };
    }
    // SAFETY: null is nothing to free; then the block is live until it is freed.
    unsafe {
        c::free(ptr::null_mut());
        let block = c::realloc(ptr::null_mut(), 100);
        ensure(!block.is_null(), || "realloc of null is null".to_owned())?;
        // NB: glibc's realloc to nothing frees.
        let block = if cfg!(target_os = "wasi") {
            c::realloc(block, 0)
        } else {
            block
        };
        ensure(!block.is_null(), || "realloc to nothing is null".to_owned())?;
        c::free(block);
    }
    Ok(())
}

/// Blocks lie where they were asked to, with what is written in them kept.
pub(crate) fn alignments() -> Verdict {
    for shift in 0..=16 {
        let align = 1_usize << shift;
        for size in [1, 7, 64, 1000, 5000] {
            let blocks = [
                rust(alloc, size, align),
                rust(alloc_zeroed, size, align),
                rust(alloc, size, align),
            ];
            let in_c = [
                c::aligned_alloc(align.max(size_of::<usize>()), size),
                c::posix_memalign(align.max(size_of::<usize>()), size),
            ];
            for block in blocks.into_iter().chain(in_c) {
                ensure(!block.is_null(), || {
                    format!("{size} bytes aligned to {align} are null")
                })?;
                ensure(block.addr().is_multiple_of(align), || {
                    format!("{size} bytes aligned to {align} are at {block:?}")
                })?;
            }
            // SAFETY: all are live and of this size; each goes back by its own API.
            unsafe {
                ensure(is_filled(blocks[1], size, 0), || {
                    format!("{size} zeroed bytes aligned to {align} are not zero")
                })?;
                let all = blocks.into_iter().chain(in_c).enumerate();
                for (index, block) in all.clone() {
                    block.write_bytes(mark(index), size);
                }
                for (index, block) in all {
                    ensure(is_filled(block, size, mark(index)), || {
                        format!("blocks of {size} bytes aligned to {align} overlap")
                    })?;
                }
                resize(blocks[0], size, align, mark(0))?;
                for block in &blocks[1..] {
                    dealloc(*block, layout(size, align));
                }
                for block in in_c {
                    c::free(block);
                }
            }
        }
    }
    Ok(())
}

/// Grows and shrinks a block of Rust's that is filled with `byte`, and frees it.
///
/// # Safety
///
/// `block` is live and of this layout.
unsafe fn resize(mut block: *mut u8, size: usize, align: usize, byte: u8) -> Verdict {
    let mut now = size;
    for next in [size * 3, size, size.div_ceil(2)] {
        // SAFETY: the block is live and `now` bytes long; all that is read was written.
        unsafe {
            let moved = realloc(block, layout(now, align), next);
            ensure(!moved.is_null(), || {
                format!("resizing {now} bytes to {next} gave null")
            })?;
            ensure(moved.addr().is_multiple_of(align), || {
                format!("{now} bytes resized to {next} lost the alignment of {align}")
            })?;
            ensure(is_filled(moved, now.min(next), byte), || {
                format!("{now} bytes resized to {next} lost their contents")
            })?;
            moved.write_bytes(byte, next);
            block = moved;
        }
        now = next;
    }
    // SAFETY: live and of this layout.
    unsafe { dealloc(block, layout(now, align)) };
    Ok(())
}

/// Requests for more than there can be are refused, and the block that should have grown is kept.
pub(crate) fn overflow() -> Verdict {
    let most = isize::MAX.unsigned_abs();
    let half = 1_usize << (usize::BITS / 2);
    let refused = [
        c::malloc(usize::MAX),
        c::malloc(usize::MAX - 15),
        c::malloc(most + 1),
        c::malloc(most),
        c::calloc(usize::MAX / 2, 3),
        c::calloc(half, half),
        c::aligned_alloc(1 << 16, usize::MAX - 65_535),
        c::aligned_alloc(1 << 16, most),
        c::posix_memalign(1 << 16, usize::MAX),
        rust(alloc, most - 4095, 1),
        rust(alloc_zeroed, most - 4095, 16),
        rust(alloc, most - 65_535, 1 << 16),
    ];
    for (index, block) in refused.iter().enumerate() {
        ensure(block.is_null(), || {
            format!("request {index} for more than there is gave a block")
        })?;
    }
    for align in [0, 3, size_of::<usize>() / 2] {
        ensure(c::posix_memalign(align, 8).is_null(), || {
            format!("posix_memalign took the alignment {align}")
        })?;
    }

    let size = 100;
    let block = c::malloc(size);
    ensure(!block.is_null(), || "100 bytes are null".to_owned())?;
    // SAFETY: live and of this size until it is freed.
    unsafe {
        block.write_bytes(7, size);
        for more in [usize::MAX, most + 1, most] {
            ensure(c::realloc(block, more).is_null(), || {
                format!("realloc to {more} bytes gave a block")
            })?;
        }
        ensure(is_filled(block, size, 7), || {
            "a failed realloc changed the block".to_owned()
        })?;
        c::free(block);
    }
    let mut vector = std::hint::black_box(vec![1_u8; size]);
    for more in [usize::MAX, most, most - 4095] {
        ensure(vector.try_reserve(more).is_err(), || {
            format!("a vector reserved {more} bytes")
        })?;
    }
    ensure(vector == [1; 100], || {
        "a failed try_reserve changed the vector".to_owned()
    })
}

/// What block number `index` is filled with; no two of the first 255 are the same, none is zero.
fn mark(index: usize) -> u8 {
    u8::try_from(index + 1).unwrap_or(u8::MAX)
}

/// A block by one of Rust's allocating functions.
fn rust(function: unsafe fn(Layout) -> *mut u8, size: usize, align: usize) -> *mut u8 {
    // SAFETY: no size here is zero.
    std::hint::black_box(unsafe { function(layout(size, align)) })
}
