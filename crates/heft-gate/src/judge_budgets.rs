//! Sizes against budgets.
//!
//! [`judge`] computes, the command line prints.

use crate::artifact::{Artifact, Coverage};
use crate::budgets::{Budget, Budgets, Ceiling};
use heft_data::measure::{Measure, matches};
use heft_data::source::place::Place;
use heft_wasm::bytes::{ByteDelta, Bytes};
use serde::Serialize;

/// What the gate says of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Judgment {
    /// At most the limit, and the guard.
    Ok,
    /// Above the limit, or the guard.
    Over,
    /// There is no limit yet.
    NotBudgeted,
}

/// One size of one artifact against its ceiling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Row {
    /// The artifact's name.
    pub artifact: String,
    /// What was measured.
    pub measure: Measure,
    /// The size; `None` where there is no limit and so nothing was measured.
    pub size_bytes: Option<Bytes>,
    /// The ceiling.
    pub limit_bytes: Option<Bytes>,
    /// A ceiling below the limit, a little above what was measured when it was written.
    pub guard_bytes: Option<Bytes>,
    /// The lower of limit and guard less size: what is left, or below zero how far over.
    pub room_bytes: Option<ByteDelta>,
    /// The wish.
    pub stretch_bytes: Option<Bytes>,
    /// Whether the wish is met.
    pub stretch_met: Option<bool>,
    /// The verdict.
    pub judgment: Judgment,
    /// The file and line of the limit.
    pub place: Option<Place>,
}

impl Row {
    /// The ceiling that holds, and how budgets call it: the guard, or without one the limit.
    #[must_use]
    pub fn ceiling(&self) -> Option<(&'static str, Bytes)> {
        let guard = self.guard_bytes.map(|guard| ("guard", guard));
        guard.or(self.limit_bytes.map(|limit| ("limit", limit)))
    }
}

/// What the gate says of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GateReport {
    /// Version of this shape.
    pub schema: u32,
    /// The budgets file as it was named.
    pub budgets: String,
    /// Whether nothing is over its limit.
    pub passed: bool,
    /// Every artifact and measure, in the order asked for.
    pub rows: Vec<Row>,
}

/// How many patterns without an artifact are named.
const NAMED: usize = 3;

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// A name given twice.
    #[error("artifact `{0}` is given twice; name each once")]
    Twice(String),
    /// Nobody decided how large it may be.
    #[error("artifact `{name}` has no budget; add a pattern for it to {file}")]
    NoBudget {
        /// The artifact.
        name: String,
        /// The budgets file.
        file: String,
    },
    /// Two decisions.
    #[error(
        "artifact `{name}` has two budgets, by {first} and {second}; make the patterns disjoint"
    )]
    TwoBudgets {
        /// The artifact.
        name: String,
        /// The first pattern that matches.
        first: Place,
        /// One in another entry.
        second: Place,
    },
    /// A decision about nothing.
    #[error("{}", unused(patterns))]
    UnusedPatterns {
        /// The patterns and where they are, at least one.
        patterns: Vec<(String, Place)>,
    },
}

