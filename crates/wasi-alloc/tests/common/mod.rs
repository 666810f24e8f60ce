//! An inner allocator that checks its callers, and a generator of repeatable random numbers.
#![allow(
    unsafe_code,
    dead_code,
    reason = "implements an allocator; not every test uses all of it"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// The system's allocator, which insists on getting every block back exactly as it went out, and
/// which can be told to be out of memory.
#[derive(Default)]
pub(crate) struct Strict {
    live: RefCell<HashMap<usize, Layout>>,
    /// While true, every request fails.
    pub(crate) exhausted: Cell<bool>,
    /// Bytes that may be out at a time, if there is a limit.
    budget: Option<usize>,
    /// Bytes that are out.
    used: Cell<usize>,
}

impl Strict {
    /// One that refuses what would make more than `bytes` be out.
    pub(crate) fn with_budget(bytes: usize) -> Self {
        Self {
            budget: Some(bytes),
            ..Self::default()
        }
    }

    /// How many blocks are out.
    pub(crate) fn live(&self) -> usize {
        self.live.borrow().len()
    }

    fn out(&self, block: *mut u8, layout: Layout) -> *mut u8 {
        self.live.borrow_mut().insert(block.addr(), layout);
        self.used.set(self.used.get() + layout.size());
        block
    }

    fn back(&self, block: *mut u8, layout: Layout) {
        let known = self.live.borrow_mut().remove(&block.addr());
        assert_eq!(known, Some(layout), "given back differently at {block:?}");
        self.used.set(self.used.get() - layout.size());
    }

    fn refuses(&self, size: usize) -> bool {
        assert_ne!(size, 0, "allocators are never asked for nothing");
        // Without a budget: more than any test means to get; the system would try for some of it.
        let most = self.budget.unwrap_or(1 << 30);
        let used = self.budget.map_or(0, |_| self.used.get());
        self.exhausted.get() || size > most.saturating_sub(used)
    }
}

// SAFETY: the system's, with checks that end the test.
unsafe impl GlobalAlloc for &Strict {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.refuses(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: not of size zero.
        self.out(unsafe { System.alloc(layout) }, layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.back(block, layout);
        // SAFETY: just looked up.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if self.refuses(new_size) {
            return std::ptr::null_mut();
        }
        self.back(block, layout);
        let new_layout =
            Layout::from_size_align(new_size, layout.align()).expect("a valid new size");
        // SAFETY: just looked up, and the new size is neither zero nor too large.
        self.out(
            unsafe { System.realloc(block, layout, new_size) },
            new_layout,
        )
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): repeatable numbers from a seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let limit = u64::try_from(limit).expect("usize is at most 64 bits here");
        usize::try_from((z ^ (z >> 31)) % limit).expect("less than a usize")
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A size: mostly small, sometimes large.
    pub(crate) fn size(&mut self) -> usize {
        let limit = [1, 16, 100, 1_000, 20_000][self.below(5)];
        self.below(limit + 1)
    }
}
