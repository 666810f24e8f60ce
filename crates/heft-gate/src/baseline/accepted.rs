//! What accepting does, in data: the same for sizes and for benchmarks.

use super::history::Line;
use serde::Serialize;

/// What accepting may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptOptions {
    /// Why something may get worse.
    pub reason: Option<String>,
    /// The day, `YYYY-MM-DD`.
    pub when: String,
    /// What to do with entries that nothing was given for.
    pub missing: Missing,
    /// Drop what was made by other tools than those of this run.
    pub prune: bool,
}

/// What to do with entries for the same tools that nothing was given for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Refuse, naming them.
    #[default]
    Refuse,
    /// Keep them: only some artifacts are looked at.
    Keep,
    /// Remove them.
    Remove,
}

/// What became of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// There was none.
    Added,
    /// Better: taken.
    Tightened,
    /// Worse, and there is a reason: taken.
    Loosened,
    /// Worse by no more than the tolerance: the baseline stays where it is.
    Kept,
    /// Worse, and there is no reason: refused.
    Refused,
    /// Nothing was given for it: removed.
    Removed,
    /// Nothing was given for it, and nobody said what to do: refused.
    Missing,
}

/// One number that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Move {
    /// The entry, e.g. `talc-wasip1` or `talc-wasip1/churn`.
    pub what: String,
    /// The number, e.g. `raw_bytes`.
    pub measure: String,
    /// What was accepted before.
    pub old: Option<u64>,
    /// What was measured.
    pub new: Option<u64>,
    /// What became of it.
    pub change: Change,
}

/// What `wasm-heft accept` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptReport {
    /// Version of this shape.
    pub schema: u32,
    /// Whether the files were written; false after a refusal and with `--dry-run`.
    pub written: bool,
    /// Every number that is not as it was.
    pub moves: Vec<Move>,
    /// What else there is to say, one sentence each.
    pub notes: Vec<String>,
}

/// What accepting did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted<B> {
    /// The baseline as it is to be written.
    pub baseline: B,
    /// What moved, or would.
    pub moves: Vec<Move>,
    /// What the history says of it.
    pub history: Vec<Line>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

impl<B> Accepted<B> {
    /// The moves that were refused. If there is one, nothing is to be written.
    pub fn refused(&self) -> impl Iterator<Item = &Move> {
        let refused = |m: &&Move| matches!(m.change, Change::Refused | Change::Missing);
        self.moves.iter().filter(refused)
    }
}
