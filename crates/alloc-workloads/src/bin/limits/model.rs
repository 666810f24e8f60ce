//! Random requests by every API while memory is short, against a model that knows what each block
//! must hold.
#![allow(unsafe_code, reason = "deals in raw blocks")]

use crate::alloc_api::{APIS, Api, is_filled, layout};
use crate::exhaustion::Blocks;
use crate::verdict::{Verdict, ensure_quietly};
use alloc_workloads::random::Random;
use std::alloc::Layout;

/// Seed of the first sequence: the letters "limits". The others' seeds follow it.
const SEED: u64 = 0x6C69_6D69_7473;

/// How many sequences there are.
const SEQUENCES: u64 = 8;

/// Requests of a sequence.
const STEPS: u32 = 2_000;

/// Blocks that are live at most.
const LIVE: usize = 256;

/// Blocks of 64 KiB that are given back before a sequence begins: what it has to do with. The live
/// blocks of the model want about four times as much.
const ROOM: usize = 16;

/// A live block, as the model knows it.
struct Block {
    at: *mut u8,
    layout: Layout,
    api: Api,
    /// What every byte of it is.
    byte: u8,
}

/// The blocks, and how requests went.
struct Model {
    random: Random,
    blocks: Vec<Block>,
    met: u32,
    refused: u32,
}

/// Runs every sequence with a full memory, less a little.
pub(crate) fn run() -> Verdict {
    let mut filler = Blocks::new(Api::Rust);
    let mut model = Model {
        random: Random::new(0),
        blocks: Vec::with_capacity(LIVE),
        met: 0,
        refused: 0,
    };
    for sequence in 0..SEQUENCES {
        filler.fill()?;
        filler.give(ROOM)?;
        model.random = Random::new(SEED + sequence);
        for _ in 0..STEPS {
            model.step()?;
        }
        while !model.blocks.is_empty() {
            model.give()?;
        }
    }
    filler.give_all()?;
    ensure_quietly(model.refused > 0, "no request was refused")?;
    ensure_quietly(model.met > model.refused, "most requests were refused")
}

impl Model {
    fn step(&mut self) -> Verdict {
        match self.random.below(8) {
            0..4 if self.blocks.len() < LIVE => self.take(),
            4..6 if !self.blocks.is_empty() => self.resize(),
            _ if !self.blocks.is_empty() => self.give(),
            _ => Ok(()),
        }
    }

    /// A size: mostly small, sometimes large.
    fn size(&mut self) -> usize {
        let limit = *self.random.pick(&[16, 100, 1_000, 20_000, 100_000]);
        self.random.between(1, limit)
    }

    fn take(&mut self) -> Verdict {
        let size = self.size();
        let align = 1 << self.random.below(13);
        let api = *self.random.pick(&APIS);
        let at = api.take(size, align);
        if at.is_null() {
            self.refused += 1;
            return Ok(());
        }
        self.met += 1;
        ensure_quietly(
            at.addr().is_multiple_of(api.promised(align)),
            "a block does not have its alignment",
        )?;
        // SAFETY: the block is live, this long and initialized.
        let zeroed = !api.zeroes() || unsafe { is_filled(at, size, 0) };
        ensure_quietly(zeroed, "a zeroed block is not zero")?;
        self.keep(Block {
            at,
            layout: layout(size, align),
            api,
            byte: 0,
        });
        Ok(())
    }

    /// Fills the block anew and remembers it.
    fn keep(&mut self, block: Block) {
        let byte = self.random.bits().to_le_bytes()[0] | 1;
        // SAFETY: the block is live and this long.
        unsafe { block.at.write_bytes(byte, block.layout.size()) };
        self.blocks.push(Block { byte, ..block });
    }

    /// Takes a block out of the model, having looked at every byte of it.
    fn pick(&mut self) -> Result<Block, std::borrow::Cow<'static, str>> {
        let count = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        let block = self.blocks.swap_remove(self.random.below(count));
        // SAFETY: the block is live and all of it was written.
        let kept = unsafe { is_filled(block.at, block.layout.size(), block.byte) };
        ensure_quietly(kept, "a block lost its contents")?;
        Ok(block)
    }

    fn resize(&mut self) -> Verdict {
        let (block, size) = (self.pick()?, self.size());
        // SAFETY: the block is live and goes back by the API it came from.
        let at = unsafe { block.api.resize(block.at, block.layout, size) };
        if at.is_null() {
            self.refused += 1;
            // Looked at when it is picked again.
            self.blocks.push(block);
            return Ok(());
        }
        self.met += 1;
        let (promised, layout) = match block.api {
            Api::Rust | Api::RustZeroed => {
                let align = block.layout.align();
                (align, layout(size, align))
            }
            // C's `realloc` knows one alignment.
            _ => (16, layout(size, 1)),
        };
        let kept = size.min(block.layout.size());
        // SAFETY: the block is live and what it had was written.
        let kept = unsafe { is_filled(at, kept, block.byte) };
        ensure_quietly(kept, "a resized block lost its contents")?;
        ensure_quietly(
            at.addr().is_multiple_of(promised),
            "a resized block lost its alignment",
        )?;
        self.keep(Block {
            at,
            layout,
            ..block
        });
        Ok(())
    }

    fn give(&mut self) -> Verdict {
        let block = self.pick()?;
        // SAFETY: the block is live and goes back by the API it came from.
        unsafe { block.api.give(block.at, block.layout) };
        Ok(())
    }
}
