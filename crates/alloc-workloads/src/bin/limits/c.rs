//! C's allocation functions, by the names that every C program calls them.
#![allow(unsafe_code, reason = "calls C")]

use std::ffi::c_void;
use std::ptr;

mod symbols {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        pub(super) fn malloc(size: usize) -> *mut c_void;
        pub(super) fn calloc(count: usize, size: usize) -> *mut c_void;
        pub(super) fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
        pub(super) fn free(block: *mut c_void);
        pub(super) fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
        pub(super) fn posix_memalign(out: *mut *mut c_void, align: usize, size: usize) -> c_int;
    }
}

/// Hides a pointer from the optimizer, which may otherwise take a block that nobody looks at for
/// granted and drop the call.
fn opaque(block: *mut c_void) -> *mut u8 {
    std::hint::black_box(block).cast()
}

pub(crate) fn malloc(size: usize) -> *mut u8 {
    // SAFETY: any size will do.
    opaque(unsafe { symbols::malloc(size) })
}

pub(crate) fn calloc(count: usize, size: usize) -> *mut u8 {
    // SAFETY: any sizes will do.
    opaque(unsafe { symbols::calloc(count, size) })
}

/// # Safety
///
/// `block` is null or a live block of C's.
pub(crate) unsafe fn realloc(block: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    opaque(unsafe { symbols::realloc(block.cast(), size) })
}

/// # Safety
///
/// `block` is null or a live block of C's.
pub(crate) unsafe fn free(block: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { symbols::free(std::hint::black_box(block).cast()) }
}

/// `align` is a power of two.
pub(crate) fn aligned_alloc(align: usize, size: usize) -> *mut u8 {
    // SAFETY: any numbers will do; bad ones give null.
    opaque(unsafe { symbols::aligned_alloc(align, size) })
}

/// The block; null when the function returns an error.
pub(crate) fn posix_memalign(align: usize, size: usize) -> *mut u8 {
    let mut out = ptr::null_mut();
    // SAFETY: `out` can be written to.
    match unsafe { symbols::posix_memalign(&raw mut out, align, size) } {
        0 => opaque(out),
        _ => ptr::null_mut(),
    }
}

/// C's `errno`.
pub(crate) fn errno() -> Option<i32> {
    std::io::Error::last_os_error().raw_os_error()
}

/// What `assert(1 == 2)` does.
#[cfg(target_os = "wasi")]
pub(crate) fn fail_an_assertion() -> ! {
    use core::ffi::{c_char, c_int};
    unsafe extern "C" {
        fn __assert_fail(
            expression: *const c_char,
            file: *const c_char,
            line: c_int,
            function: *const c_char,
        ) -> !;
    }
    // SAFETY: the strings end with a zero and live for ever.
    unsafe {
        __assert_fail(
            c"1 == 2".as_ptr(),
            c"numbers.c".as_ptr(),
            420,
            c"compare".as_ptr(),
        )
    }
}
