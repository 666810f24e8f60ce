//! Random sequences of everything Rust, C and a host do with one heap, against a model that knows
//! what every block must hold.
#![allow(unsafe_code, reason = "exercises an allocator")]

mod common;

use common::{Random, Strict};
use std::alloc::{GlobalAlloc, Layout};
use wasi_alloc::heap::{C_ALIGN, WORD};
use wasi_alloc::{Checked, Heap, OneHeap, c_family, canonical};

const SEQUENCES: u64 = 60;
const STEPS: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    Rust,
    C,
    Canonical,
}

/// A live block, as the model knows it.
#[derive(Debug)]
struct Block {
    at: *mut u8,
    size: usize,
    align: usize,
    origin: Origin,
    /// The first byte; the others count on from it.
    first: u8,
}

impl Block {
    fn byte(&self, index: usize) -> u8 {
        self.first
            .wrapping_add(u8::try_from(index % 251).expect("less than 251"))
    }

    fn fill(&self) {
        for index in 0..self.size {
            // SAFETY: the block is live and this long.
            unsafe { self.at.add(index).write(self.byte(index)) };
        }
    }

    /// Looks at the first `count` bytes.
    fn verify(&self, count: usize) {
        for index in 0..count {
            // SAFETY: the block is live and at least this long.
            let found = unsafe { self.at.add(index).read() };
            assert_eq!(found, self.byte(index), "byte {index} of {self:?}");
        }
    }

    fn layout(&self) -> Layout {
        Layout::from_size_align(self.size, self.align).expect("made with it")
    }
}

struct Model<'a, H> {
    heap: &'a H,
    inner: &'a Strict,
    random: Random,
    blocks: Vec<Block>,
}

impl<H: Heap> Model<'_, H> {
    fn step(&mut self) {
        self.inner.exhausted.set(self.random.once_in(20));
        let count = self.blocks.len();
        match self.random.below(if count > 40 { 12 } else { 9 }) {
            0..3 => self.make(),
            3..6 if count > 0 => self.resize(),
            6..12 if count > 0 => self.give_back(),
            _ => self.make(),
        }
    }

    fn make(&mut self) {
        let (heap, size) = (self.heap, self.random.size());
        let any_align = 1 << self.random.below(9);
        let (origin, size, align, at) = match self.random.below(8) {
            0 | 1 => {
                let size = size.max(1);
                let layout = Layout::from_size_align(size, any_align).expect("small");
                // SAFETY: not of size zero.
                (Origin::Rust, size, any_align, unsafe { heap.alloc(layout) })
            }
            2 => {
                let size = size.max(1);
                let layout = Layout::from_size_align(size, any_align).expect("small");
                // SAFETY: not of size zero.
                let at = unsafe { heap.alloc_zeroed(layout) };
                assert_zero(at, size);
                (Origin::Rust, size, any_align, at)
            }
            3 => (Origin::C, size, C_ALIGN, c_family::malloc(heap, size)),
            4 => {
                let at = c_family::calloc(heap, size, 3);
                assert_zero(at, size * 3);
                (Origin::C, size * 3, C_ALIGN, at)
            }
            5 => {
                let at = c_family::aligned_alloc(heap, any_align, size);
                (Origin::C, size, any_align, at)
            }
            _ => {
                let (size, align) = (size.max(1), any_align.min(WORD));
                // SAFETY: no old block, a power of two.
                let at = unsafe { canonical::realloc(heap, std::ptr::null_mut(), 0, align, size) };
                (Origin::Canonical, size, align, at)
            }
        };
        self.keep(at, size, align, origin, 0);
    }

    /// Checks a block, fills it and makes it part of the model; null must have a reason.
    fn keep(&mut self, at: *mut u8, size: usize, align: usize, origin: Origin, first: u8) {
        assert_eq!(at.is_null(), self.inner.exhausted.get());
        if at.is_null() {
            return;
        }
        let align_kept = if origin == Origin::C {
            align.max(C_ALIGN)
        } else {
            align
        };
        assert!(at.addr().is_multiple_of(align_kept), "{at:?} for {align}");
        let first = first.wrapping_add(u8::try_from(self.random.below(256)).expect("a byte"));
        let block = Block {
            at,
            size,
            align,
            origin,
            first,
        };
        block.fill();
        self.blocks.push(block);
    }

    fn take(&mut self) -> Block {
        let index = self.random.below(self.blocks.len());
        let block = self.blocks.swap_remove(index);
        block.verify(block.size);
        block
    }

    fn resize(&mut self) {
        let old = self.take();
        let (heap, size) = (self.heap, self.random.size().max(1));
        let as_c =
            old.origin == Origin::C || (old.origin == Origin::Canonical && self.random.once_in(3));
        // SAFETY: the block is live and is resized by an API it may go through.
        let (at, origin, align) = unsafe {
            if as_c {
                (c_family::realloc(heap, old.at, size), Origin::C, C_ALIGN)
            } else if old.origin == Origin::Canonical && self.random.once_in(2) {
                let at = canonical::realloc(heap, old.at, old.size, old.align, size);
                (at, Origin::Canonical, old.align)
            } else {
                let at = heap.realloc(old.at, old.layout(), size);
                (at, Origin::Rust, old.align)
            }
        };
        if at.is_null() {
            assert!(self.inner.exhausted.get());
            old.verify(old.size);
            self.blocks.push(old);
            return;
        }
        Block { at, ..old }.verify(old.size.min(size));
        self.keep_resized(at, size, align, origin);
    }

    fn keep_resized(&mut self, at: *mut u8, size: usize, align: usize, origin: Origin) {
        // Whether there was memory is known already; shrinking may need none.
        self.inner.exhausted.set(false);
        self.keep(at, size, align, origin, 1);
    }

    fn give_back(&mut self) {
        let block = self.take();
        let by_c = block.origin == Origin::C
            || (block.origin == Origin::Canonical && self.random.once_in(2));
        // SAFETY: the block is live and goes back by an API it may go through.
        unsafe {
            if by_c {
                assert!(c_family::malloc_usable_size(self.heap, block.at) >= block.size);
                c_family::free(self.heap, block.at);
            } else {
                self.heap.dealloc(block.at, block.layout());
            }
        }
    }
}

