//! The file that `profile` writes.

use crate::bench_result::{Engine, Outcome};
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The version of this shape.
pub const SCHEMA: u32 = 1;

/// Bytes of a page of linear memory.
const PAGE: u64 = 64 * 1024;

/// Traced programs that did the same task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProfileReport {
    /// Version of this shape: [`SCHEMA`].
    pub schema: u32,
    /// What ran the modules.
    pub engine: Engine,
    /// Arguments of every run, after the program's name.
    pub arguments: Vec<String>,
    /// The modules, in the order asked for.
    pub modules: Vec<ProfiledModule>,
}

/// A module or component that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProfiledModule {
    /// The name it goes by, e.g. `talc-wasip1`.
    pub name: String,
    /// Module or component.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// One line about why it failed.
    pub detail: Option<String>,
    /// How deep its stack in memory became: from its end to the last byte of it that is not zero at the end
    /// of the run. `None` if memory does not begin with one, or there is more than one memory.
    pub stack_bytes: Option<Bytes>,
    /// What its allocator did until then; `None` where that could not be read, and then `detail` says
    /// why.
    pub profile: Option<Profile>,
}

/// What an allocator did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Profile {
    /// Version of the layout that it was read from.
    pub layout_version: u64,
    /// Blocks handed out.
    pub allocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Blocks resized.
    pub reallocations: u64,
    /// Requests that were answered with null.
    pub failures: u64,
    /// Bytes of all blocks handed out, and of all resized ones at their new size.
    pub requested_bytes: Bytes,
    /// Bytes of the blocks that were out at the end.
    pub live_bytes: Bytes,
    /// The most that ever were out.
    pub peak_live_bytes: Bytes,
    /// Blocks that were out at the end.
    pub live_blocks: u64,
    /// Pages of memory before the first request; 0 if there was none.
    pub first_pages: u64,
    /// Pages of memory at the end, which is the most there ever were.
    pub pages: u64,
    /// The same in bytes: stack, static data, and what the allocator has.
    pub memory_bytes: Bytes,
    /// How much of `memory_bytes` the live blocks took at their most, in percent. The rest is stack,
    /// static data, the allocator's own, and what is lost to fragmentation.
    pub peak_live_percent: f64,
    /// Requests by size, small ones first.
    pub size_classes: Vec<SizeClass>,
    /// A sample was taken each time that this many operations were done.
    pub sample_interval_operations: u64,
    /// Memory over time; the last one is the end of the run.
    pub samples: Vec<Sample>,
}

/// Requests of similar size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeClass {
    /// The largest that belongs to it; `None` for the last, which has no end.
    pub up_to_bytes: Option<Bytes>,
    /// How many there were: blocks handed out, and resized to that.
    pub requests: u64,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sample {
    /// Operations of the allocator until then, those that failed included.
    pub operations: u64,
    /// Bytes of the blocks that were out.
    pub live_bytes: Bytes,
    /// Pages of memory.
    pub pages: u64,
}

impl Profile {
    /// Operations in all.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.samples.last().map_or(0, |sample| sample.operations)
    }

    /// The newest sample of when `part` of `parts` of the operations were done; the first one before
    /// that.
    #[must_use]
    pub fn at(&self, part: u64, parts: u64) -> Option<&Sample> {
        let done = |sample: &&Sample| {
            u128::from(sample.operations) * u128::from(parts)
                <= u128::from(self.operations()) * u128::from(part)
        };
        let past = self.samples.iter().take_while(done).last();
        past.or(self.samples.first())
    }
}

impl Sample {
    /// Its pages in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> Bytes {
        memory(self.pages)
    }
}

/// Pages in bytes.
pub fn memory(pages: u64) -> Bytes {
    Bytes(pages.saturating_mul(PAGE))
}
