//! No more memory: requests are refused, what is there stays, and what goes back is found again.
#![allow(unsafe_code, reason = "deals in raw blocks")]

use crate::alloc_api::{Api, is_filled, layout};
use crate::c;
use crate::verdict::{Verdict, ensure_quietly};
use std::hint::black_box;

/// Bytes of a block. A page of WebAssembly's, so that an allocator that hands out whole pages has
/// nothing left over either.
const BLOCK: usize = 65_536;

/// At most so many blocks: 256 MiB.
const MOST: usize = 4_096;

/// Alignment of the blocks.
const ALIGN: usize = 16;

/// Bytes of a request that cannot be met when one for [`BLOCK`] was not.
const TOO_MUCH: usize = 1 << 20;

/// C's number for "not enough memory": WASI's and Linux'.
const ENOMEM: i32 = if cfg!(target_os = "wasi") { 48 } else { 12 };

/// Blocks from one API, all of [`BLOCK`] bytes.
pub(crate) struct Blocks {
    api: Api,
    all: Vec<*mut u8>,
}

impl Blocks {
    /// None yet; room to remember them is made now, while there is memory.
    pub(crate) fn new(api: Api) -> Self {
        Self {
            api,
            all: Vec::with_capacity(MOST),
        }
    }

    /// Takes blocks until there are no more.
    pub(crate) fn fill(&mut self) -> Verdict {
        loop {
            let block = self.api.take(BLOCK, ALIGN);
            if block.is_null() {
                return Ok(());
            }
            // SAFETY: live and of this size.
            unsafe { block.write_bytes(mark(self.all.len()), BLOCK) };
            ensure_quietly(
                self.all.len() < MOST,
                "256 MiB of blocks and none was refused; run it with less memory",
            )?;
            self.all.push(block);
        }
    }

    /// Gives the newest `count` blocks back.
    pub(crate) fn give(&mut self, count: usize) -> Verdict {
        for _ in 0..count {
            let Some(block) = self.all.pop() else {
                break;
            };
            let mark = mark(self.all.len());
            // SAFETY: the block is live and was filled with its mark.
            let kept = unsafe { is_filled(block, BLOCK, mark) };
            // SAFETY: live; it is not in the list any more.
            unsafe { self.api.give(block, layout(BLOCK, ALIGN)) };
            ensure_quietly(kept, "a block lost its contents when memory ran out")?;
        }
        Ok(())
    }

    /// Gives all blocks back.
    pub(crate) fn give_all(&mut self) -> Verdict {
        self.give(self.all.len())
    }
}

/// What the block at this place is filled with.
fn mark(index: usize) -> u8 {
    index.to_le_bytes()[0] | 1
}

/// Fills the memory by `api`, looks about, and gives everything back.
pub(crate) fn exhaust(api: Api) -> Verdict {
    let mut blocks = Blocks::new(api);
    // So that `errno` has a value that can be harmed.
    let _ = std::fs::File::open("no/such/file");
    let before = c::errno();
    blocks.fill()?;
    let after = c::errno();
    ensure_quietly(
        after == before || after == Some(ENOMEM),
        "errno is neither what it was nor ENOMEM",
    )?;
    ensure_quietly(
        blocks.all.len() >= 16,
        "less than 1 MiB until the first refusal",
    )?;

    more_is_refused(&mut blocks)?;
    small_blocks_come_out_of_what_goes_back(&mut blocks)?;

    // What was there is there again.
    let first = blocks.all.len();
    blocks.give_all()?;
    blocks.fill()?;
    let second = blocks.all.len();
    blocks.give_all()?;
    ensure_quietly(
        second * 10 >= first * 9,
        "a tenth of what was given back is not found again",
    )
}

/// While the memory is full.
fn more_is_refused(blocks: &mut Blocks) -> Verdict {
    let taken = [
        c::malloc(TOO_MUCH),
        c::calloc(TOO_MUCH, 1),
        c::aligned_alloc(4096, TOO_MUCH),
        c::posix_memalign(4096, TOO_MUCH),
        Api::Rust.take(TOO_MUCH, 1),
        Api::Rust.take(TOO_MUCH, 4096),
        Api::RustZeroed.take(TOO_MUCH, 1),
    ];
    ensure_quietly(
        taken.iter().all(|block| block.is_null()),
        "a large request was met after a smaller one was refused",
    )?;
    let mut vector: Vec<u8> = black_box(Vec::new());
    ensure_quietly(
        vector.try_reserve_exact(TOO_MUCH).is_err(),
        "a vector reserved more than there is",
    )?;
    let Some(last) = blocks.all.last() else {
        return Ok(());
    };
    // SAFETY: the block is live; what it holds is looked at when it is given back.
    let moved = unsafe { blocks.api.resize(*last, layout(BLOCK, ALIGN), TOO_MUCH) };
    ensure_quietly(moved.is_null(), "a block grew to more than there is")
}

/// Gives one block back and takes small ones by every kind of API.
fn small_blocks_come_out_of_what_goes_back(blocks: &mut Blocks) -> Verdict {
    blocks.give(1)?;
    let mut small = [std::ptr::null_mut(); 100];
    for block in &mut small {
        *block = c::malloc(100);
        ensure_quietly(
            !block.is_null(),
            "no small block of C's after a large one was given back",
        )?;
    }
    for block in small {
        // SAFETY: live.
        unsafe { c::free(block) };
    }
    let mut vector: Vec<u8> = black_box(Vec::new());
    ensure_quietly(
        vector.try_reserve_exact(1_000).is_ok(),
        "no small vector after a large block was given back",
    )?;
    vector.resize(1_000, 7);
    ensure_quietly(
        black_box(vector) == [7; 1_000],
        "a small vector lost its contents when memory had run out",
    )
}
