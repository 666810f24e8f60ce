//! What a workload is.

use alloc_workloads::checksum::Fnv;

/// One way to use an allocator.
pub(crate) struct Workload {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it does, in a line.
    pub(crate) summary: &'static str,
    /// How often it is done when nobody says otherwise.
    pub(crate) rounds: u32,
    /// Does it so many times.
    pub(crate) run: fn(rounds: u32) -> Outcome,
}

/// What is left of a run. It depends on the workload and its rounds, not on the allocator, the
/// machine or the size of a pointer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// Over what was read back from memory.
    pub(crate) checksum: Fnv,
    /// How many blocks were allocated, resized and freed, if the workload does all of it itself.
    pub(crate) operations: Option<u64>,
}
