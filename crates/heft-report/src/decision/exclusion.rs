//! Which candidates are excluded, and why: by hand, or by a case that did not end well.

use super::criteria::{Criteria, Maintenance};
use super::error::DecideError;
use super::numbers::Numbers;
use heft_data::bench_result::{BenchRow, Outcome};
use serde::Serialize;

/// A candidate that is not in the running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Excluded {
    /// Its name.
    pub candidate: String,
    /// Why, in file order; at least one.
    pub reasons: Vec<String>,
}

/// Finds them among the candidates, by the cases that any criterion looks at.
pub(super) fn find(
    criteria: &Criteria,
    numbers: &Numbers<'_>,
    cases: &[String],
) -> Result<Vec<Excluded>, DecideError> {
    let mut seen: Vec<&String> = Vec::new();
    for case in cases {
        if !seen.contains(&case) {
            seen.push(case);
        }
    }
    let mut found = Vec::new();
    for candidate in &criteria.candidates {
        let by_hand = candidate.maintenance == Maintenance::Exclude;
        let mut reasons = Vec::new();
        if by_hand {
            reasons.push(candidate.reason.clone());
        }
        for target in &criteria.targets {
            for case in &seen {
                match numbers.row(&candidate.name, target, case) {
                    Ok(row) if row.outcome != Outcome::Ok => reasons.push(text(row, target)),
                    Ok(_) => {}
                    // An excluded candidate need not be measured.
                    Err(_) if by_hand => {}
                    Err(err) => {
                        numbers.module(&candidate.name, target)?;
                        return Err(err);
                    }
                }
            }
        }
        if reasons.is_empty() {
            continue;
        }
        if candidate.name == criteria.reference {
            return Err(DecideError::ReferenceFails {
                reference: candidate.name.clone(),
                why: reasons.join("; "),
            });
        }
        found.push(Excluded {
            candidate: candidate.name.clone(),
            reasons,
        });
    }
    Ok(found)
}

/// A failed case, as text: ``trapped in `longrun` on wasip2: unreachable``.
fn text(row: &BenchRow, target: &str) -> String {
    let what = outcome_text(row.outcome);
    let detail = row.detail.as_deref().map(|detail| format!(": {detail}"));
    format!(
        "{what} in `{}` on {target}{}",
        row.case,
        detail.unwrap_or_default()
    )
}

/// An outcome as text.
pub(super) fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Trapped => "trapped",
        Outcome::Failed => "ended with an error",
        Outcome::WrongOutput => "wrong output",
        Outcome::OutOfMemory => "out of memory",
        Outcome::TimedOut => "did not end in time",
        Outcome::TooMuchOutput => "printed too much",
        Outcome::NotRunnable => "could not be run",
    }
}
