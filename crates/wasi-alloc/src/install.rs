//! What the crate puts into a WebAssembly module.
#![allow(unsafe_code, reason = "exported C symbols")]

#[cfg(not(feature = "tracing"))]
use crate::select::chosen;
#[cfg(feature = "tracing")]
use crate::tracing::install as chosen;

/// Only the global allocator, beside wasi-libc's own.
#[cfg(not(any(
    feature = "one-heap",
    feature = "checked",
    all(
        target_os = "wasi",
        not(target_env = "p1"),
        not(feature = "unsound-plain")
    )
)))]
mod global {
    #[global_allocator]
    static GLOBAL: super::chosen::Allocator = super::chosen::new();
}

/// The global allocator, C's family and, in components, the canonical ABI's.
#[cfg(any(
    feature = "one-heap",
    feature = "checked",
    all(
        target_os = "wasi",
        not(target_env = "p1"),
        not(feature = "unsound-plain")
    )
))]
mod everything {
    use super::chosen;
    use crate::OneHeap;
    use crate::c_family;

    #[cfg(not(feature = "checked"))]
    type Global = OneHeap<chosen::Allocator>;
    #[cfg(not(feature = "checked"))]
    #[global_allocator]
    static GLOBAL: Global = OneHeap::new(chosen::new());

    #[cfg(feature = "checked")]
    type Global = crate::Checked<OneHeap<chosen::Allocator>>;
    #[cfg(feature = "checked")]
    #[global_allocator]
    static GLOBAL: Global = crate::Checked::new(OneHeap::new(chosen::new()));

    // The symbols below are all that wasi-libc's `dlmalloc.o` defines. With every one of them
    // found here, the linker has no reason to take that object out of the archive.

    #[unsafe(no_mangle)]
    extern "C" fn malloc(size: usize) -> *mut u8 {
        c_family::malloc(&GLOBAL, size)
    }

    #[unsafe(no_mangle)]
    extern "C" fn calloc(count: usize, size: usize) -> *mut u8 {
        c_family::calloc(&GLOBAL, count, size)
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn realloc(block: *mut u8, size: usize) -> *mut u8 {
        // SAFETY: C's rules for `realloc` are the function's.
        unsafe { c_family::realloc(&GLOBAL, block, size) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn free(block: *mut u8) {
        // SAFETY: C's rules for `free` are the function's.
        unsafe { c_family::free(&GLOBAL, block) }
    }

    #[unsafe(no_mangle)]
    extern "C" fn aligned_alloc(align: usize, size: usize) -> *mut u8 {
        c_family::aligned_alloc(&GLOBAL, align, size)
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn posix_memalign(out: *mut *mut u8, align: usize, size: usize) -> i32 {
        // SAFETY: C's rules for `posix_memalign` are the function's.
        unsafe { c_family::posix_memalign(&GLOBAL, out, align, size) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn malloc_usable_size(block: *mut u8) -> usize {
        // SAFETY: C's rules for `malloc_usable_size` are the function's.
        unsafe { c_family::malloc_usable_size(&GLOBAL, block) }
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
        // SAFETY: C's rules for `free` are the function's.
        unsafe { free(block) }
    }

    /// Strong, so it wins over the weak definitions of the standard library and of wasi-libc.
    #[cfg(all(
        target_os = "wasi",
        not(target_env = "p1"),
        not(feature = "unsound-plain")
    ))]
    #[unsafe(no_mangle)]
    unsafe extern "C" fn cabi_realloc(
        old: *mut u8,
        old_size: usize,
        align: usize,
        new_size: usize,
    ) -> *mut u8 {
        // SAFETY: the canonical ABI's rules for this function are the function's.
        let block = unsafe { crate::canonical::realloc(&GLOBAL, old, old_size, align, new_size) };
        if block.is_null() {
            // The canonical ABI knows no null here: out of memory is a trap.
            core::arch::wasm32::unreachable();
        }
        block
    }
}
