//! Pages, and how memory grows by them.

use crate::edge;
use core::fmt;

/// Size of WebAssembly's page in bytes.
pub(crate) const PAGE: usize = 1 << 16;

/// Memory that grows by pages.
///
/// # Safety
///
/// What [`Memory::grow`] hands out can be read and written and is nobody else's.
pub(crate) unsafe trait Memory: fmt::Debug {
    /// How many bytes there are below its end, somebody else's too; 0 stands for a full address space.
    fn size(&self) -> usize;

    /// Grows by `pages`, not none, and returns where the new ones begin. None if that is too much.
    fn grow(&mut self, pages: usize) -> Option<*mut u8>;
}

/// Grows by whole pages, at least one, that hold `bytes`: where they begin and how many bytes they
/// have. None if there are no more, or if no heap may have them (see [`edge`]).
///
/// `bytes` is a layout's size and less than a page, so rounding it up cannot overflow.
pub(crate) fn grow<M: Memory>(memory: &mut M, bytes: usize) -> Option<(*mut u8, usize)> {
    // NB: never none. Allocators ask again after each growth; a growth by nothing would be for ever.
    let bytes = bytes.max(1).next_multiple_of(PAGE);
    if !edge::may_end(memory.size().wrapping_sub(1), bytes) {
        return None;
    }
    let start = memory.grow(bytes / PAGE)?;
    Some((start, bytes))
}
