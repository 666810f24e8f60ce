//! Why there is no report.

use crate::decision::DecideError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// An artifact is not what it should be.
    #[error("artifact `{name}`: {why}")]
    Artifact {
        /// Its name.
        name: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// Artifacts and budgets do not fit together.
    #[error("{0}")]
    Budgets(String),
    /// The decision can't be made.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// A decision without numbers.
    #[error("a decision needs a bench; pass --bench, or leave out --criteria")]
    CriteriaWithoutBench,
    /// Neither files nor numbers.
    #[error("there is nothing to report; name an artifact (NAME=FILE) or pass --bench")]
    Nothing,
}
