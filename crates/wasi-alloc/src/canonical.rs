//! The canonical ABI's `cabi_realloc` over a [`Heap`].
//!
//! The host calls it for the memory of every list and string it hands in, and to resize a string
//! while it changes its encoding.
#![allow(unsafe_code, reason = "the host is handed raw memory")]

use crate::heap::{Heap, WORD};
use core::alloc::Layout;
use core::ptr;

/// Moves `old` to a block of `new_size` bytes and keeps what fits; null when there is no memory.
/// An `old_size` of zero means that there is no old block; a `new_size` of zero gives `align` as a
/// dangling pointer, as the standard library does.
///
/// Blocks with an alignment of at most [`WORD`] may be given back to C and to Rust. Those with a
/// larger one are Rust's: only bindings made for Rust ask for them, since wasi-libc's have no list
/// whose elements hold 64-bit values.
///
/// # Safety
///
/// `align` is a power of two, the same in every call for one block; `old` with `old_size` is a live
/// block of this function if `old_size` is not zero.
pub unsafe fn realloc(
    heap: &impl Heap,
    old: *mut u8,
    old_size: usize,
    align: usize,
    new_size: usize,
) -> *mut u8 {
    let new = if new_size == 0 {
        ptr::without_provenance_mut(align)
    } else if align > WORD {
        match Layout::from_size_align(new_size, align) {
            // SAFETY: not of size zero.
            Ok(layout) => unsafe { heap.alloc(layout) },
            Err(_) => ptr::null_mut(),
        }
    } else {
        // SAFETY: a power of two, and just compared with WORD.
        unsafe { heap.canonical_alloc(new_size, align) }
    };
    if !new.is_null() && old_size != 0 {
        // SAFETY: the caller's promise about `old`; `new` is another block, and both hold the bytes
        // copied. `dealloc` takes both kinds of block.
        unsafe {
            ptr::copy_nonoverlapping(old, new, old_size.min(new_size));
            let old_layout = Layout::from_size_align_unchecked(old_size, align);
            heap.dealloc(old, old_layout);
        }
    }
    new
}
