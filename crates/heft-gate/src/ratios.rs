//! Fuel and pages of one module in relation to another's of the same run.
//!
//! A baseline holds the numbers of one set of tools. What a recommendation rests on, that one
//! allocator needs less than another, holds with all of them: `[[ratio]]` in `budgets.toml` says how
//! much less, and [`judge_ratios`] needs nothing but one result of `bench`.

use crate::artifact::Coverage;
use crate::budgets::Ratio;
#[cfg(feature = "schema")]
use crate::figure::Figure;
use heft_data::bench_result::{BenchReport, BenchRow, Outcome};
use heft_data::counter::Counter;
use heft_data::measure::matches;
use heft_data::source::place::Place;
use heft_data::statistics::geometric_mean;
use serde::Serialize;

/// Two numbers that are equal on paper may differ by this much after a logarithm and back.
const ROUNDING: f64 = 1e-9;

/// What the gate says of one ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RatioJudgment {
    /// At most the limits.
    Ok,
    /// Above one of them.
    Over,
    /// A case does not end well, and it does for the module it is compared with.
    Broke,
}

/// One module in relation to another by one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RatioRow {
    /// The module.
    pub of: String,
    /// The one it is compared with.
    pub to: String,
    /// What is compared.
    #[cfg_attr(feature = "schema", schemars(with = "Figure"))]
    pub figure: Counter,
    /// How many cases count.
    pub cases: u64,
    /// The geometric mean over the cases.
    pub mean: f64,
    /// The most that passes.
    pub limit: f64,
    /// The largest ratio of a single case.
    pub worst: f64,
    /// The case it is of; the one that broke, if one did.
    pub worst_case: String,
    /// The most that passes for a single case; `None` where only the mean is limited.
    pub worst_limit: Option<f64>,
    /// The verdict.
    pub judgment: RatioJudgment,
    /// Where the limit is written.
    pub place: Place,
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// A limit for nothing.
    #[error(
        "{place}: the bench file has no two modules `{of}` and `{to}`; correct them, or pass --partial when only some are looked at"
    )]
    NoModules {
        /// The pattern.
        of: String,
        /// The other one.
        to: String,
        /// Where.
        place: Place,
    },
    /// Two modules and nothing to compare.
    #[error(
        "{place}: `{of}` and `{to}` have no case in common with {figure} and one of these names: {cases}"
    )]
    NoCases {
        /// The module.
        of: String,
        /// The other one.
        to: String,
        /// What is compared.
        figure: Counter,
        /// The patterns.
        cases: String,
        /// Where.
        place: Place,
    },
}

