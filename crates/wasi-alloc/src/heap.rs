//! One heap with three APIs.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;

/// Size of a machine word in bytes: 4 on wasm32.
pub const WORD: usize = size_of::<usize>();

/// Least alignment of a block that the inner allocator is asked for: 8 on wasm32.
///
/// It keeps the address bit [`WORD`] clear on every block but the canonical ones.
pub const PAIR: usize = 2 * WORD;

/// C's `alignof(max_align_t)` on wasm32, which `malloc` guarantees.
pub const C_ALIGN: usize = 16;

/// Three ways to get memory, and who may give it back.
///
/// | block from | given back to |
/// | --- | --- |
/// | [`GlobalAlloc::alloc`] | [`GlobalAlloc::dealloc`] |
/// | [`Heap::c_alloc`] | [`Heap::c_free`] |
/// | [`Heap::canonical_alloc`] | either of the two |
///
/// # Safety
///
/// Besides the rules of [`GlobalAlloc`]: blocks are valid until they are given back, have at least
/// the size and the alignment asked for, and go back as the table says.
pub unsafe trait Heap: GlobalAlloc {
    /// A block for C: `size` bytes (zero is fine), aligned to `align` and to [`C_ALIGN`];
    /// null when there is no memory.
    ///
    /// # Safety
    ///
    /// `align` is a power of two.
    unsafe fn c_alloc(&self, size: usize, align: usize) -> *mut u8;

    /// Takes a block back that C or the canonical ABI got.
    ///
    /// # Safety
    ///
    /// `block` came from [`Heap::c_alloc`] or [`Heap::canonical_alloc`] and was not given back yet.
    unsafe fn c_free(&self, block: *mut u8);

    /// How many bytes of `block` may be used: at least what was asked for.
    ///
    /// # Safety
    ///
    /// As for [`Heap::c_free`].
    unsafe fn c_usable_size(&self, block: *mut u8) -> usize;

    /// A block for a list or string that the host hands in: `size` bytes aligned to [`WORD`];
    /// null when there is no memory.
    ///
    /// # Safety
    ///
    /// `align` is a power of two and at most [`WORD`].
    unsafe fn canonical_alloc(&self, size: usize, align: usize) -> *mut u8;
}

/// What stands in the two words before a block that C may free.
struct Header {
    /// Where the inner allocator's block begins.
    base: *mut u8,
    /// How long it is, in bytes; its alignment is [`PAIR`].
    total: usize,
}

impl Header {
    /// The header of `block`.
    ///
    /// # Safety
    ///
    /// `block` is a live block of [`OneHeap::place`].
    unsafe fn of(block: *mut u8) -> *mut Header {
        // SAFETY: `place` leaves at least a header's room below every block it makes.
        unsafe { block.cast::<Header>().sub(1) }
    }
}

/// Serves Rust, C and the canonical ABI from the allocator `A`.
///
/// - Rust's blocks are `A`'s own, aligned to at least [`PAIR`].
/// - C's blocks lie at multiples of [`C_ALIGN`] with a header in the two words below. `A` is only
///   asked for [`PAIR`]-aligned memory, which none of the allocators has to search for.
/// - The canonical ABI's blocks have the same header but lie one word above a multiple of [`PAIR`].
///
/// So C's `free` reads the header and need not know which of its two kinds it holds, and Rust's
/// `dealloc` tells a canonical block from its own by one address bit.
pub struct OneHeap<A> {
    inner: A,
}

