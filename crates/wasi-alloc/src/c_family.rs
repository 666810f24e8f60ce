//! C's `malloc` family over a [`Heap`], with C's rules for the corner cases.
//!
//! `errno` is left alone: the C standard leaves it open, and stable Rust cannot name wasi-libc's
//! thread-local variable. POSIX wants it to be `ENOMEM` after a refusal; null says the same.
#![allow(unsafe_code, reason = "C's allocation functions deal in raw pointers")]

use crate::heap::{C_ALIGN, Heap, WORD};
use core::ptr;

/// WASI's number for "invalid argument" (`__wasi_errno_t` in wasi-libc).
pub const EINVAL: i32 = 28;

/// WASI's number for "not enough memory" (`__wasi_errno_t` in wasi-libc).
pub const ENOMEM: i32 = 48;

/// A block of `size` bytes, or null. A size of zero gives a block of its own, which must be freed.
pub fn malloc(heap: &impl Heap, size: usize) -> *mut u8 {
    // SAFETY: C_ALIGN is a power of two.
    unsafe { heap.c_alloc(size, C_ALIGN) }
}

/// A zeroed block for `count` elements of `size` bytes, or null, also when the product overflows.
pub fn calloc(heap: &impl Heap, count: usize, size: usize) -> *mut u8 {
    let Some(total) = count.checked_mul(size) else {
        return ptr::null_mut();
    };
    let block = malloc(heap, total);
    if !block.is_null() {
        // SAFETY: the block is ours alone and `total` bytes long.
        unsafe { block.write_bytes(0, total) };
    }
    block
}

/// Moves `block` to one of `size` bytes and keeps what fits; null when there is no memory, and then
/// `block` stays as it is. A null `block` makes this [`malloc`]; a size of zero frees nothing but
/// shrinks to a block of its own.
///
/// It always moves: growing in place would cost every module some 100 bytes, for the few callers of
/// `realloc` in wasi-libc.
///
/// # Safety
///
/// `block` is null or a live block of C or of the canonical ABI.
pub unsafe fn realloc(heap: &impl Heap, block: *mut u8, size: usize) -> *mut u8 {
    let new = malloc(heap, size);
    if !new.is_null() && !block.is_null() {
        // SAFETY: the caller's promise; `new` is another block, and both hold the bytes copied.
        unsafe {
            let kept = heap.c_usable_size(block).min(size);
            ptr::copy_nonoverlapping(block, new, kept);
            heap.c_free(block);
        }
    }
    new
}

/// Gives `block` back; null is nothing to give.
///
/// # Safety
///
/// `block` is null or a live block of C or of the canonical ABI.
pub unsafe fn free(heap: &impl Heap, block: *mut u8) {
    if !block.is_null() {
        // SAFETY: the caller's promise.
        unsafe { heap.c_free(block) };
    }
}

/// A block of `size` bytes at a multiple of `align`; null when there is no memory or `align` is not
/// a power of two.
pub fn aligned_alloc(heap: &impl Heap, align: usize, size: usize) -> *mut u8 {
    if !align.is_power_of_two() {
        return ptr::null_mut();
    }
    // SAFETY: just looked.
    unsafe { heap.c_alloc(size, align) }
}

/// Stores a block of `size` bytes at a multiple of `align` in `out` and returns 0. Returns
/// [`EINVAL`] when `align` is not a power of two or less than a pointer's size, [`ENOMEM`] when
/// there is no memory; `out` then keeps its value.
///
/// # Safety
///
/// `out` can be written to.
pub unsafe fn posix_memalign(
    heap: &impl Heap,
    out: *mut *mut u8,
    align: usize,
    size: usize,
) -> i32 {
    if align < WORD || !align.is_power_of_two() {
        return EINVAL;
    }
    let block = aligned_alloc(heap, align, size);
    if block.is_null() {
        return ENOMEM;
    }
    // SAFETY: the caller's promise.
    unsafe { out.write(block) };
    0
}

/// How many bytes of `block` may be used; 0 for null.
///
/// # Safety
///
/// `block` is null or a live block of C or of the canonical ABI.
pub unsafe fn malloc_usable_size(heap: &impl Heap, block: *mut u8) -> usize {
    if block.is_null() {
        return 0;
    }
    // SAFETY: the caller's promise.
    unsafe { heap.c_usable_size(block) }
}
