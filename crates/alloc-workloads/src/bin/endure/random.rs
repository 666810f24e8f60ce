//! Random operations by every API, against `wasi_alloc`'s model.

use crate::Verdict;
use crate::module::{Module, Surroundings};
use wasi_alloc::exercise::{self, Counts, Random};

/// Decisions of a sequence. Each begins with nothing live.
const DECISIONS: u64 = 4_000_000;

/// Runs sequences until there were so many operations. Their seeds follow `seed`.
pub(crate) fn run(seed: u64, operations: u64) -> Verdict {
    let mut all = Counts::default();
    let mut sequences = 0;
    let largest = if seed.is_multiple_of(2) { 16 } else { 26 };
    while all.operations < operations {
        let next = seed.wrapping_add(sequences);
        let decisions = DECISIONS.min((operations - all.operations).saturating_mul(4));
        let counts = exercise::run(
            &Module,
            Random::new(next, decisions.max(64)),
            &mut Surroundings,
            largest,
        )
        .map_err(|why| format!("random {seed}: {why} in the sequence of seed {next}"))?;
        all.operations += counts.operations;
        all.refused += counts.refused;
        all.most = all.most.max(counts.most);
        sequences += 1;
    }
    Ok(format!(
        "random {seed}: {} operations in {sequences} sequences, {} refused, at most {} bytes live",
        all.operations, all.refused, all.most
    ))
}