impl<A> OneHeap<A> {
    /// Puts the three APIs in front of `inner`.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

/// Whether there can be canonical blocks: not on wasip1, where nothing exports `cabi_realloc`.
const HAS_CANONICAL: bool = !cfg!(all(target_os = "wasi", target_env = "p1"));

/// What `A` is asked for when Rust wants `layout`: the same, aligned to at least [`PAIR`] where
/// that tells it from canonical blocks. None if that is more than a layout can say.
fn paired(layout: Layout) -> Option<Layout> {
    if HAS_CANONICAL {
        layout.align_to(PAIR).ok()
    } else {
        Some(layout)
    }
}

/// [`paired`] for the layout of a live block.
///
/// # Safety
///
/// A block of this layout was served, so [`paired`] had an answer.
unsafe fn paired_live(layout: Layout) -> Layout {
    // SAFETY: the caller's promise.
    unsafe { paired(layout).unwrap_unchecked() }
}

/// Whether the block at this address came from [`Heap::canonical_alloc`].
fn is_canonical(block: *mut u8) -> bool {
    HAS_CANONICAL && block.addr() & WORD != 0
}

impl<A: GlobalAlloc> OneHeap<A> {
    /// A block of `size` bytes, `skew` bytes above a multiple of `align`, with a [`Header`] below;
    /// null when there is no memory.
    ///
    /// # Safety
    ///
    /// `align` is a power of two and at least [`PAIR`]; `skew` is a multiple of [`WORD`].
    unsafe fn place(&self, size: usize, align: usize, skew: usize) -> *mut u8 {
        // `base` is a multiple of PAIR, so the next multiple of `align` that leaves room for the
        // header is at most `align` away.
        let total = size.saturating_add(align).saturating_add(skew);
        let Ok(layout) = Layout::from_size_align(total, PAIR) else {
            return ptr::null_mut();
        };
        // SAFETY: `total` is not zero, since `align` is not.
        let base = unsafe { self.inner.alloc(layout) };
        if base.is_null() {
            return base;
        }
        let room = (base.addr() + PAIR).next_multiple_of(align) - base.addr();
        // SAFETY: `room + skew + size <= total`, and `room >= PAIR`, the size of a header.
        unsafe {
            let block = base.add(room + skew);
            Header::of(block).write(Header { base, total });
            block
        }
    }
}

// SAFETY: a block is either `A`'s own, asked for with a stricter layout and given back with the
// same, or one of `place`, which `c_free` gives back with the layout it was asked for with.
unsafe impl<A: GlobalAlloc> GlobalAlloc for OneHeap<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(layout) = paired(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller's promise: the size is not zero.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(layout) = paired(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: as for `alloc`.
        unsafe { self.inner.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise: the block is live and either canonical, or `inner`'s with
        // this layout; the address bit tells which.
        unsafe {
            if is_canonical(block) {
                self.c_free(block);
            } else {
                self.inner.dealloc(block, paired_live(layout));
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise, by which this is a layout: only its size is new.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let Some(new_layout) = paired(new_layout) else {
            return ptr::null_mut();
        };
        // SAFETY: as for `dealloc`. A canonical block becomes one of Rust's own, so it does so
        // once; both blocks hold the bytes that are copied.
        unsafe {
            if !is_canonical(block) {
                return self.inner.realloc(block, paired_live(layout), new_size);
            }
            let new = self.inner.alloc(new_layout);
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, layout.size().min(new_size));
                self.c_free(block);
            }
            new
        }
    }
}

// SAFETY: every block of `place` carries what `c_free` needs, and Rust's `dealloc` knows the
// canonical ones by their address.
unsafe impl<A: GlobalAlloc> Heap for OneHeap<A> {
    unsafe fn c_alloc(&self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: a power of two, by the caller's promise, and at least PAIR.
        unsafe { self.place(size, align.max(C_ALIGN), 0) }
    }

    unsafe fn c_free(&self, block: *mut u8) {
        // SAFETY: the caller's promise: a live block of `place`, whose header says what `inner`
        // was asked for.
        unsafe {
            let Header { base, total } = Header::of(block).read();
            let layout = Layout::from_size_align_unchecked(total, PAIR);
            self.inner.dealloc(base, layout);
        }
    }

    unsafe fn c_usable_size(&self, block: *mut u8) -> usize {
        // SAFETY: as for `c_free`.
        let Header { base, total } = unsafe { Header::of(block).read() };
        base.addr() + total - block.addr()
    }

    unsafe fn canonical_alloc(&self, size: usize, _align: usize) -> *mut u8 {
        // SAFETY: PAIR is a power of two, WORD a multiple of itself.
        unsafe { self.place(size, PAIR, WORD) }
    }
}
