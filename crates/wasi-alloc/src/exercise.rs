//! Random use of a [`Heap`], against a model that knows where each block is and what it holds.
//!
//! One state machine for three places: the tests run it natively, the fuzzer of `fuzz/` gives it its
//! bytes, and the program `endure random` runs it in WebAssembly, over the module's own allocator.
//!
//! Blocks of Rust's, of C's and of the canonical ABI are mixed; they are resized and go back by each
//! API that they may take. Every block's first, last and some bytes between are written when it is
//! made and looked at when it goes; now and then all blocks are sorted by address, and none may
//! overlap the next or reach beyond the address space.
#![allow(unsafe_code, reason = "exercises an allocator")]

use crate::heap::{C_ALIGN, Heap, WORD};
use crate::{c_family, canonical};
use core::alloc::Layout;
use core::ptr;

/// Where a sequence's decisions come from.
pub trait Choices {
    /// A number below `limit`, which is not 0. None when the sequence is over.
    fn below(&mut self, limit: u32) -> Option<u32>;
}

/// What surrounds the heap.
pub trait World {
    /// Whether blocks are the canonical ABI's, too.
    const CANONICAL: bool = true;

    /// Somebody else grows the memory.
    fn foreign(&mut self) {}

    /// From now on memory can hardly grow, or again as far as it could.
    fn squeeze(&mut self, _on: bool) {}

    /// An operation has ended.
    fn ended(&mut self) {}
}

/// Nothing surrounds it.
#[derive(Debug)]
pub struct Alone;
impl World for Alone {}

/// SplitMix64 (Steele, Lea, Flood 2014), for so many operations.
#[derive(Debug)]
pub struct Random {
    state: u64,
    left: u64,
}

impl Random {
    /// The sequence that `seed` begins, of some `decisions`.
    pub const fn new(seed: u64, decisions: u64) -> Self {
        Self {
            state: seed,
            left: decisions,
        }
    }
}

impl Choices for Random {
    fn below(&mut self, limit: u32) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let upper = (z ^ (z >> 31)) >> 32;
        // The upper half of a product of two 32-bit numbers is below each.
        u32::try_from((upper * u64::from(limit)) >> 32).ok()
    }
}

/// Live blocks at most.
const SLOTS: usize = 2048;

/// Bytes beyond which blocks only go back: hosts have to find memory for all that is written.
const BUDGET: u64 = 512 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Rust,
    C,
    Canonical,
}

/// A live block.
#[derive(Clone, Copy)]
struct Block {
    at: *mut u8,
    size: usize,
    align: usize,
    origin: Origin,
    stamp: u8,
}

const NONE: Block = Block {
    at: ptr::null_mut(),
    size: 0,
    align: 1,
    origin: Origin::Rust,
    stamp: 0,
};

/// Bytes between two that are looked at in a block longer than [`WHOLE`].
const STRIDE: usize = 4093;
/// Up to this many bytes a block is looked at as a whole.
const WHOLE: usize = 16;

impl Block {
    /// Calls `look` with all offsets below `size` that hold the stamp.
    fn each(size: usize, mut look: impl FnMut(usize) -> bool) -> bool {
        let head = size.min(WHOLE);
        if !(0..head).all(&mut look) {
            return false;
        }
        if size <= WHOLE {
            return true;
        }
        (WHOLE..size).step_by(STRIDE).all(&mut look)
            && (size - WHOLE.min(size - head)..size).all(look)
    }

    fn write(&self) {
        Self::each(self.size, |offset| {
            // SAFETY: the block is live and longer than this.
            unsafe { self.at.add(offset).write(self.stamp) };
            true
        });
    }

    /// Whether what was written into a block of `self.size` bytes is still there, as far as `kept`.
    fn holds(&self, kept: usize) -> bool {
        Self::each(self.size, |offset| {
            // SAFETY: the block is live and at least `kept` bytes long.
            offset >= kept || unsafe { self.at.add(offset).read() } == self.stamp
        })
    }

    fn layout(&self) -> Layout {
        // SAFETY: made with these.
        unsafe { Layout::from_size_align_unchecked(self.size, self.align) }
    }
}

/// What a stretch of operations does, so that sequences differ in more than in their numbers.
struct Mood {
    /// Live blocks that are aimed at.
    live: usize,
    /// Sizes are at most two to this.
    largest: u32,
    /// Alignments are at most two to this.
    alignment: u32,
    /// Whether blocks are C's and the canonical ABI's, too.
    apis: bool,
    /// Operations after which blocks are sorted and looked through, and the mood changes.
    length: u32,
}

