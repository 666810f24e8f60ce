//! Fuel and pages against what was last accepted.

use super::accept::Numbers as _;
use super::bench::{BenchBaseline, Measured};
use super::figures::Figures;
use super::tolerance::BenchTolerance;
use crate::artifact::Coverage;
use crate::figure::Figure;
use heft_data::bench_result::Outcome;
use heft_data::counter::Counter;
use heft_data::fingerprint::{Nearest, no_baseline};
use heft_data::source::place::Place;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

impl BenchGate {
    /// The modules whose tools are not known: only ratios hold these.
    pub fn unjudged(&self) -> BTreeSet<&str> {
        let unknown = |row: &&BenchRow| row.judgment == BenchJudgment::UnknownFingerprint;
        let rows = self.rows.iter().filter(unknown);
        rows.map(|row| row.module.as_str()).collect()
    }
}

/// What the baseline says of one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BenchJudgment {
    /// As it was accepted.
    Same,
    /// Not as it was, and not beyond the tolerance.
    Within,
    /// More, beyond the tolerance.
    Worse,
    /// Less, beyond the tolerance; or it ends well now.
    Better,
    /// It does not end as it did.
    Broke,
    /// The tools are known and this is not in the baseline.
    Missing,
    /// It is in the baseline and was not measured.
    Extra,
    /// The tools or the engine are not known: there is nothing to compare with.
    UnknownFingerprint,
}

/// One figure of one case of one module against the accepted one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchRow {
    /// The module's name: allocator and target.
    pub module: String,
    /// The case's name: the workload.
    pub case: String,
    /// What is looked at; it says the unit of the numbers.
    pub figure: Figure,
    /// The number; `None` where it is none or was not measured.
    pub value: Option<u64>,
    /// What was accepted; `None` where nothing was.
    pub baseline: Option<u64>,
    /// Value less baseline.
    pub change: Option<i64>,
    /// The same in hundredths of the baseline; `None` for a baseline of 0.
    pub change_percent: Option<f64>,
    /// The growth that passes.
    pub allowed: Option<u64>,
    /// How it ended; `None` where it was not run.
    pub outcome: Option<Outcome>,
    /// How it ended when it was accepted.
    pub baseline_outcome: Option<Outcome>,
    /// One line about why it failed.
    pub detail: Option<String>,
    /// The verdict.
    pub judgment: BenchJudgment,
    /// Where the accepted figures are written.
    pub place: Option<Place>,
}

/// What the baseline says of everything that was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchGate {
    /// The baseline as it was named.
    pub baseline: String,
    /// Its tolerance.
    pub tolerance: BenchTolerance,
    /// Whether what got better fails, too.
    pub locked: bool,
    /// Whether nothing fails.
    pub passed: bool,
    /// Every figure: those measured, in the order of the result; then those that are gone.
    pub rows: Vec<BenchRow>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

/// Holds every figure against the accepted one. With `locked`, what got better fails too.
#[must_use]
pub fn judge_bench(
    baseline: &BenchBaseline,
    measured: &[Measured],
    coverage: Coverage,
    locked: bool,
) -> BenchGate {
    let mut rows = Vec::new();
    for module in measured {
        for (case, figures, detail) in &module.cases {
            judge_case(
                &mut rows,
                baseline,
                module,
                case,
                figures,
                detail.as_deref(),
            );
        }
    }
    if coverage == Coverage::Full {
        extra(&mut rows, baseline, measured);
    }
    let fails = |row: &BenchRow| match row.judgment {
        BenchJudgment::Worse
        | BenchJudgment::Broke
        | BenchJudgment::Missing
        | BenchJudgment::Extra => true,
        BenchJudgment::Better => locked,
        BenchJudgment::Same | BenchJudgment::Within | BenchJudgment::UnknownFingerprint => false,
    };
    BenchGate {
        baseline: baseline.file.clone(),
        tolerance: baseline.content.tolerance,
        locked,
        passed: !rows.iter().any(fails),
        notes: notes(baseline, measured, &rows),
        rows,
    }
}

