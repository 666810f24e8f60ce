//! talc with this source on a memory of tests' own, where it looks through its whole heap before
//! every step.

use super::*;
use crate::arena::Arena;
use crate::memory::pages::PAGE;
use talc::wasm::WasmBinning;

fn bytes(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a valid layout")
}

fn grown<const EXTEND: bool>(layouts: &[Layout]) -> usize {
    let arena = Arena::new(PAGE);
    let mut talc: Talc<Pages<&Arena, EXTEND>, WasmBinning> = Talc::new(Pages::new(&arena));
    for &layout in layouts {
        // SAFETY: not of size zero.
        let block = unsafe { talc.allocate(layout) }.expect("there is memory");
        assert!(block.addr().get().is_multiple_of(layout.align()));
    }
    arena.grown()
}

#[test]
fn memory_grows_by_what_talcs_own_sources_take() {
    // A block, its mark and the heap's own, in units: the last of these needs a second page.
    let fits = PAGE - 2 * CHUNK_UNIT - size_of::<usize>();
    for (size, pages) in [(5000, 1), (fits, 1), (fits + CHUNK_UNIT + 1, 2)] {
        // The first heap holds talc's lists.
        let layouts = [bytes(PAGE - 4096, 1), bytes(size, 1)];
        assert_eq!(grown::<false>(&layouts), 1 + pages, "{size}");
    }
    assert_eq!(grown::<true>(&[bytes(PAGE / 2, 1), bytes(1, PAGE)]), 3);
}

#[test]
fn without_memory_there_is_none() {
    let arena = Arena::new(PAGE);
    arena.most.set(3);
    let mut talc: Talc<Pages<&Arena, true>, WasmBinning> = Talc::new(Pages::new(&arena));
    // SAFETY: not of size zero.
    unsafe {
        assert!(talc.allocate(bytes(3 * PAGE, 1)).is_none());
        assert!(talc.allocate(bytes(PAGE, 1)).is_some());
        assert!(talc.allocate(bytes(PAGE, 1)).is_none());
    }
}
