//! talc as it comes, kept away from the end of the address space (see [`crate::edge`]).
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use crate::edge::sums;
use crate::memory;
use crate::memory::pages::Memory;
use core::alloc::Layout;
use core::ptr::NonNull;
use talc::base::binning::Binning;
use talc::base::{CHUNK_UNIT, Talc};
use talc::source::Source;

/// Memory as talc 5.1.1's own sources take it: with `EXTEND` as `WasmGrowAndExtend` does, without as
/// `WasmGrowAndClaim`. They grow to the end of the address space, and this one does not.
#[derive(Debug)]
pub(crate) struct Pages<M, const EXTEND: bool> {
    memory: M,
    /// Where the youngest heap ends.
    end: Option<NonNull<u8>>,
}

impl<M, const EXTEND: bool> Pages<M, EXTEND> {
    /// Nothing taken yet.
    pub(crate) const fn new(memory: M) -> Self {
        Self { memory, end: None }
    }
}

// SAFETY: allocates nothing.
unsafe impl<M: Memory, const EXTEND: bool> Source for Pages<M, EXTEND> {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // With the heap's first mark. No overflow: see `sums::wide`.
        let wide = sums::wide(layout) + CHUNK_UNIT;
        let (start, bytes) = memory::grow(&mut talc.source.memory, wide).ok_or(())?;
        // SAFETY: the memory is ours (see `Memory`), and `end` is where the youngest heap ends.
        unsafe {
            match talc.source.end {
                Some(end) if EXTEND && end.as_ptr() == start => {
                    // `memory::grow` has looked: the end is in the address space.
                    talc.source.end = Some(talc.extend(end, start.wrapping_add(bytes)));
                }
                _ => talc.source.end = Some(talc.claim(start, bytes).ok_or(())?),
            }
        }
        Ok(())
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) use stock::Stock;

#[cfg(target_arch = "wasm32")]
mod stock {
    use super::{Pages, sums};
    use crate::memory::Linear;
    use crate::memory::pages::Memory;
    use core::alloc::{GlobalAlloc, Layout};
    use core::ptr;
    use talc::cell::TalcSyncCell;
    use talc::wasm::WasmBinning;

    /// talc, which is not asked for what would wrap around.
    pub(crate) struct Stock<const EXTEND: bool>(TalcSyncCell<Pages<Linear, EXTEND>, WasmBinning>);

    impl<const EXTEND: bool> Stock<EXTEND> {
        /// An allocator that has touched no memory yet.
        pub(crate) const fn new() -> Self {
            Self(TalcSyncCell::new_wasm(Pages::new(Linear)))
        }
    }

    /// Whether talc must not be asked.
    fn is_beyond(size: usize, align: usize) -> bool {
        sums::is_beyond(size, align, || Linear.size().wrapping_sub(1))
    }

    // SAFETY: every block is talc's.
    unsafe impl<const EXTEND: bool> GlobalAlloc for Stock<EXTEND> {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if is_beyond(layout.size(), layout.align()) {
                return ptr::null_mut();
            }
            // SAFETY: passed on.
            unsafe { self.0.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: passed on.
            unsafe { self.0.dealloc(block, layout) }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            // A block that shrinks stays where it is, unless it moves with this feature.
            let asks = cfg!(feature = "talc-no-realloc") || new_size > layout.size();
            if asks && is_beyond(new_size, layout.align()) {
                return ptr::null_mut();
            }
            // SAFETY: passed on.
            unsafe { self.0.realloc(block, layout, new_size) }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
