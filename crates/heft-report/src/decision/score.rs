//! From measured numbers to ratios, and from ratios to one number for each candidate.
//!
//! Every number is a ratio to the reference's. Ratios are brought together by geometric means, with
//! the weights as exponents: then the order of the candidates does not depend on which of them is the
//! reference, and "a tenth less" counts the same wherever it is won.

use super::criteria::{Candidate, Criteria, Criterion, Maintenance, Rule};
use super::error::DecideError;
use super::exclusion::{self, Excluded};
use super::measure::Measure;
use super::numbers::Numbers;
use heft_data::bench_result::BenchReport;
use serde::Serialize;

/// A criterion in the matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its weight as written.
    pub weight: f64,
    /// Its part of all weights, in percent.
    pub share_percent: f64,
    /// How many ratios it is made of: cases, targets and measures.
    pub ratios: usize,
}

/// A candidate in the matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Row {
    /// Place by total, from 1.
    pub rank: usize,
    /// Its name.
    pub candidate: String,
    /// For each criterion, the ratio to the reference: below 1 is better.
    pub ratios: Vec<f64>,
    /// The weighted geometric mean of `ratios`: the smallest wins.
    pub total: f64,
}

/// Every candidate that is in the running, best first, and the others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub excluded: Vec<Excluded>,
}

/// Computes the matrix.
pub(super) fn matrix(criteria: &Criteria, bench: &BenchReport) -> Result<Matrix, DecideError> {
    let cases = cases_of_criteria(criteria, bench)?;
    let numbers = Numbers::new(criteria, bench);
    let excluded = exclusion::find(criteria, &numbers, &cases.concat())?;
    let is_out = |c: &&Candidate| !excluded.iter().any(|out| out.candidate == c.name);
    let mut rows = Vec::new();
    for candidate in criteria.candidates.iter().filter(is_out) {
        let mut ratios = Vec::new();
        for (criterion, cases) in criteria.criteria.iter().zip(&cases) {
            let all = ratios_of(criteria, &numbers, criterion, cases, candidate)?;
            ratios.push(together(criterion.rule, &all));
        }
        rows.push(Row {
            rank: 0,
            candidate: candidate.name.clone(),
            total: weighted_total(&ratios, &weights(criteria)),
            ratios,
        });
    }
    // NB: a stable sort: of two equal ones the first in the file stays first.
    rows.sort_by(|a, b| a.total.total_cmp(&b.total));
    for (i, row) in rows.iter_mut().enumerate() {
        row.rank = i + 1;
    }
    Ok(Matrix {
        columns: columns(criteria, &cases),
        rows,
        excluded,
    })
}

/// The weights, in the criteria's order.
pub(super) fn weights(criteria: &Criteria) -> Vec<f64> {
    criteria.criteria.iter().map(|c| c.weight).collect()
}

/// The weighted geometric mean of `ratios`.
pub(super) fn weighted_total(ratios: &[f64], weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let logs = ratios.iter().zip(weights).map(|(r, w)| r.ln() * w);
    (logs.sum::<f64>() / sum).exp()
}

/// For each criterion, the names of the cases that count.
fn cases_of_criteria(
    criteria: &Criteria,
    bench: &BenchReport,
) -> Result<Vec<Vec<String>>, DecideError> {
    let find = |criterion: &Criterion| {
        let names = bench.cases.iter().map(|case| &case.name);
        let found: Vec<String> = names
            .filter(|name| criterion.wants(name))
            .cloned()
            .collect();
        for pattern in &criterion.cases {
            if !found
                .iter()
                .any(|name| heft_data::measure::matches(pattern, name))
            {
                let known: Vec<&str> = bench.cases.iter().map(|c| c.name.as_str()).collect();
                return Err(DecideError::NoCase {
                    place: criterion.place.clone(),
                    criterion: criterion.name.clone(),
                    pattern: pattern.clone(),
                    known: known.join(", "),
                });
            }
        }
        Ok(found)
    };
    criteria.criteria.iter().map(find).collect()
}

fn columns(criteria: &Criteria, cases: &[Vec<String>]) -> Vec<Column> {
    let sum: f64 = weights(criteria).iter().sum();
    let column = |(criterion, cases): (&Criterion, &Vec<String>)| Column {
        name: criterion.name.clone(),
        weight: criterion.weight,
        share_percent: criterion.weight * 100.0 / sum,
        ratios: criterion
            .measures
            .iter()
            .map(|measure| match measure {
                Measure::Maintenance => 1,
                measure if measure.is_per_case() => cases.len() * criteria.targets.len(),
                _ => criteria.targets.len(),
            })
            .sum(),
    };
    criteria.criteria.iter().zip(cases).map(column).collect()
}

/// Every ratio of a candidate that a criterion looks at.
fn ratios_of(
    criteria: &Criteria,
    numbers: &Numbers<'_>,
    criterion: &Criterion,
    cases: &[String],
    candidate: &Candidate,
) -> Result<Vec<f64>, DecideError> {
    let mut found = Vec::new();
    for measure in &criterion.measures {
        if *measure == Measure::Maintenance {
            found.push(maintenance_ratio(criteria, candidate));
            continue;
        }
        for target in &criteria.targets {
            let mut add = |case: Option<&str>| -> Result<(), DecideError> {
                let own = numbers.number(&candidate.name, target, *measure, case)?;
                let reference = numbers.number(&criteria.reference, target, *measure, case)?;
                found.push(measure.better().ratio(own, reference));
                Ok(())
            };
            if measure.is_per_case() {
                for case in cases {
                    add(Some(case))?;
                }
            } else {
                add(None)?;
            }
        }
    }
    Ok(found)
}

/// The reference's mark by the candidate's: a better mark is a smaller ratio.
fn maintenance_ratio(criteria: &Criteria, candidate: &Candidate) -> f64 {
    let mark = |candidate: &Candidate| match candidate.maintenance {
        Maintenance::Mark(mark) => f64::from(mark),
        Maintenance::Exclude => f64::NAN,
    };
    let is_reference = |c: &&Candidate| c.name == criteria.reference;
    let reference = criteria.candidates.iter().find(is_reference);
    reference.map_or(f64::NAN, mark) / mark(candidate)
}

fn together(rule: Rule, ratios: &[f64]) -> f64 {
    match rule {
        Rule::Mean => weighted_total(ratios, &vec![1.0; ratios.len()]),
        Rule::Worst => ratios.iter().copied().fold(f64::MIN, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_come_together_as_geometric_mean_or_as_the_worst() {
        let ratios = [0.5, 2.0, 1.0];
        assert!((together(Rule::Mean, &ratios) - 1.0).abs() < 1e-12);
        assert!((together(Rule::Worst, &ratios) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn only_the_proportions_of_weights_matter() {
        let ratios = [0.9, 1.3];
        let one = weighted_total(&ratios, &[3.0, 1.0]);
        let ten = weighted_total(&ratios, &[30.0, 10.0]);
        assert!((one - ten).abs() < 1e-12);
        assert!((one - (0.9_f64.powi(3) * 1.3).powf(0.25)).abs() < 1e-12);
    }
}