/// How a sequence went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations.
    pub operations: u64,
    /// Of them, requests that were refused.
    pub refused: u64,
    /// Most bytes that were live.
    pub most: u64,
}

struct Machine<'a, H, C, W> {
    heap: &'a H,
    choices: C,
    world: &'a mut W,
    blocks: &'a mut [Block; SLOTS],
    count: usize,
    bytes: u64,
    mood: Mood,
    stamp: u8,
    counts: Counts,
    largest: u32,
}

/// Runs a sequence over `heap` and gives all blocks back. Sizes are at most two to `largest`, and to 26:
/// a heap that had large blocks once has large gaps for ever, and so does not come where one that had
/// none does.
///
/// # Errors
///
/// What is wrong with the heap.
pub fn run<H: Heap>(
    heap: &H,
    choices: impl Choices,
    world: &mut impl World,
    largest: u32,
) -> Result<Counts, &'static str> {
    let mut machine = Machine {
        heap,
        choices,
        world,
        blocks: &mut [NONE; SLOTS],
        count: 0,
        bytes: 0,
        mood: Mood {
            live: 64,
            largest: 10,
            alignment: 4,
            apis: true,
            length: 256,
        },
        stamp: 0,
        counts: Counts::default(),
        largest,
    };
    let mut since = 0;
    while let Some(step) = machine.step() {
        step?;
        machine.counts.operations += 1;
        machine.counts.most = machine.counts.most.max(machine.bytes);
        machine.world.ended();
        since += 1;
        if since == machine.mood.length {
            since = 0;
            machine.look()?;
            if machine.change().is_none() {
                break;
            }
        }
    }
    machine.look()?;
    machine.world.squeeze(false);
    while machine.count > 0 {
        machine.give(machine.count - 1, true)?;
    }
    Ok(machine.counts)
}