/// Holds every ratio against its limits.
///
/// # Errors
///
/// Each limit that nothing in the result is held by, at least one. With [`Coverage::Partial`] limits
/// whose modules are not there are left out.
pub fn judge_ratios(
    ratios: &[Ratio],
    report: &BenchReport,
    coverage: Coverage,
) -> Result<Vec<RatioRow>, Vec<RatioError>> {
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for ratio in ratios {
        let pairs = pairs(ratio, report);
        if pairs.is_empty() && coverage == Coverage::Full {
            errors.push(RatioError::NoModules {
                of: ratio.of.clone(),
                to: ratio.to.clone(),
                place: ratio.place.clone(),
            });
        }
        for (of, to) in pairs {
            for figure in &ratio.measures {
                match row(ratio, report, (of, &to), *figure) {
                    Ok(row) => rows.push(row),
                    Err(err) => errors.push(err),
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(rows)
    } else {
        Err(errors)
    }
}

/// The modules that fit `of`, each with the one that fits `to` with the same text for the `*`.
fn pairs<'r>(ratio: &Ratio, report: &'r BenchReport) -> Vec<(&'r str, String)> {
    let there = |name: &str| report.modules.iter().any(|module| module.name == name);
    let pair = |name: &'r str| {
        let text = match ratio.of.split_once('*') {
            None => (ratio.of == name).then_some("")?,
            Some((head, tail)) => name.strip_prefix(head)?.strip_suffix(tail)?,
        };
        let other = ratio.to.replace('*', text);
        there(&other).then_some((name, other))
    };
    let names = report.modules.iter().map(|module| module.name.as_str());
    names.filter_map(pair).collect()
}

fn row(
    ratio: &Ratio,
    report: &BenchReport,
    (of, to): (&str, &str),
    figure: Counter,
) -> Result<RatioRow, RatioError> {
    let rows_of = |module: &str| {
        let counts = |row: &&BenchRow| ratio.cases.iter().any(|case| matches(case, &row.case));
        let rows = report.rows.iter().filter(|row| row.module == *module);
        rows.filter(counts).collect::<Vec<_>>()
    };
    let others = rows_of(to);
    let mut found: Vec<(&str, f64)> = Vec::new();
    let mut broke = None;
    for row in rows_of(of) {
        let Some(other) = others.iter().find(|other| other.case == row.case) else {
            continue;
        };
        match (row.outcome, other.outcome) {
            (Outcome::Ok, Outcome::Ok) => {}
            // That the other one fails is not the fault of this one.
            (Outcome::Ok, _) => continue,
            (_, Outcome::Ok) => {
                broke.get_or_insert(row.case.as_str());
                continue;
            }
            _ => continue,
        }
        if let Some((own, other)) = figure.of(row).zip(figure.of(other)) {
            found.push((&row.case, figure.better().ratio(own, other)));
        }
    }
    let all: Vec<f64> = found.iter().map(|(_, ratio)| *ratio).collect();
    let worst = found.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    let worst = worst.or(broke.map(|case| (case, 0.0)));
    let (Some((worst_case, worst)), place) = (worst, ratio.place.clone()) else {
        return Err(RatioError::NoCases {
            of: of.to_owned(),
            to: to.to_owned(),
            figure,
            cases: ratio.cases.join(", "),
            place: ratio.place.clone(),
        });
    };
    let mean = geometric_mean(&all).unwrap_or_default();
    let over = |value: f64, limit: f64| value > limit + ROUNDING;
    let judgment = if broke.is_some() {
        RatioJudgment::Broke
    } else if over(mean, ratio.limit) || ratio.worst.is_some_and(|limit| over(worst, limit)) {
        RatioJudgment::Over
    } else {
        RatioJudgment::Ok
    };
    Ok(RatioRow {
        of: of.to_owned(),
        to: to.to_owned(),
        figure,
        cases: all.len() as u64,
        mean,
        limit: ratio.limit,
        worst,
        worst_case: broke.unwrap_or(worst_case).to_owned(),
        worst_limit: ratio.worst,
        judgment,
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budgets::Budgets;

    const LIMITS: &str = "schema = 1
[[ratio]]
of = \"new-*\"
to = \"old-*\"
measures = [\"fuel\", \"grown_pages\"]
limit = 0.9
worst = 1.0
";

    /// Modules with the fuel and pages of their cases `a` and `b`; no fuel is a case that traps.
    fn report(modules: &[(&str, [(u64, u64); 2])]) -> BenchReport {
        let of = |name: &str| {
            serde_json::json!({ "name": name, "kind": "module", "raw_bytes": 1, "gzip_bytes": 1,
                "brotli_bytes": 1, "sha256": "" })
        };
        let row = |name: &str, case: &str, (fuel, pages): (u64, u64)| {
            let outcome = if fuel == 0 { "trapped" } else { "ok" };
            let fuel = (fuel > 0).then_some(fuel);
            serde_json::json!({ "module": name, "case": case, "outcome": outcome, "fuel": fuel,
                "fuel_bulk_once": fuel, "grown_pages": fuel.map(|_| pages) })
        };
        let report = serde_json::json!({
            "schema": 1,
            "engine": { "wasmtime": "1", "platform": "x" },
            "modules": modules.iter().map(|(name, _)| of(name)).collect::<Vec<_>>(),
            "cases": [],
            "rows": modules.iter().flat_map(|(name, [a, b])| [row(name, "a", *a), row(name, "b", *b)])
                .collect::<Vec<_>>(),
        });
        serde_json::from_value(report).expect("of this shape")
    }

    fn judged(text: &str, report: &BenchReport) -> Result<Vec<RatioRow>, Vec<RatioError>> {
        let budgets = Budgets::parse("b.toml", text).expect("the test's text is right");
        judge_ratios(&budgets.ratios, report, Coverage::Full)
    }

    #[test]
    fn the_mean_at_its_limit_passes_and_above_it_does_not() {
        for (fuel, judgment) in [(90, RatioJudgment::Ok), (91, RatioJudgment::Over)] {
            let report = report(&[
                ("old-1", [(100, 10), (100, 0)]),
                ("new-1", [(fuel, 5), (90, 0)]),
            ]);
            let rows = judged(LIMITS, &report).expect("they fit");
            assert_eq!(rows.len(), 2);
            assert_eq!((rows[0].judgment, rows[0].cases), (judgment, 2));
            // Nothing grown of nothing grown is one.
            assert!((rows[1].mean - 0.5_f64.sqrt()).abs() < 1e-9);
            assert_eq!(rows[1].worst_case, "b");
        }
    }

    #[test]
    fn a_single_case_above_its_limit_fails_whatever_the_mean_is() {
        let report = report(&[
            ("old-1", [(100, 1), (100, 1)]),
            ("new-1", [(101, 0), (10, 1)]),
        ]);
        let row = &judged(LIMITS, &report).expect("they fit")[0];
        assert_eq!(
            (row.judgment, row.worst_case.as_str()),
            (RatioJudgment::Over, "a")
        );
    }

    #[test]
    fn a_case_that_breaks_fails_and_one_that_the_other_breaks_does_not_count() {
        let report = report(&[
            ("old-1", [(100, 1), (100, 1)]),
            ("new-1", [(0, 0), (10, 1)]),
            ("old-2", [(0, 1), (100, 1)]),
            ("new-2", [(1_000, 0), (10, 1)]),
        ]);
        let rows = judged(LIMITS, &report).expect("they fit");
        assert_eq!(rows[0].judgment, RatioJudgment::Broke);
        assert_eq!(rows[0].worst_case, "a");
        assert_eq!((rows[2].of.as_str(), rows[2].cases), ("new-2", 1));
        assert_eq!(rows[2].judgment, RatioJudgment::Ok);
    }

    #[test]
    fn a_limit_that_holds_nothing_is_an_error_with_its_line() {
        let report = report(&[("old-1", [(1, 1), (1, 1)]), ("new-2", [(1, 1), (1, 1)])]);
        let errors = judged(LIMITS, &report).expect_err("no pair");
        let expected = "b.toml:3: the bench file has no two modules `new-*` and `old-*`";
        assert!(errors[0].to_string().starts_with(expected), "{errors:?}");
        let text = LIMITS.replace("limit", "cases = [\"nothing*\"]\nlimit");
        let report = self::report(&[("old-1", [(1, 1), (1, 1)]), ("new-1", [(1, 1), (1, 1)])]);
        let errors = judged(&text, &report).expect_err("no case");
        assert!(errors[0].to_string().contains("nothing*"), "{errors:?}");
    }
}
