//! Which allocator to ship: the weighted decision matrix.
//!
//! People write what counts ([`Criteria`]), the bench measures, [`decide`] weighs. [`tables`] shows
//! the result the same way in text, Markdown and HTML, and [`adr`] keeps a document's table equal to it.

pub mod adr;
mod criteria;
mod error;
mod exclusion;
mod measure;
mod numbers;
mod score;
pub mod tables;

pub use criteria::{Candidate, Criteria, Criterion, Evidence, Maintenance, Rule};
pub use error::DecideError;
pub use exclusion::Excluded;
pub use measure::Measure;
pub use score::{Column, Row};

use heft_data::bench_result::{BenchReport, Engine};
use numbers::Numbers;
use serde::Serialize;

/// The version of the result's shape.
const SCHEMA: u32 = 1;

/// What each weight is multiplied by, one at a time, to see whether the winner stays.
const FACTORS: [f64; 2] = [0.5, 2.0];

/// The decision, and everything it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// Version of this shape.
    pub schema: u32,
    /// The decision file as it was named.
    pub criteria: String,
    /// What ran the modules.
    pub engine: Engine,
    /// The candidate that is 1.00 in everything.
    pub reference: String,
    /// The targets that count.
    pub targets: Vec<String>,
    /// The criteria.
    pub columns: Vec<Column>,
    /// The candidates in the running, best first.
    pub rows: Vec<Row>,
    /// The best.
    pub winner: String,
    /// How much larger the second's total is, in percent. `None` when there is no second.
    pub margin_percent: Option<f64>,
    /// The criteria in which the winner is worse than the reference, and its ratios there.
    pub gives_up: Vec<GivenUp>,
    /// The candidates that are out.
    pub excluded: Vec<Excluded>,
    /// The winner when one weight is another.
    pub sensitivity: Vec<Sensitivity>,
    /// Numbers as measured.
    pub evidence: Vec<EvidenceTable>,
    /// What a person thinks of each candidate's upkeep.
    pub maintenance: Vec<Upkeep>,
}

/// A criterion in which the winner is not the better one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GivenUp {
    /// The criterion.
    pub criterion: String,
    /// The winner's ratio to the reference, above 1.
    pub ratio: f64,
}

/// What happens when one weight is multiplied.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sensitivity {
    /// The criterion.
    pub criterion: String,
    /// What its weight is multiplied by.
    pub factor: f64,
    /// Who wins then.
    pub winner: String,
    /// Whether that is the winner of the matrix.
    pub holds: bool,
}

/// One measured number of every candidate and target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceTable {
    /// What it shows.
    pub title: String,
    /// Which number.
    pub measure: Measure,
    /// Of which case.
    pub case: Option<String>,
    /// The numbers, candidates in file order.
    pub rows: Vec<EvidenceRow>,
}

/// A candidate's numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceRow {
    /// The candidate.
    pub candidate: String,
    /// One for each target. `None` where it was not measured or did not end well.
    pub values: Vec<Option<u64>>,
    /// What happened where there is no value.
    pub words: Vec<String>,
}

/// A person's mark for a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upkeep {
    /// The candidate.
    pub candidate: String,
    /// From 1 to 5; `None` when it is excluded by hand.
    pub mark: Option<u32>,
    /// Why.
    pub reason: String,
}

/// Weighs every candidate.
///
/// # Errors
///
/// When a candidate, case or number is missing, or the reference did not end well.
pub fn decide(criteria: &Criteria, bench: &BenchReport) -> Result<Decision, DecideError> {
    let matrix = score::matrix(criteria, bench)?;
    // The reference is never out.
    let winner = &matrix.rows[0];
    let given_up = matrix.columns.iter().zip(&winner.ratios);
    Ok(Decision {
        schema: SCHEMA,
        criteria: criteria.file.clone(),
        engine: bench.engine.clone(),
        reference: criteria.reference.clone(),
        targets: criteria.targets.clone(),
        winner: winner.candidate.clone(),
        margin_percent: matrix
            .rows
            .get(1)
            .map(|second| (second.total / winner.total - 1.0) * 100.0),
        gives_up: given_up
            .filter(|(_, ratio)| **ratio > 1.0 + f64::EPSILON * 8.0)
            .map(|(column, ratio)| GivenUp {
                criterion: column.name.clone(),
                ratio: *ratio,
            })
            .collect(),
        sensitivity: sensitivity(criteria, &matrix.rows),
        evidence: evidence(criteria, &Numbers::new(criteria, bench)),
        maintenance: criteria.candidates.iter().map(upkeep).collect(),
        columns: matrix.columns,
        rows: matrix.rows,
        excluded: matrix.excluded,
    })
}

/// Who wins when any one weight is halved or doubled.
fn sensitivity(criteria: &Criteria, rows: &[Row]) -> Vec<Sensitivity> {
    let mut found = Vec::new();
    for (i, criterion) in criteria.criteria.iter().enumerate() {
        for factor in FACTORS {
            let mut weights = score::weights(criteria);
            weights[i] *= factor;
            let total = |row: &&Row| score::weighted_total(&row.ratios, &weights);
            // NB: `min_by` keeps the first of equals, as the matrix does.
            let best = rows.iter().min_by(|a, b| total(a).total_cmp(&total(b)));
            let winner = best.map_or_else(String::new, |row| row.candidate.clone());
            found.push(Sensitivity {
                criterion: criterion.name.clone(),
                factor,
                holds: winner == rows[0].candidate,
                winner,
            });
        }
    }
    found
}

fn evidence(criteria: &Criteria, numbers: &Numbers<'_>) -> Vec<EvidenceTable> {
    let row = |evidence: &Evidence, candidate: &Candidate| {
        let cell = |target: &String| -> (Option<u64>, String) {
            let case = evidence.case.as_deref();
            match numbers.number(&candidate.name, target, evidence.measure, case) {
                Ok(value) => (Some(value), String::new()),
                Err(_) => {
                    let row = case.and_then(|c| numbers.row(&candidate.name, target, c).ok());
                    let words =
                        row.map_or("not measured", |row| exclusion::outcome_text(row.outcome));
                    (None, words.to_owned())
                }
            }
        };
        let (values, words) = criteria.targets.iter().map(cell).unzip();
        EvidenceRow {
            candidate: candidate.name.clone(),
            values,
            words,
        }
    };
    let table = |evidence: &Evidence| EvidenceTable {
        title: evidence.title.clone(),
        measure: evidence.measure,
        case: evidence.case.clone(),
        rows: criteria
            .candidates
            .iter()
            .map(|candidate| row(evidence, candidate))
            .collect(),
    };
    criteria.evidence.iter().map(table).collect()
}

fn upkeep(candidate: &Candidate) -> Upkeep {
    Upkeep {
        candidate: candidate.name.clone(),
        mark: match candidate.maintenance {
            Maintenance::Mark(mark) => Some(mark),
            Maintenance::Exclude => None,
        },
        reason: candidate.reason.clone(),
    }
}
