//! A memory of tests' own, natively.
#![allow(unsafe_code, reason = "hands out raw memory")]

use crate::memory::Tail;
use crate::memory::pages::{Memory, PAGE};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

/// A memory that can grow to [`Arena::MOST`] pages. It begins with a page of data, and the tail.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) start: *mut u8,
    /// Bytes of the first page that are the program's.
    pub(crate) data: usize,
    pub(crate) pages: Cell<usize>,
    pub(crate) most: Cell<usize>,
    /// Pages that there are addresses for.
    reserved: usize,
}

impl Arena {
    pub(crate) const MOST: usize = 64;
    const FOREIGN: u8 = 0x5A;

    fn layout(pages: usize) -> Layout {
        Layout::from_size_align(pages * PAGE, PAGE).expect("a valid layout")
    }

    pub(crate) fn new(data: usize) -> Self {
        Self::with_pages(data, Self::MOST)
    }

    /// One that can grow to `pages`.
    pub(crate) fn with_pages(data: usize, pages: usize) -> Self {
        // SAFETY: not of size zero.
        let start = unsafe { System.alloc(Self::layout(pages)) };
        assert!(!start.is_null());
        Self {
            start,
            data,
            pages: Cell::new(1),
            most: Cell::new(pages),
            reserved: pages,
        }
    }

    pub(crate) fn grown(&self) -> usize {
        self.pages.get() - 1
    }

    /// Somebody else grows the memory by a page and fills it; returns which one.
    pub(crate) fn foreign(&self) -> usize {
        let page = self.pages.get();
        self.pages.set(page + 1);
        // SAFETY: within the memory, and nobody's.
        unsafe { self.start.add(page * PAGE).write_bytes(Self::FOREIGN, PAGE) };
        page
    }

    pub(crate) fn is_untouched(&self, page: usize) -> bool {
        // SAFETY: within the memory and filled.
        unsafe { std::slice::from_raw_parts(self.start.add(page * PAGE), PAGE) }
            .iter()
            .all(|&byte| byte == Self::FOREIGN)
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: made by `new`.
        unsafe { System.dealloc(self.start, Self::layout(self.reserved)) };
    }
}

// SAFETY: every page is handed out once.
unsafe impl Memory for &Arena {
    fn size(&self) -> usize {
        self.start.addr() + self.pages.get() * PAGE
    }

    fn grow(&mut self, pages: usize) -> Option<*mut u8> {
        assert_ne!(pages, 0, "growth by nothing");
        let before = self.pages.get();
        if before + pages > self.most.get() {
            return None;
        }
        self.pages.set(before + pages);
        // SAFETY: within the memory.
        Some(unsafe { self.start.add(before * PAGE) })
    }
}

// SAFETY: within the memory, and nobody's.
unsafe impl Tail for &Arena {
    fn tail(&mut self) -> (*mut u8, *mut u8) {
        // SAFETY: within the memory.
        unsafe { (self.start.add(self.data), self.start.add(PAGE)) }
    }
}