fn assert_zero(at: *mut u8, size: usize) {
    if !at.is_null() {
        // SAFETY: the block is live, this long and initialized.
        let bytes = unsafe { std::slice::from_raw_parts(at, size) };
        assert!(bytes.iter().all(|&byte| byte == 0));
    }
}

/// Runs one sequence and gives every block back; nothing may be left.
fn run<H: Heap>(heap: &H, inner: &Strict, seed: u64) {
    let mut model = Model {
        heap,
        inner,
        random: Random(seed),
        blocks: Vec::new(),
    };
    for _ in 0..STEPS {
        model.step();
    }
    while !model.blocks.is_empty() {
        model.give_back();
    }
    assert_eq!(inner.live(), 0, "blocks left");
}

/// Runs `body` with many seeds and names the one that fails.
fn with_seeds(body: impl Fn(u64) + std::panic::RefUnwindSafe) {
    for seed in 0..SEQUENCES {
        if let Err(panic) = std::panic::catch_unwind(|| body(seed)) {
            eprintln!("the sequence with seed {seed} failed");
            std::panic::resume_unwind(panic);
        }
    }
}

/// A heap that loses the last byte whenever Rust resizes a block.
struct Lossy<H>(H);

// SAFETY: every block is the heap's; only its contents suffer.
unsafe impl<H: Heap> GlobalAlloc for Lossy<H> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: passed on; the byte is within both sizes.
        unsafe {
            let new = self.0.realloc(block, layout, new_size);
            if !new.is_null() {
                let last = new.add(layout.size().min(new_size) - 1);
                last.write(!last.read());
            }
            new
        }
    }
}

// SAFETY: passed on.
unsafe impl<H: Heap> Heap for Lossy<H> {
    unsafe fn c_alloc(&self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { self.0.c_alloc(size, align) }
    }

    unsafe fn c_free(&self, block: *mut u8) {
        // SAFETY: passed on.
        unsafe { self.0.c_free(block) }
    }

    unsafe fn c_usable_size(&self, block: *mut u8) -> usize {
        // SAFETY: passed on.
        unsafe { self.0.c_usable_size(block) }
    }

    unsafe fn canonical_alloc(&self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { self.0.canonical_alloc(size, align) }
    }
}

#[test]
#[should_panic(expected = "byte ")]
fn a_heap_that_loses_bytes_fails_the_model() {
    let inner = Strict::default();
    run(&Lossy(OneHeap::new(&inner)), &inner, 0);
}

#[test]
#[should_panic(expected = "given back differently")]
fn a_layout_that_changed_on_the_way_fails_the_model() {
    let inner = Strict::default();
    // SAFETY: it is not: the inner allocator has to stop this.
    unsafe {
        let block = (&inner).alloc(Layout::new::<u32>());
        (&inner).dealloc(block, Layout::new::<u16>());
    }
}

#[test]
fn one_heap_serves_rust_c_and_the_host_in_any_order() {
    with_seeds(|seed| {
        let inner = Strict::default();
        run(&OneHeap::new(&inner), &inner, seed);
    });
}

#[test]
fn the_checking_allocator_finds_nothing_wrong_with_a_correct_program() {
    with_seeds(|seed| {
        let inner = Strict::default();
        run(&Checked::new(OneHeap::new(&inner)), &inner, seed);
    });
}