fn judge_case(
    rows: &mut Vec<BenchRow>,
    baseline: &BenchBaseline,
    module: &Measured,
    case: &str,
    figures: &Figures,
    detail: Option<&str>,
) {
    let id = module.fingerprint.id();
    let path = ["rows", &id, &module.module, case];
    let outcome = |figures: &Figures| figures.outcome.unwrap_or(Outcome::Ok);
    let mut row = BenchRow {
        module: module.module.clone(),
        case: case.to_owned(),
        figure: Figure::Outcome,
        value: None,
        baseline: None,
        change: None,
        change_percent: None,
        allowed: None,
        outcome: Some(outcome(figures)),
        baseline_outcome: None,
        detail: detail.map(str::to_owned),
        judgment: BenchJudgment::UnknownFingerprint,
        place: None,
    };
    let Some(old) = baseline.figures(&id, &module.module, case) else {
        if baseline.content.rows.contains_key(&id) {
            row.judgment = BenchJudgment::Missing;
            row.place = Some(baseline.at(&path[..2]));
        }
        rows.push(row);
        return;
    };
    row.place = Some(baseline.at(&path));
    row.baseline_outcome = Some(outcome(old));
    if figures.outcome.is_some() || old.outcome.is_some() {
        row.judgment = match (figures.outcome, old.outcome) {
            (new, old) if new == old => BenchJudgment::Same,
            (None, _) => BenchJudgment::Better,
            _ => BenchJudgment::Broke,
        };
        rows.push(row);
        return;
    }
    for counter in Figures::all() {
        let (new, old) = (figures.get(counter), old.get(counter));
        if new.is_none() && old.is_none() {
            continue;
        }
        rows.push(number(&row, counter, new, old, baseline.content.tolerance));
    }
}

fn number(
    row: &BenchRow,
    counter: Counter,
    new: Option<u64>,
    old: Option<u64>,
    tolerance: BenchTolerance,
) -> BenchRow {
    let allowed = old.map(|old| tolerance.allowed(counter, old));
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let change = new.zip(old).map(|(new, old)| signed(new) - signed(old));
    BenchRow {
        figure: Figure::Count(counter),
        value: new,
        baseline: old,
        change,
        change_percent: change
            .zip(old)
            .and_then(|(change, old)| percent(change, old)),
        allowed,
        judgment: match (new, old) {
            (Some(new), Some(old)) => verdict(counter, new, old, allowed.unwrap_or_default()),
            (None, _) => BenchJudgment::Extra,
            (_, None) => BenchJudgment::Missing,
        },
        ..row.clone()
    }
}

fn verdict(counter: Counter, new: u64, old: u64, allowed: u64) -> BenchJudgment {
    let better = counter.better();
    if new == old {
        BenchJudgment::Same
    } else if better.worse_by(old, new) > allowed {
        BenchJudgment::Worse
    } else if better.worse_by(new, old) > allowed {
        BenchJudgment::Better
    } else {
        BenchJudgment::Within
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn percent(change: i64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| change as f64 * 100.0 / whole as f64)
}

/// What is in the baseline for the same tools and was not measured.
fn extra(rows: &mut Vec<BenchRow>, baseline: &BenchBaseline, measured: &[Measured]) {
    let ids: BTreeSet<String> = measured.iter().map(|m| m.fingerprint.id()).collect();
    let is_measured = |module: &str, case: &str| {
        let mut cases = measured
            .iter()
            .filter(|m| m.module == module)
            .flat_map(|m| &m.cases);
        cases.any(|(name, ..)| name == case)
    };
    for id in &ids {
        for (module, cases) in baseline
            .content
            .rows
            .get(id)
            .into_iter()
            .flat_map(|m| m.iter())
        {
            for (case, figures) in cases.iter().filter(|(case, _)| !is_measured(module, case)) {
                rows.push(BenchRow {
                    module: module.clone(),
                    case: case.clone(),
                    figure: Figure::Outcome,
                    value: None,
                    baseline: None,
                    change: None,
                    change_percent: None,
                    allowed: None,
                    outcome: None,
                    baseline_outcome: Some(figures.outcome.unwrap_or(Outcome::Ok)),
                    detail: None,
                    judgment: BenchJudgment::Extra,
                    place: Some(baseline.at(&["rows", id, module, case])),
                });
            }
        }
    }
}

fn notes(baseline: &BenchBaseline, measured: &[Measured], rows: &[BenchRow]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut unknown: BTreeMap<String, Vec<&Measured>> = BTreeMap::new();
    for module in measured {
        let id = module.fingerprint.id();
        if !baseline.content.rows.contains_key(&id) {
            unknown.entry(id).or_default().push(module);
        }
    }
    for group in unknown.values() {
        let names: Vec<&str> = group.iter().map(|m| m.module.as_str()).collect();
        let nearest = Nearest::to(&group[0].fingerprint, &baseline.content.fingerprints);
        notes.push(no_baseline(&baseline.file, nearest, "ratios hold", &names));
    }
    let better = rows
        .iter()
        .filter(|row| row.judgment == BenchJudgment::Better)
        .count();
    if better > 0 {
        let are = if better == 1 {
            "figure is"
        } else {
            "figures are"
        };
        notes.push(format!(
            "{better} {are} better; `wasm-heft accept` would lock that in"
        ));
    }
    notes
}
