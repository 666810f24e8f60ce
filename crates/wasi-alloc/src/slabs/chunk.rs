//! Chunks: what memory is divided into.
//!
//! A chunk has a head, a word with its size and two marks; its block follows. The next chunk's head is
//! that size above. A free chunk has its links where its block was, and its size again in its last word,
//! which the next chunk calls `below`:
//!
//! ```text
//!            chunk                             next chunk
//! used       |     |head|block                       |head|...
//! free       |     |head|next|prev|            |below|head|...
//! ```
//!
//! Chunks begin at multiples of [`UNIT`], and so do blocks.

/// A machine word.
pub(super) const WORD: usize = size_of::<usize>();

/// Sizes of chunks and addresses of blocks are multiples of this.
pub(super) const UNIT: usize = 2 * WORD;

/// The least size of a chunk. It needs only four words; but smaller ones are of no use, since small
/// blocks are not in chunks of their own, and bins begin here (see [`super::bins`]).
pub(super) const LEAST: usize = 16 * WORD;

/// Mark: this chunk is free.
pub(super) const FREE: usize = 1;

/// Mark: the chunk below is free.
pub(super) const BELOW: usize = 2;

/// A chunk, from the word below its head on.
#[repr(C)]
pub(super) struct Chunk {
    /// The size of the chunk below if that is free; else the last word of its block.
    pub(super) below: usize,
    /// Size and marks.
    pub(super) head: usize,
    /// A free chunk's neighbors in its bin.
    pub(super) next: *mut Chunk,
    pub(super) prev: *mut Chunk,
}

/// The size of the chunk for a block of `size` bytes. That is a layout's: the sum cannot overflow.
#[inline(always)]
pub(super) const fn size(size: usize) -> usize {
    (size + WORD + UNIT - 1) & !(UNIT - 1)
}

/// The size in a head.
#[inline(always)]
pub(super) const fn size_in(head: usize) -> usize {
    head & !(UNIT - 1)
}

/// The chunk whose block this is.
#[inline(always)]
pub(super) fn of(block: *mut u8) -> *mut Chunk {
    block.wrapping_sub(UNIT).cast()
}

/// The chunk's block.
#[inline(always)]
pub(super) fn block(chunk: *mut Chunk) -> *mut u8 {
    chunk.wrapping_byte_add(UNIT).cast()
}

/// Bytes from `chunk` to where a chunk can begin whose block is a multiple of `align`: none, or enough
/// for a chunk in between.
///
/// No overflow: heaps end [`RESERVE`](crate::edge::RESERVE) bytes before the address space, and `align`
/// is not larger.
#[inline(always)]
pub(super) fn front(chunk: *mut Chunk, align: usize) -> usize {
    let block = block(chunk).addr();
    if block & (align - 1) == 0 {
        0
    } else {
        (block + LEAST).next_multiple_of(align) - block
    }
}