/// Holds every size against its ceiling.
///
/// # Errors
///
/// Everything that keeps budgets and artifacts from fitting together, at least one.
pub fn judge(
    budgets: &Budgets,
    artifacts: &[Artifact],
    coverage: Coverage,
) -> Result<GateReport, Vec<GateError>> {
    let mut errors = Vec::new();
    let mut rows = Vec::new();
    for (i, artifact) in artifacts.iter().enumerate() {
        if artifacts[..i]
            .iter()
            .any(|other| other.name == artifact.name)
        {
            errors.push(GateError::Twice(artifact.name.clone()));
            continue;
        }
        match budget_of(budgets, &artifact.name) {
            Ok(budget) => rows.extend(
                Measure::ALL.map(|measure| row(artifact, measure, budget.ceiling(measure))),
            ),
            Err(err) => errors.push(err),
        }
    }
    if coverage == Coverage::Full {
        let all = budgets.entries.iter().flat_map(|entry| &entry.patterns);
        let fits = |pattern: &str| artifacts.iter().any(|a| matches(pattern, &a.name));
        let patterns: Vec<(String, Place)> = all.filter(|(p, _)| !fits(p)).cloned().collect();
        if !patterns.is_empty() {
            errors.push(GateError::UnusedPatterns { patterns });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(GateReport {
        schema: 1,
        budgets: budgets.file.clone(),
        passed: rows.iter().all(|row| row.judgment != Judgment::Over),
        rows,
    })
}

/// One sentence about patterns that match nothing; of many only the first are named.
fn unused(patterns: &[(String, Place)]) -> String {
    let advice = "correct it, or pass --partial when only some are looked at";
    match patterns {
        [(pattern, place)] => {
            format!("{place}: pattern \"{pattern}\" matches no artifact given; {advice}")
        }
        _ => {
            let named: Vec<String> = patterns
                .iter()
                .take(NAMED)
                .map(|(pattern, place)| format!("\"{pattern}\" ({place})"))
                .collect();
            let more = match patterns.len().saturating_sub(NAMED) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!(
                "{} patterns match no artifact given: {}{more}; {}",
                patterns.len(),
                named.join(", "),
                advice.replacen("it", "them", 1)
            )
        }
    }
}

fn budget_of<'b>(budgets: &'b Budgets, name: &str) -> Result<&'b Budget, GateError> {
    let place_in = |entry: &'b Budget| {
        let hit = entry
            .patterns
            .iter()
            .find(|(pattern, _)| matches(pattern, name));
        hit.map(|(_, place)| (entry, place))
    };
    let mut hits = budgets.entries.iter().filter_map(place_in);
    match (hits.next(), hits.next()) {
        (None, _) => Err(GateError::NoBudget {
            name: name.to_owned(),
            file: budgets.file.clone(),
        }),
        (Some((_, first)), Some((_, second))) => Err(GateError::TwoBudgets {
            name: name.to_owned(),
            first: first.clone(),
            second: second.clone(),
        }),
        (Some((entry, _)), None) => Ok(entry),
    }
}