fn ensure(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

impl<H: Heap, C: Choices, W: World> Machine<'_, H, C, W> {
    /// Another mood, as far as there are decisions left.
    fn change(&mut self) -> Option<()> {
        // Sizes to 64 MiB; of those beyond 64 KiB the fewer, the larger.
        const MOODS: [(usize, u32, u32); 10] = [
            (16, 6, 4096),
            (200, 8, 4096),
            (2000, 8, 8192),
            (2000, 10, 8192),
            (1000, 12, 4096),
            (2000, 16, 4096),
            (1000, 16, 4096),
            (100, 18, 512),
            (16, 22, 64),
            (6, 26, 16),
        ];
        let (live, largest, length) = MOODS[self.choices.below(10)? as usize];
        self.mood = Mood {
            live,
            largest: largest.min(self.largest),
            alignment: [3, 3, 4, 6, 12, 16][self.choices.below(6)? as usize],
            apis: self.choices.below(3)? > 0,
            length,
        };
        let squeeze = self.choices.below(4)? == 0;
        self.world.squeeze(squeeze);
        if self.choices.below(8)? == 0 {
            self.world.foreign();
        }
        Some(())
    }

    /// A size: each doubling is as frequent as the next.
    fn size(&mut self) -> Option<usize> {
        let doublings = self.choices.below(self.mood.largest + 1)?;
        let least = 1 << doublings;
        Some((least + self.choices.below(least)?) as usize)
    }

    /// One operation. None at the end.
    fn step(&mut self) -> Option<Result<(), &'static str>> {
        let few = self.count < self.mood.live;
        if self.count > 2 * self.mood.live || self.bytes > BUDGET {
            let index = self.index()?;
            return Some(self.give(index, true));
        }
        let what = self.choices.below(if few { 9 } else { 6 })?;
        Some(match what {
            0..3 if self.count > 0 => {
                let index = self.index()?;
                let as_rust = self.choices.below(2)? == 0;
                self.give(index, as_rust)
            }
            3 | 4 if self.count > 0 => return self.resize(),
            _ if self.count < SLOTS && (few || what == 5) => return self.take(),
            _ if self.count > 0 => {
                let index = self.index()?;
                self.give(index, true)
            }
            _ => return self.take(),
        })
    }

    fn index(&mut self) -> Option<usize> {
        let count = u32::try_from(self.count).ok()?;
        Some(self.choices.below(count)? as usize)
    }

    fn take(&mut self) -> Option<Result<(), &'static str>> {
        let size = self.size()?;
        let align = 1 << self.choices.below(self.mood.alignment + 1)?;
        let api = if self.mood.apis {
            self.choices.below(8)?
        } else {
            0
        };
        let heap = self.heap;
        let (origin, align, promised, at) = match api {
            0..4 => {
                let layout = Layout::from_size_align(size, align).ok()?;
                // SAFETY: not of size zero.
                let at = unsafe {
                    if api == 3 {
                        heap.alloc_zeroed(layout)
                    } else {
                        heap.alloc(layout)
                    }
                };
                (Origin::Rust, align, align, at)
            }
            4 => {
                let at = c_family::calloc(heap, 1, size);
                (Origin::C, 1, C_ALIGN, at)
            }
            _ if api == 5 || !W::CANONICAL => {
                let at = c_family::aligned_alloc(heap, align, size);
                (Origin::C, 1, align.max(C_ALIGN), at)
            }
            _ => {
                let align = align.min(WORD);
                // SAFETY: no old block; a power of two.
                let at = unsafe { canonical::realloc(heap, ptr::null_mut(), 0, align, size) };
                (Origin::Canonical, align, align, at)
            }
        };
        if at.is_null() {
            self.counts.refused += 1;
            return Some(Ok(()));
        }
        let zeroed = matches!(api, 3 | 4);
        let block = Block {
            at,
            size,
            align,
            origin,
            stamp: 0,
        };
        if zeroed && !block.holds(size) {
            return Some(Err("a zeroed block is not zero"));
        }
        Some(self.keep(block, promised))
    }

    fn keep(&mut self, block: Block, promised: usize) -> Result<(), &'static str> {
        ensure(
            block.at.addr().is_multiple_of(promised),
            "a block does not have its alignment",
        )?;
        ensure(
            block.at.addr().checked_add(block.size).is_some(),
            "a block reaches beyond the address space",
        )?;
        self.stamp = self.stamp.wrapping_add(1).max(1);
        let block = Block {
            stamp: self.stamp,
            ..block
        };
        block.write();
        self.blocks[self.count] = block;
        self.count += 1;
        self.bytes += block.size as u64;
        Ok(())
    }

    /// Takes a block out of the model.
    fn pick(&mut self, index: usize) -> Result<Block, &'static str> {
        let block = self.blocks[index];
        self.count -= 1;
        self.blocks[index] = self.blocks[self.count];
        self.bytes -= block.size as u64;
        ensure(block.holds(block.size), "a block lost its contents")?;
        Ok(block)
    }

    fn resize(&mut self) -> Option<Result<(), &'static str>> {
        let (index, size, way) = (self.index()?, self.size()?, self.choices.below(3)?);
        Some(self.resize_to(index, size, way))
    }

    fn resize_to(&mut self, index: usize, size: usize, way: u32) -> Result<(), &'static str> {
        let old = self.pick(index)?;
        let heap = self.heap;
        // SAFETY: the block is live and is resized by an API it may go through; not to zero.
        let (at, origin, align, promised) = unsafe {
            if old.origin == Origin::C || (old.origin == Origin::Canonical && way == 0) {
                let at = c_family::realloc(heap, old.at, size);
                (at, Origin::C, 1, C_ALIGN)
            } else if old.origin == Origin::Canonical && way == 1 {
                let at = canonical::realloc(heap, old.at, old.size, old.align, size);
                (at, Origin::Canonical, old.align, old.align)
            } else {
                let at = heap.realloc(old.at, old.layout(), size);
                (at, Origin::Rust, old.align, old.align)
            }
        };
        if at.is_null() {
            self.counts.refused += 1;
            self.blocks[self.count] = old;
            self.count += 1;
            self.bytes += old.size as u64;
            return Ok(());
        }
        let moved = Block { at, ..old };
        ensure(
            moved.holds(size.min(old.size)),
            "a resized block lost its contents",
        )?;
        let block = Block {
            at,
            size,
            align,
            origin,
            stamp: 0,
        };
        self.keep(block, promised)
    }

    fn give(&mut self, index: usize, as_rust: bool) -> Result<(), &'static str> {
        let block = self.pick(index)?;
        // SAFETY: the block is live and goes back by an API it may take.
        unsafe {
            if block.origin == Origin::C || (block.origin == Origin::Canonical && !as_rust) {
                let usable = c_family::malloc_usable_size(self.heap, block.at);
                ensure(usable >= block.size, "a block is shorter than it was")?;
                c_family::free(self.heap, block.at);
            } else {
                self.heap.dealloc(block.at, block.layout());
            }
        }
        Ok(())
    }

    /// No two blocks overlap.
    fn look(&mut self) -> Result<(), &'static str> {
        let blocks = &mut self.blocks[..self.count];
        blocks.sort_unstable_by_key(|block| block.at.addr());
        let apart = |pair: &[Block]| pair[1].at.addr() - pair[0].at.addr() >= pair[0].size;
        ensure(blocks.windows(2).all(apart), "two blocks overlap")
    }
}

#[cfg(all(any(test, fuzzing), not(target_arch = "wasm32")))]
pub mod native;
