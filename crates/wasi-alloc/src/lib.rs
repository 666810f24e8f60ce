//! Puts one allocator under a whole WASI module: its Rust, its C and the canonical ABI.
//!
//! ```toml
//! [dependencies]
//! wasi-alloc = { version = "0.1", default-features = false, features = ["talc", "one-heap"] }
//! ```
//!
//! ```
//! use wasi_alloc as _; // that is all: the crate declares the `#[global_allocator]`
//! ```
//!
//! On targets other than `wasm32` the crate changes nothing, so tests run natively as before.
//!
//! # Features
//!
//! Exactly one allocator; none or two are a compile error that names those seen.
//!
//! | feature | allocator | when |
//! | --- | --- | --- |
//! | `dlmalloc` (default) | [the Rust port of dlmalloc](https://docs.rs/dlmalloc) | steady speed whatever the program does; the largest |
//! | `talc` | [talc](https://docs.rs/talc), which extends its heap when it grows | small and fast |
//! | `talc-claim` | talc with a new heap each time it grows, as before talc 5.1 | to compare with: blocks never reach across two heaps, so buffers that grow can take twice the memory and more |
//! | `talc-no-grow` | talc with its feature `disable-grow-in-place`: a block that grows moves | some hundred bytes less; not where buffers grow |
//! | `talc-no-realloc` | talc with its feature `disable-realloc-in-place`: a block that grows or shrinks moves | to compare with: no smaller than `talc-no-grow`, and shrinking copies too |
//! | `talc-tail` | talc with this crate's own memory source, bins and lists of small blocks: it begins in the tail of the initial memory | least memory of the talcs, and less work, but for single requests that take long; some 900 bytes larger than `talc` |
//! | `slabs` | this crate's own: small blocks without headers in runs of one size, all others sorted by size, from the tail of the initial memory on | the least work, and memory as `talc-tail` or less; some 1,600 bytes larger than `talc`, and new. Where in doubt, this one. See `docs/slabs.md` |
//! | `lol` | [`lol_alloc`](https://docs.rs/lol_alloc)'s free list | the smallest that frees. Not for long runs or for many live blocks: allocating and freeing walk the list of free blocks, and every resize moves |
//! | `lol-leaking` | `lol_alloc`'s bump pointer | programs that end soon. **Nothing is ever freed**; alignments above 64 KiB are not kept |
//! | `rlsf` | [rlsf](https://docs.rs/rlsf)'s two-level segregated fit, in its small form | constant time in the worst case. Not for buffers that grow: they take twice the memory, since its pools never merge on WebAssembly, and every resize moves |
//! | `system` | wasi-libc's own, the standard library's default | adds nothing; not smaller for all that, since it is C's dlmalloc |
//!
//! | feature | what it does |
//! | --- | --- |
//! | `one-heap` | C's `malloc` family is served by the same allocator, so that wasi-libc's is not linked: 7 to 10 KB less, one heap instead of two. On wasip2 it is always on. Not with `system`, which is one heap already |
//! | `checked` | for tests: every block is fenced, poisoned and looked up when it goes back, whichever API it takes; see [`checked`]. Implies `one-heap` |
//! | `tracing` | for measuring: what the allocator does is counted and can be read from outside, by `wasm-heft profile`; see `tracing` |
//! | `unsound-plain` | a `#[global_allocator]` and nothing else: the recipe in general use. **Unsound on wasip2** with every allocator but `system`; it is there to be measured, and with `checked` to be caught |
//!
//! # The trap on wasip2
//!
//! The usual recipe, an allocator crate and two lines of `#[global_allocator]`, corrupts memory in
//! a component. With the dlmalloc crate or `lol_alloc` a program traps as soon as its standard input
//! is longer than a few kilobytes; others live on by luck.
//!
//! It happens like this:
//!
//! 1. A host that hands in a list or string (standard input, arguments, the environment, names in a
//!    directory) asks the component for memory through an export called `cabi_realloc`.
//! 2. The standard library and wasi-libc both define that function weakly. The standard library's is
//!    linked, and it allocates with the **Rust global allocator**.
//! 3. wasi-libc's bindings take the list, copy what they need, and give it to **C's `free`**, which
//!    belongs to wasi-libc's own dlmalloc. Other lists, random bytes or HTTP headers, end up in a
//!    `Vec` and go back through Rust's `dealloc`, with a layout.
//!
//! While Rust's allocator is wasi-libc's `malloc` (the default), that works: both are one heap, and
//! it needs no layout. With any other allocator, C's `free` is handed blocks it never made.
//!
//! So on wasip2 one heap is not an optimization, and this crate does not let you switch it off.
//!
//! # How it works
//!
//! [`OneHeap`] has three APIs, and a block from the canonical ABI may leave by either of the other
//! two:
//!
//! | block | address (wasm32) | in the words below |
//! | --- | --- | --- |
//! | Rust's | a multiple of 8 | nothing |
//! | C's | a multiple of 16 | start and length of the allocator's block |
//! | the canonical ABI's | 4 above a multiple of 8 | the same |
//!
//! C's `free` reads the words below and treats the last two alike. Rust's `dealloc` and `realloc`
//! look at one bit of the address: if it is set, the block goes the way of `free`. A `Vec` made from
//! the host's list can grow; it moves to a block of Rust's own when it does.
//!
//! An address 4 above a multiple of 8 is good for alignments up to 4, which covers every list and
//! string that wasi-libc's bindings free. Lists with 64-bit values need 8; only bindings made for
//! Rust use them, so these are Rust's blocks and nothing else. The checking allocator takes nobody's
//! word for it and reports one that C frees.
//!
//! # Where panics say nothing
//!
//! In a program compiled with `-Cpanic=immediate-abort`, C's failed assertions trap without a message,
//! too. Where wasi-libc is built with assertions that keeps C's `printf` out, some 8 KB.
//!
//! # Limits
//!
//! One thread: on `wasm32-wasip1-threads` use `system`. Only the two WASI targets are tested; on
//! `wasm32-wasip3` the crate does not compile, since its rules differ.
//!
//! talc by itself hands out overlapping blocks near the end of a 4 GiB memory (`docs/talc-overflow.md`).
//! The five allocators made of it do not here: their heaps end 16 MiB below 4 GiB, and a request for
//! more than that is refused if it would reach beyond 4 GiB from where memory ends. So in a program
//! that has ever used 3 GiB a single block can have at most 1 GiB, wherever there is room. The heap of
//! `slabs` ends there, too; its blocks can be as long as there is room, but alignments above 16 MiB are
//! refused.
//!
//! `lol` that was filled with millions of bytes and emptied may serve few again: its list is short on
//! merging. It is for small and short programs.

