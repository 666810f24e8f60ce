//! The allocator under the whole module, as wasi-alloc does it with its own: under Rust, C and the canonical ABI.
//!
//! A global allocator alone is not enough: on wasip2 what the host hands in would be allocated by it and freed by
//! wasi-libc's `free`. [`OneHeap`] tells the blocks of all three apart. The functions below are all that wasi-libc's
//! own allocator defines, so that it is not linked.

use crate::allocator::Powers;
use wasi_alloc::{OneHeap, c_family};

#[global_allocator]
static HEAP: OneHeap<Powers> = OneHeap::new(Powers::new());

#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut u8 {
    c_family::malloc(&HEAP, size)
}

#[unsafe(no_mangle)]
extern "C" fn calloc(count: usize, size: usize) -> *mut u8 {
    c_family::calloc(&HEAP, count, size)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: C's rules for `realloc` are the function's; so it is with all of them.
    unsafe { c_family::realloc(&HEAP, block, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut u8) {
    // SAFETY: as above.
    unsafe { c_family::free(&HEAP, block) }
}

#[unsafe(no_mangle)]
extern "C" fn aligned_alloc(align: usize, size: usize) -> *mut u8 {
    c_family::aligned_alloc(&HEAP, align, size)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(out: *mut *mut u8, align: usize, size: usize) -> i32 {
    // SAFETY: as above.
    unsafe { c_family::posix_memalign(&HEAP, out, align, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn malloc_usable_size(block: *mut u8) -> usize {
    // SAFETY: as above.
    unsafe { c_family::malloc_usable_size(&HEAP, block) }
}

#[unsafe(no_mangle)]
extern "C" fn __libc_malloc(size: usize) -> *mut u8 {
    malloc(size)
}

#[unsafe(no_mangle)]
extern "C" fn __libc_calloc(count: usize, size: usize) -> *mut u8 {
    calloc(count, size)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __libc_free(block: *mut u8) {
    // SAFETY: as above.
    unsafe { free(block) }
}

/// What the host asks for memory: strong, so it wins over those of std and of wasi-libc.
#[cfg(target_env = "p2")]
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(
    old: *mut u8,
    old_size: usize,
    align: usize,
    new_size: usize,
) -> *mut u8 {
    // SAFETY: the canonical ABI's rules for this function are the function's.
    let block = unsafe { wasi_alloc::canonical::realloc(&HEAP, old, old_size, align, new_size) };
    if block.is_null() {
        // The canonical ABI knows no null: out of memory is a trap.
        core::arch::wasm32::unreachable();
    }
    block
}