fn row(artifact: &Artifact, measure: Measure, ceiling: Option<&Ceiling>) -> Row {
    let size = artifact.known(measure);
    let stretch = ceiling.and_then(|c| c.stretch);
    let ceiling = ceiling.map(|ceiling| (ceiling, artifact.size(measure)));
    // NB: a guard is never above its limit.
    let most = |c: &Ceiling| c.guard.unwrap_or(c.limit);
    Row {
        artifact: artifact.name.clone(),
        measure,
        size_bytes: size,
        limit_bytes: ceiling.map(|(c, _)| c.limit),
        guard_bytes: ceiling.and_then(|(c, _)| c.guard),
        room_bytes: ceiling.map(|(c, size)| most(c).minus(size)),
        stretch_bytes: stretch,
        stretch_met: stretch.zip(size).map(|(stretch, size)| size <= stretch),
        judgment: match ceiling {
            None => Judgment::NotBudgeted,
            Some((c, size)) if size > most(c) => Judgment::Over,
            Some(_) => Judgment::Ok,
        },
        place: ceiling.map(|(c, _)| c.place.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "schema = 1
[[budget]]
artifacts = [\"*-wasip1\"]
raw = { limit = \"100 B\", stretch = \"50 B\" }
gzip = { limit = \"40 B\" }
";

    fn budgets(text: &str) -> Budgets {
        Budgets::parse("b.toml", text).expect("the test's text is right")
    }

    fn artifact(name: &str, raw: u64) -> Artifact {
        Artifact::with_sizes(name, Bytes(raw), Bytes(40), Bytes(30))
    }

    fn errors(text: &str, names: &[&str]) -> Vec<String> {
        let artifacts: Vec<Artifact> = names.iter().map(|name| artifact(name, 1)).collect();
        let errors = judge(&budgets(text), &artifacts, Coverage::Full).expect_err("it is wrong");
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_to_the_limit_passes_and_one_byte_more_does_not() {
        for (raw, passed, room) in [(100, true, 0), (101, false, -1)] {
            let report = judge(&budgets(TEXT), &[artifact("a-wasip1", raw)], Coverage::Full);
            let report = report.expect("they fit");
            assert_eq!(report.passed, passed);
            assert_eq!(report.rows[0].room_bytes, Some(ByteDelta(room)));
        }
    }

    #[test]
    fn a_guard_holds_before_the_limit_does() {
        let text = TEXT.replace("stretch", "guard = \"80 B\", stretch");
        for (raw, passed, room) in [(80, true, 0), (81, false, -1), (101, false, -21)] {
            let report = judge(
                &budgets(&text),
                &[artifact("a-wasip1", raw)],
                Coverage::Full,
            );
            let report = report.expect("they fit");
            assert_eq!(report.passed, passed);
            let row = &report.rows[0];
            assert_eq!(row.room_bytes, Some(ByteDelta(room)));
            assert_eq!(row.ceiling(), Some(("guard", Bytes(80))));
            assert_eq!(row.limit_bytes, Some(Bytes(100)));
            assert_eq!(report.rows[1].ceiling(), Some(("limit", Bytes(40))));
        }
    }

    #[test]
    fn the_wish_is_met_up_to_its_own_size() {
        for (raw, met) in [(50, true), (51, false)] {
            let report = judge(&budgets(TEXT), &[artifact("a-wasip1", raw)], Coverage::Full);
            assert_eq!(report.expect("they fit").rows[0].stretch_met, Some(met));
        }
    }

    #[test]
    fn a_measure_without_a_limit_is_shown_and_passes() {
        let report = judge(&budgets(TEXT), &[artifact("a-wasip1", 1)], Coverage::Full);
        let row = &report.expect("they fit").rows[2];
        assert_eq!(
            (row.measure, row.judgment),
            (Measure::Brotli, Judgment::NotBudgeted)
        );
    }

    #[test]
    fn each_row_says_where_its_limit_is_written() {
        let report = judge(&budgets(TEXT), &[artifact("a-wasip1", 1)], Coverage::Full);
        let rows = report.expect("they fit").rows;
        let places: Vec<_> = rows
            .iter()
            .map(|row| row.place.as_ref().map(|p| p.line))
            .collect();
        assert_eq!(places, [Some(4), Some(5), None]);
    }

    #[test]
    fn an_artifact_without_a_budget_is_an_error_by_name() {
        let found = errors(TEXT, &["a-wasip1", "b"]);
        assert_eq!(
            found,
            ["artifact `b` has no budget; add a pattern for it to b.toml"]
        );
    }

    #[test]
    fn an_artifact_with_two_budgets_is_an_error_with_both_lines() {
        let text = format!("{TEXT}[[budget]]\nartifacts = [\"a*\"]\nraw = {{ limit = \"1 B\" }}\n");
        let found = errors(&text, &["a-wasip1"]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("by b.toml:3 and b.toml:7"), "{found:?}");
    }

    #[test]
    fn a_pattern_for_nothing_is_an_error_unless_only_some_are_looked_at() {
        let text = TEXT.replace("[\"*-wasip1\"]", "[\"*-wasip1\",\n \"typo\"]");
        let found = errors(&text, &["a-wasip1"]);
        assert!(
            found[0].starts_with("b.toml:4: pattern \"typo\" matches no artifact"),
            "{found:?}"
        );
        let some = judge(
            &budgets(&text),
            &[artifact("a-wasip1", 1)],
            Coverage::Partial,
        );
        assert!(some.is_ok());
    }

    #[test]
    fn of_many_patterns_for_nothing_the_first_are_named_in_a_short_line() {
        let patterns: Vec<String> = (0..25).map(|i| format!("\"typo-{i}\"")).collect();
        let text = TEXT.replace(
            "\"*-wasip1\"",
            &format!("\"*-wasip1\", {}", patterns.join(", ")),
        );
        let found = errors(&text, &["a-wasip1"]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0],
            "25 patterns match no artifact given: \"typo-0\" (b.toml:3), \"typo-1\" (b.toml:3), \"typo-2\" (b.toml:3) and 22 more; correct them, or pass --partial when only some are looked at"
        );
    }

    #[test]
    fn an_artifact_given_twice_is_an_error() {
        let found = errors(TEXT, &["a-wasip1", "a-wasip1"]);
        assert_eq!(
            found,
            ["artifact `a-wasip1` is given twice; name each once"]
        );
    }
}
