//! The shadow table: what the checking allocator knows about every block.
#![allow(unsafe_code, reason = "the table cannot live in the heap it watches")]

use core::slice;

/// Which API a block came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Rust's global allocator.
    Rust,
    /// C's `malloc` family.
    C,
    /// The canonical ABI's `cabi_realloc`.
    Canonical,
}

/// One block, as it was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its address; zero in an empty slot.
    pub address: usize,
    /// Its size in bytes, without fences.
    pub size: usize,
    /// Its alignment in bytes.
    pub align: usize,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it has not been given back yet.
    pub live: bool,
}

/// Entries by address: open addressing with linear probing.
///
/// A block that is given back keeps its entry until its address is handed out again, which is how a
/// double free is told from a wild pointer; so nothing is ever removed. The table at most doubles
/// the memory it has and never returns any.
pub struct Table {
    slots: *mut Entry,
    /// A power of two, or zero before the first entry.
    capacity: usize,
    used: usize,
}

/// Slots of the first table; 64 KiB hold them on wasm32.
const FIRST_CAPACITY: usize = 2048;

impl Table {
    /// A table without memory of its own yet.
    pub const fn new() -> Self {
        Self {
            slots: core::ptr::null_mut(),
            capacity: 0,
            used: 0,
        }
    }

    /// What is known about the block at `address`, live or given back.
    pub fn find(&mut self, address: usize) -> Option<&mut Entry> {
        let slot = self.slot_of(address)?;
        (slot.address == address).then_some(slot)
    }

    /// Stores `entry` in place of what was known about its address.
    /// Returns false when there is no memory for the table.
    pub fn insert(&mut self, entry: Entry) -> bool {
        if self.used * 2 >= self.capacity && !self.grow() {
            return false;
        }
        let Some(slot) = self.slot_of(entry.address) else {
            return false;
        };
        let is_new = slot.address == 0;
        *slot = entry;
        self.used += usize::from(is_new);
        true
    }

    /// The slot that holds `address`, or the empty one where it belongs.
    fn slot_of(&mut self, address: usize) -> Option<&mut Entry> {
        let mask = self.capacity.checked_sub(1)?;
        // SAFETY: `grow` made `slots` point at `capacity` entries that are the table's alone.
        let slots = unsafe { slice::from_raw_parts_mut(self.slots, self.capacity) };
        // Fibonacci hashing: 2^32 divided by the golden ratio; blocks are 4 bytes apart at least.
        let mut index = ((address >> 2).wrapping_mul(0x9E37_79B9) >> 8) & mask;
        while slots[index].address != 0 && slots[index].address != address {
            index = (index + 1) & mask;
        }
        Some(&mut slots[index])
    }

    /// Doubles the table. Returns false when there is no memory.
    fn grow(&mut self) -> bool {
        let capacity = (self.capacity * 2).max(FIRST_CAPACITY);
        let slots = memory(capacity);
        if slots.is_null() {
            return false;
        }
        let old = core::mem::replace(
            self,
            Self {
                slots,
                capacity,
                used: 0,
            },
        );
        if old.capacity != 0 {
            // SAFETY: as in `slot_of`; the old memory stays where it is.
            for entry in unsafe { slice::from_raw_parts(old.slots, old.capacity) } {
                if entry.address != 0 {
                    self.insert(*entry);
                }
            }
        }
        true
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

/// Memory for `capacity` empty entries, straight from the machine; null when there is none.
#[cfg(target_arch = "wasm32")]
fn memory(capacity: usize) -> *mut Entry {
    const PAGE: usize = 65_536;
    let pages = (capacity * size_of::<Entry>()).div_ceil(PAGE);
    match core::arch::wasm32::memory_grow::<0>(pages) {
        usize::MAX => core::ptr::null_mut(),
        // New pages are zero, and a zero address is an empty entry.
        before => core::ptr::with_exposed_provenance_mut(before * PAGE),
    }
}

/// Memory for `capacity` empty entries, from the global allocator, which outside WebAssembly is
/// never the one that is checked; null when there is none.
#[cfg(not(target_arch = "wasm32"))]
fn memory(capacity: usize) -> *mut Entry {
    let Ok(layout) = core::alloc::Layout::array::<Entry>(capacity) else {
        return core::ptr::null_mut();
    };
    // SAFETY: the layout is not of size zero; all-zero bytes are an empty entry.
    unsafe { alloc::alloc::alloc_zeroed(layout) }.cast()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(address: usize, size: usize) -> Entry {
        Entry {
            address,
            size,
            align: 8,
            origin: Origin::Rust,
            live: true,
        }
    }

    #[test]
    fn every_entry_is_found_again_after_the_table_has_grown() {
        let mut table = Table::new();
        let count = 10 * FIRST_CAPACITY;
        for n in 1..=count {
            assert!(table.insert(entry(n * 16, n)));
        }
        for n in 1..=count {
            assert_eq!(table.find(n * 16), Some(&mut entry(n * 16, n)));
            assert_eq!(table.find(n * 16 + 4), None);
        }
    }

    #[test]
    fn a_later_entry_for_the_same_address_replaces_the_earlier_one() {
        let mut table = Table::new();
        assert!(table.insert(entry(64, 1)));
        assert!(table.insert(entry(64, 2)));
        assert_eq!(table.find(64), Some(&mut entry(64, 2)));
        assert_eq!(table.used, 1);
    }

    #[test]
    fn nothing_is_found_in_an_empty_table() {
        assert_eq!(Table::new().find(64), None);
    }
}
