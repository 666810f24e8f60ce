//! Linear memory that can be looked at when a run is over, of components as well, which show theirs to nobody.
#![allow(
    unsafe_code,
    reason = "wasmtime's traits for memories are unsafe to implement"
)]

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wasmtime::{Config, LinearMemory, MemoryCreator, MemoryType, Result, format_err};

/// Bytes of a word.
const WORD: usize = size_of::<u64>();

thread_local! {
    /// Of each memory that is gone: where its first byte is that is not zero.
    static FIRST_BYTES: RefCell<Vec<Option<u64>>> = const { RefCell::new(Vec::new()) };
}

/// Makes an engine put its memories here. Each access is then compared with the memory's end in code, which
/// takes time and no fuel.
pub(super) fn configure(config: &mut Config) {
    config
        .with_host_memory(Arc::new(Creator))
        .memory_reservation(0)
        .memory_guard_size(0)
        .guard_before_linear_memory(false)
        .memory_init_cow(false);
}

/// Where the first byte is that is not zero, of each memory that went on this thread since the last call.
/// A run is made and ended on one thread.
pub(super) fn take_first_bytes() -> Vec<Option<u64>> {
    FIRST_BYTES.take()
}

struct Creator;

// SAFETY: a memory is zero-filled, as long as it says, and its own. Nothing is reserved or guarded, as
// `configure` says, which is looked at.
unsafe impl MemoryCreator for Creator {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> std::result::Result<Box<dyn LinearMemory>, String> {
        if (reserved.unwrap_or(0), guard) != (0, 0) {
            return Err(format!(
                "a memory with {reserved:?} bytes reserved and {guard} bytes of guard is not to be had"
            ));
        }
        let mut memory = HostMemory::default();
        memory.grow_to(minimum).map_err(|error| error.to_string())?;
        Ok(Box::new(memory))
    }
}

/// A memory. Its words are atomic so that a program may write to them while this holds them; nobody else
/// reads them until then.
#[derive(Default)]
struct HostMemory {
    words: Vec<AtomicU64>,
    bytes: usize,
}

// SAFETY: the words are there up to `bytes`, and stay where they are until `grow_to`.
unsafe impl LinearMemory for HostMemory {
    fn byte_size(&self) -> usize {
        self.bytes
    }

    fn byte_capacity(&self) -> usize {
        self.words.capacity() * WORD
    }

    fn grow_to(&mut self, new_size: usize) -> Result<()> {
        let words = new_size.div_ceil(WORD);
        let more = words.saturating_sub(self.words.len());
        self.words
            .try_reserve(more)
            .map_err(|error| format_err!("{error}"))?;
        self.words.resize_with(words, AtomicU64::default);
        self.bytes = new_size;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.words.as_ptr().cast_mut().cast()
    }
}

impl HostMemory {
    fn first_byte(&self) -> Option<u64> {
        let word = |word: &AtomicU64| word.load(Ordering::Relaxed);
        let index = self.words.iter().position(|it| word(it) != 0)?;
        let zeros = word(&self.words[index]).to_le().trailing_zeros() / u8::BITS;
        Some((index * WORD) as u64 + u64::from(zeros))
    }
}

impl Drop for HostMemory {
    fn drop(&mut self) {
        FIRST_BYTES.with_borrow_mut(|all| all.push(self.first_byte()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memory of `bytes` with a byte written at each of `places`, after growing.
    fn written(bytes: usize, places: &[usize]) -> HostMemory {
        let mut memory = HostMemory::default();
        memory.grow_to(bytes).expect("there is memory");
        for &place in places {
            assert!(place < memory.byte_size());
            // SAFETY: within the memory.
            unsafe { memory.as_ptr().add(place).write(1) };
        }
        memory.grow_to(3 * bytes).expect("there is memory");
        memory
    }

    #[test]
    fn a_memory_keeps_what_was_written_when_it_grows_and_knows_the_first_byte() {
        assert_eq!(
            written(70_000, &[69_999, 12_345]).first_byte(),
            Some(12_345)
        );
        assert_eq!(written(70_000, &[0]).first_byte(), Some(0));
        assert_eq!(written(70_001, &[70_000]).first_byte(), Some(70_000));
        assert_eq!(written(70_000, &[]).first_byte(), None);
    }

    #[test]
    fn a_memory_that_is_gone_leaves_its_first_byte_to_its_thread() {
        take_first_bytes();
        drop(written(100, &[9]));
        drop(written(100, &[]));
        assert_eq!(take_first_bytes(), [Some(9), None]);
        assert_eq!(take_first_bytes(), []);
    }
}
