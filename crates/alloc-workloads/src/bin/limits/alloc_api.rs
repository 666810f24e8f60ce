//! The ways to ask for a block, with one interface.
#![allow(unsafe_code, reason = "deals in raw blocks")]

use crate::c;
use std::alloc::{self, Layout};
use std::hint::black_box;

/// By which functions a block is made, resized and given back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Api {
    /// Rust's `alloc`.
    Rust,
    /// Rust's `alloc_zeroed`.
    RustZeroed,
    /// C's `malloc`.
    Malloc,
    /// C's `calloc`.
    Calloc,
    /// C's `aligned_alloc`.
    AlignedAlloc,
    /// C's `posix_memalign`.
    PosixMemalign,
}

/// Every API.
pub(crate) const APIS: [Api; 6] = [
    Api::Rust,
    Api::RustZeroed,
    Api::Malloc,
    Api::Calloc,
    Api::AlignedAlloc,
    Api::PosixMemalign,
];

/// What C's `malloc` aligns to: `alignof(max_align_t)`, the same on x86-64 and on wasm32.
const C_ALIGN: usize = 16;

impl Api {
    /// A block of `size` bytes (not none) at a multiple of `align`, a power of two; null when it is
    /// refused. `malloc` and `calloc` heed `align` up to 16.
    pub(crate) fn take(self, size: usize, align: usize) -> *mut u8 {
        match self {
            // NB: hidden from the optimizer, which may take for granted that a block is there.
            // SAFETY: the size is not zero.
            Self::Rust => black_box(unsafe { alloc::alloc(layout(size, align)) }),
            // SAFETY: as above.
            Self::RustZeroed => black_box(unsafe { alloc::alloc_zeroed(layout(size, align)) }),
            Self::Malloc => c::malloc(size),
            Self::Calloc => c::calloc(size, 1),
            Self::AlignedAlloc => c::aligned_alloc(align, size),
            Self::PosixMemalign => c::posix_memalign(align.max(size_of::<usize>()), size),
        }
    }

    /// The alignment that a block has for sure, when `align` was asked for.
    pub(crate) fn promised(self, align: usize) -> usize {
        match self {
            Self::Malloc | Self::Calloc => C_ALIGN,
            _ => align,
        }
    }

    /// Whether blocks come filled with zeros.
    pub(crate) fn zeroes(self) -> bool {
        matches!(self, Self::RustZeroed | Self::Calloc)
    }

    /// Resizes a block to `size` bytes (not none); null when it is refused, and then the block is as
    /// before.
    ///
    /// # Safety
    ///
    /// `block` came from this API with this layout and is live.
    pub(crate) unsafe fn resize(self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Self::Rust | Self::RustZeroed => black_box(alloc::realloc(block, layout, size)),
                _ => c::realloc(block, size),
            }
        }
    }

    /// Gives a block back.
    ///
    /// # Safety
    ///
    /// `block` came from this API with this layout and is live.
    pub(crate) unsafe fn give(self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Self::Rust | Self::RustZeroed => alloc::dealloc(black_box(block), layout),
                _ => c::free(block),
            }
        }
    }
}

/// # Panics
///
/// If there is no such layout.
pub(crate) fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("sizes and alignments here make layouts")
}

/// Whether the first `count` bytes of `block` all are `byte`.
///
/// # Safety
///
/// `block` is live and has that many bytes, all of them written to.
pub(crate) unsafe fn is_filled(block: *const u8, count: usize, byte: u8) -> bool {
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(black_box(block), count) };
    // All are like the first if each is like the one before: one call of `memcmp`, which is quick in
    // debug builds too.
    bytes
        .split_first()
        .is_none_or(|(&first, rest)| first == byte && rest == &bytes[..rest.len()])
}
