//! Every kind of fault is found, and named.
#![allow(unsafe_code, reason = "breaks an allocator's rules on purpose")]

mod common;

use common::Strict;
use std::alloc::{GlobalAlloc, Layout};
use std::ptr;
use wasi_alloc::checked::{Api, Entry, Fault};
use wasi_alloc::{Checked, OneHeap, c_family, canonical};

type Heap<'a> = Checked<OneHeap<&'a Strict>>;

fn with_heap(body: impl FnOnce(&Heap)) {
    let inner = Strict::default();
    body(&Checked::new(OneHeap::new(&inner)));
    assert_eq!(inner.live(), 0, "blocks left");
}

fn bytes(size: usize) -> Layout {
    Layout::array::<u8>(size).expect("small")
}

fn check(heap: &Heap, block: *mut u8, api: Api) -> Result<Entry, String> {
    // SAFETY: tests pass pointers as they were handed out, or ones that were not.
    unsafe { heap.check(block, api) }.map_err(|fault: Fault| {
        let text = fault.to_string();
        text.replace(&format!("{:#x}", block.addr()), "ADDRESS")
    })
}

#[test]
fn a_rust_block_given_to_c_is_the_wrong_heap() {
    with_heap(|heap| {
        // SAFETY: not of size zero; given back as it was made.
        unsafe {
            let block = heap.alloc(bytes(10));
            assert_eq!(
                check(heap, block, Api::C),
                Err(
                    "wrong heap: Rust block at ADDRESS of 10 bytes aligned to 1 given to C's free"
                        .into()
                )
            );
            heap.dealloc(block, bytes(10));
        }
    });
}

#[test]
fn a_c_block_given_to_rust_is_the_wrong_heap() {
    with_heap(|heap| {
        let block = c_family::malloc(heap, 10);
        assert_eq!(
            check(heap, block, Api::Rust(bytes(10))),
            Err(
                "wrong heap: C block at ADDRESS of 10 bytes aligned to 16 given to Rust's dealloc \
                 as 10 bytes aligned to 1"
                    .into()
            )
        );
        // SAFETY: live.
        unsafe { c_family::free(heap, block) };
    });
}

#[test]
fn a_canonical_block_may_go_to_c_and_to_rust_with_its_layout_only() {
    with_heap(|heap| {
        // SAFETY: no old block; given back as it was made.
        unsafe {
            let block = canonical::realloc(heap, ptr::null_mut(), 0, 4, 12);
            let layout = Layout::array::<u32>(3).expect("small");
            assert!(check(heap, block, Api::C).is_ok());
            assert!(check(heap, block, Api::Rust(layout)).is_ok());
            assert_eq!(
                check(heap, block, Api::Rust(bytes(12))),
                Err("wrong layout: canonical ABI block at ADDRESS of 12 bytes aligned to 4 given to \
                     Rust's dealloc as 12 bytes aligned to 1"
                    .into())
            );
            heap.dealloc(block, layout);
        }
    });
}

#[test]
fn a_canonical_block_of_large_alignment_given_to_c_is_the_wrong_heap() {
    with_heap(|heap| {
        // SAFETY: no old block; given back as it was made.
        unsafe {
            let block = canonical::realloc(heap, ptr::null_mut(), 0, 16, 32);
            assert!(check(heap, block, Api::C).is_err_and(|text| text.starts_with("wrong heap")));
            heap.dealloc(block, Layout::from_size_align(32, 16).expect("small"));
        }
    });
}

#[test]
fn a_wrong_size_is_found() {
    with_heap(|heap| {
        // SAFETY: not of size zero; given back as it was made.
        unsafe {
            let block = heap.alloc(bytes(10));
            assert_eq!(
                check(heap, block, Api::Rust(bytes(11))),
                Err(
                    "wrong layout: Rust block at ADDRESS of 10 bytes aligned to 1 given to Rust's \
                     dealloc as 11 bytes aligned to 1"
                        .into()
                )
            );
            heap.dealloc(block, bytes(10));
        }
    });
}

#[test]
fn a_block_given_back_twice_is_a_double_free() {
    with_heap(|heap| {
        // SAFETY: not of size zero; the second time it is only looked up.
        unsafe {
            let block = heap.alloc(bytes(10));
            heap.dealloc(block, bytes(10));
            let found = check(heap, block, Api::Rust(bytes(10)));
            assert!(found.is_err_and(|text| text.starts_with("double free: Rust block")));
        }
    });
}

#[test]
fn a_pointer_never_handed_out_is_unknown() {
    with_heap(|heap| {
        // SAFETY: not of size zero; given back as it was made.
        unsafe {
            let block = heap.alloc(bytes(10));
            assert_eq!(
                check(heap, block.add(1), Api::C),
                Err("unknown pointer: ADDRESS given to C's free".into())
            );
            heap.dealloc(block, bytes(10));
        }
    });
}

#[test]
fn a_write_on_either_side_is_found() {
    with_heap(|heap| {
        // SAFETY: the fences are the checker's memory, and they are put right again.
        unsafe {
            let block = c_family::malloc(heap, 10);
            for (offset, side) in [(-1, "below"), (-16, "below"), (10, "above"), (25, "above")] {
                let at = block.offset(offset);
                let before = at.replace(0);
                let found = check(heap, block, Api::C);
                assert_eq!(
                    found,
                    Err(format!(
                        "fence overwritten {side} the C block at ADDRESS of 10 bytes aligned to 16"
                    ))
                );
                at.write(before);
            }
            c_family::free(heap, block);
        }
    });
}

#[test]
fn the_fence_moves_with_a_resized_block() {
    with_heap(|heap| {
        // SAFETY: every block is live until it is given back; the fence is the checker's memory.
        unsafe {
            let block = heap.alloc(bytes(10));
            let block = heap.realloc(block, bytes(10), 20);
            block.add(10).write_bytes(0, 10);
            assert!(check(heap, block, Api::Rust(bytes(20))).is_ok());
            let before = block.add(20).replace(0);
            assert!(check(heap, block, Api::Rust(bytes(20))).is_err());
            block.add(20).write(before);
            heap.dealloc(block, bytes(20));
        }
    });
}

#[test]
fn fresh_memory_is_not_zero_unless_asked_for() {
    with_heap(|heap| {
        // SAFETY: not of size zero; filled by the checker.
        unsafe {
            let (fresh, zeroed) = (heap.alloc(bytes(8)), heap.alloc_zeroed(bytes(8)));
            assert_eq!(fresh.cast::<[u8; 8]>().read(), [0xA5; 8]);
            assert_eq!(zeroed.cast::<[u8; 8]>().read(), [0; 8]);
            heap.dealloc(fresh, bytes(8));
            heap.dealloc(zeroed, bytes(8));
        }
    });
}

#[test]
#[should_panic(expected = "wrong heap: C block at 0x")]
fn a_fault_ends_the_program() {
    let inner = Strict::default();
    let heap: Heap = Checked::new(OneHeap::new(&inner));
    let block = c_family::malloc(&heap, 10);
    // SAFETY: it is not: the checker has to stop this before the heap sees it.
    unsafe { heap.dealloc(block, bytes(10)) };
}
