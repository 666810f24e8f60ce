//! How close to the end of the address space a heap may come.
//!
//! talc 5.1.1 adds the size of a request to the addresses of its gaps and blocks without looking for
//! overflow (see `docs/talc-overflow.md`). Near the end of a 4 GiB memory such a sum wraps, a gap
//! that is too small passes for one that is large enough, and two blocks overlap. Two rules keep
//! every sum below the end, for every allocator of this crate that is made of talc; `slabs` keeps the first
//! one, too:
//!
//! - No heap reaches into the last [`RESERVE`] bytes of the address space. So a request of at most
//!   that many can be added to any address in a heap.
//! - A larger request is refused if it would reach beyond the address space from the end of memory
//!   (see [`sums::is_beyond`]): then it could not be served there anyway, and talc is not asked.

#[cfg(any(
    all(
        target_arch = "wasm32",
        any(
            feature = "talc",
            feature = "talc-claim",
            feature = "talc-no-grow",
            feature = "talc-no-realloc",
            feature = "talc-tail"
        )
    ),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
pub(crate) mod sums;

/// Bytes at the end of the address space that no heap reaches into.
///
/// A program that has used all other memory, and has freed it, gets blocks of nearly this size for
/// certain. Larger ones would cost more of the memory, smaller ones serve fewer programs: 1/256 of
/// the address space on wasm32.
pub(crate) const RESERVE: usize = 1 << 24;

/// Whether a heap may end `bytes` above `start`.
pub(crate) fn may_end(start: usize, bytes: usize) -> bool {
    start
        .checked_add(bytes)
        .is_some_and(|end| end <= usize::MAX - RESERVE + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_end_before_the_reserve() {
        let most = usize::MAX - RESERVE + 1;
        assert!(may_end(most - 65_536, 65_536));
        assert!(!may_end(most - 65_535, 65_536));
        assert!(!may_end(usize::MAX - 65_535, 65_536));
        assert!(!may_end(usize::MAX, usize::MAX));
    }
}
