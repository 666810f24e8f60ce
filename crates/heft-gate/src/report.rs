//! What budgets, baselines and ratios say together.

use crate::baseline::{BenchGate, SizesGate};
use crate::codes;
use crate::judge_budgets::{GateReport, Row};
use crate::ratios::{RatioJudgment, RatioRow};
use heft_size::soundness::{Memory, Soundness};
use serde::Serialize;

/// What budgets and baselines say together: what `gate` prints in all its formats.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FullReport {
    /// Version of this shape.
    pub schema: u32,
    /// The budgets file as it was named; `None` if no sizes were held against one.
    pub budgets: Option<String>,
    /// Whether nothing fails.
    pub passed: bool,
    /// Sizes against budgets: every artifact and measure, in the order asked for.
    pub rows: Vec<Row>,
    /// Sizes against the baseline; `None` if there was none.
    pub baseline: Option<SizesGate>,
    /// Benchmarks against their baseline; `None` if there was none.
    pub bench: Option<BenchGate>,
    /// Modules of the benchmark in relation to each other, against the limits in the budgets file.
    pub ratios: Vec<RatioRow>,
    /// The artifacts that corrupt memory, or of which it is not known. `None` when nobody asked.
    pub unsound: Option<Vec<Unsound>>,
}

/// An artifact whose memory is not known to be sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unsound {
    /// The name it goes by.
    pub artifact: String,
    /// What is wrong.
    #[serde(flatten)]
    pub soundness: Soundness,
}

impl Unsound {
    /// An artifact with what was found; `None` if that is sound.
    #[must_use]
    pub fn new(artifact: &str, soundness: Soundness) -> Option<Self> {
        (soundness.memory != Memory::Sound).then(|| Self {
            artifact: artifact.to_owned(),
            soundness,
        })
    }
}

impl std::fmt::Display for Unsound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}`: {} {}",
            self.artifact,
            self.soundness.text().unwrap_or_default(),
            codes::UNSOUND
        )
    }
}

impl FullReport {
    /// Puts the verdicts together.
    #[must_use]
    pub fn new(
        budgets: Option<GateReport>,
        baseline: Option<SizesGate>,
        bench: Option<BenchGate>,
        ratios: Vec<RatioRow>,
    ) -> Self {
        let passed = budgets.as_ref().is_none_or(|part| part.passed)
            && baseline.as_ref().is_none_or(|part| part.passed)
            && bench.as_ref().is_none_or(|part| part.passed)
            && ratios.iter().all(|row| row.judgment == RatioJudgment::Ok);
        Self {
            schema: 1,
            budgets: budgets.as_ref().map(|part| part.budgets.clone()),
            passed,
            rows: budgets.map(|part| part.rows).unwrap_or_default(),
            baseline,
            bench,
            unsound: None,
            ratios,
        }
    }

    /// Adds what was found when memory was asked about: any entry fails.
    #[must_use]
    pub fn with_unsound(mut self, unsound: Vec<Unsound>) -> Self {
        self.passed &= unsound.is_empty();
        self.unsound = Some(unsound);
        self
    }
}