#![no_std]

// Outside WebAssembly the checker's table has to live somewhere.
#[cfg(not(target_arch = "wasm32"))]
extern crate alloc;
#[cfg(any(test, fuzzing))]
extern crate std;

#[cfg(all(any(test, fuzzing), not(target_arch = "wasm32")))]
mod arena;
#[cfg(all(target_os = "wasi", not(feature = "unsound-plain")))]
mod assert_fail;
pub mod c_family;
pub mod canonical;
pub mod checked;
#[cfg(any(
    all(
        target_arch = "wasm32",
        any(
            feature = "talc",
            feature = "talc-claim",
            feature = "talc-no-grow",
            feature = "talc-no-realloc",
            feature = "talc-tail",
            feature = "slabs"
        )
    ),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
mod edge;
#[doc(hidden)]
pub mod exercise;
pub mod heap;
#[cfg(all(target_arch = "wasm32", not(feature = "system")))]
mod install;
#[cfg(any(
    all(
        target_arch = "wasm32",
        any(
            feature = "talc",
            feature = "talc-claim",
            feature = "talc-no-grow",
            feature = "talc-no-realloc",
            feature = "talc-tail",
            feature = "slabs"
        )
    ),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
mod memory;
mod select;
#[cfg(any(
    all(target_arch = "wasm32", feature = "slabs"),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
mod slabs;
#[cfg(any(
    all(
        target_arch = "wasm32",
        any(
            feature = "talc",
            feature = "talc-claim",
            feature = "talc-no-grow",
            feature = "talc-no-realloc"
        )
    ),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
mod talc_stock;
#[cfg(any(
    all(target_arch = "wasm32", feature = "talc-tail"),
    all(any(test, fuzzing), not(target_arch = "wasm32"))
))]
mod talc_tail;
#[cfg(any(not(target_arch = "wasm32"), feature = "tracing"))]
pub mod tracing;

pub use checked::Checked;
pub use heap::{Heap, OneHeap};
