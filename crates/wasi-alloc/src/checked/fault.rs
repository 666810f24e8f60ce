//! What the checking allocator finds wrong, and how it says so.

use super::table::{Entry, Origin};
use core::alloc::Layout;
use core::fmt;

/// By which API a block was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Rust's `dealloc` or `realloc`, with this layout.
    Rust(Layout),
    /// C's `free`, `realloc` or `malloc_usable_size`.
    C,
}

/// A block given back wrongly, or damaged before it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The address was never handed out.
    Unknown(usize, Api),
    /// The block was given back before.
    DoubleFree(Entry, Api),
    /// The block came from another heap.
    WrongHeap(Entry, Api),
    /// The layout is not the one the block was made with.
    WrongLayout(Entry, Layout),
    /// The fence below (true) or above the block was written to.
    Fence(Entry, bool),
    /// There is no memory for the table.
    TableFull,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rust(layout) => write!(
                f,
                "given to Rust's dealloc as {} bytes aligned to {}",
                layout.size(),
                layout.align()
            ),
            Self::C => f.write_str("given to C's free"),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = match self.origin {
            Origin::Rust => "Rust",
            Origin::C => "C",
            Origin::Canonical => "canonical ABI",
        };
        write!(
            f,
            "{origin} block at {:#x} of {} bytes aligned to {}",
            self.address, self.size, self.align
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(address, api) => {
                write!(f, "unknown pointer: {address:#x} {api}")
            }
            Self::DoubleFree(entry, api) => write!(f, "double free: {entry} {api}"),
            Self::WrongHeap(entry, api) => write!(f, "wrong heap: {entry} {api}"),
            Self::WrongLayout(entry, layout) => {
                write!(f, "wrong layout: {entry} {}", Api::Rust(*layout))
            }
            Self::Fence(entry, below) => {
                let side = if *below { "below" } else { "above" };
                write!(f, "fence overwritten {side} the {entry}")
            }
            Self::TableFull => f.write_str("no memory for the table of blocks"),
        }
    }
}
