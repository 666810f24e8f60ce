//! Sizes against what was last accepted.

use super::fingerprint::{Nearest, no_baseline};
use super::parts::{By, Parts};
use super::sizes::{Entry, SizesBaseline, Weighed};
use super::tolerance::SizeTolerance;
use crate::budgets::{Measure, Place};
use crate::bytes::{ByteDelta, Bytes};
use crate::gate::Coverage;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many causes are told of an artefact; the others are summed up.
const TOP: usize = 10;

/// What the baseline says of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SizeJudgement {
    /// As it was accepted.
    Same,
    /// Not as it was, and not beyond the tolerance.
    Within,
    /// Larger, beyond the tolerance.
    Grew,
    /// Smaller, beyond the tolerance.
    Shrank,
    /// The tools are known and this artefact is not in the baseline.
    Missing,
    /// It is in the baseline and was not given.
    Extra,
    /// The tools are not known: there is nothing to compare with.
    UnknownFingerprint,
}

/// One size of one artefact against the accepted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeRow {
    /// The artefact's name.
    pub artefact: String,
    /// What was measured.
    pub measure: Measure,
    /// The size; `None` where there is no such artefact any more.
    pub size_bytes: Option<Bytes>,
    /// What was accepted; `None` where nothing was.
    pub baseline_bytes: Option<Bytes>,
    /// Size less baseline.
    pub change_bytes: Option<ByteDelta>,
    /// The growth that passes.
    pub allowed_bytes: Option<Bytes>,
    /// How far the growth is beyond that; 0 if it is not.
    pub over_bytes: Option<Bytes>,
    /// The verdict.
    pub judgement: SizeJudgement,
    /// Where the accepted size is written.
    pub place: Option<Place>,
}

/// A part of an artefact that is not as large as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cause {
    /// The crate or section; in brackets what is neither.
    pub name: String,
    /// When it was accepted.
    pub baseline_bytes: Bytes,
    /// Now.
    pub size_bytes: Bytes,
    /// Now less then.
    pub change_bytes: ByteDelta,
}

/// Why an artefact is not as large as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Causes {
    /// The artefact's name.
    pub artefact: String,
    /// What its parts are.
    pub by: By,
    /// The ten that grew most, largest growth first; then, if there are more, the sum of the others
    /// as `[others]`. The changes add up to the change of the raw size.
    pub rows: Vec<Cause>,
    /// Hashes of the source that changed since, by name, e.g. `cargo-lock`.
    pub source_changed: Vec<String>,
}

/// What the baseline says of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizesGate {
    /// The baseline as it was named.
    pub baseline: String,
    /// Its tolerance.
    pub tolerance: SizeTolerance,
    /// Whether a size that shrank fails, too.
    pub locked: bool,
    /// Whether nothing fails.
    pub passed: bool,
    /// Every artefact and measure: those given, in that order; then those that are gone.
    pub rows: Vec<SizeRow>,
    /// Of each artefact that moved beyond the tolerance.
    pub causes: Vec<Causes>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

impl SizesGate {
    /// The artefacts whose tools are not known: only a budget holds these.
    pub fn unjudged(&self) -> BTreeSet<&str> {
        let unknown = |row: &&SizeRow| row.judgement == SizeJudgement::UnknownFingerprint;
        let rows = self.rows.iter().filter(unknown);
        rows.map(|row| row.artefact.as_str()).collect()
    }
}

/// Holds every size against the accepted one. With `locked`, a size that shrank fails too.
#[must_use]
pub fn judge_sizes(
    baseline: &SizesBaseline,
    weighed: &[Weighed],
    coverage: Coverage,
    locked: bool,
) -> SizesGate {
    let tolerance = baseline.content.tolerance;
    let mut rows = Vec::new();
    let mut causes = Vec::new();
    for artefact in weighed {
        let judged = Measure::ALL.map(|measure| row(baseline, artefact, measure));
        let moved = judged
            .iter()
            .any(|row| matches!(row.judgement, SizeJudgement::Grew | SizeJudgement::Shrank));
        if let Some(entry) = entry_of(baseline, artefact).filter(|_| moved) {
            causes.extend(causes_of(artefact, entry));
        }
        rows.extend(judged);
    }
    if coverage == Coverage::Full {
        rows.extend(extra(baseline, weighed));
    }
    let fails = |row: &SizeRow| match row.judgement {
        SizeJudgement::Grew | SizeJudgement::Missing | SizeJudgement::Extra => true,
        SizeJudgement::Shrank => locked,
        SizeJudgement::Same | SizeJudgement::Within | SizeJudgement::UnknownFingerprint => false,
    };
    SizesGate {
        baseline: baseline.file.clone(),
        tolerance,
        locked,
        passed: !rows.iter().any(fails),
        notes: notes(baseline, weighed, &rows),
        rows,
        causes,
    }
}

fn entry_of<'b>(baseline: &'b SizesBaseline, weighed: &Weighed) -> Option<&'b Entry> {
    baseline.entry(&weighed.fingerprint.id(), &weighed.artefact.name)
}

fn row(baseline: &SizesBaseline, weighed: &Weighed, measure: Measure) -> SizeRow {
    let id = weighed.fingerprint.id();
    let size = weighed.artefact.size(measure);
    let mut row = SizeRow {
        artefact: weighed.artefact.name.clone(),
        measure,
        size_bytes: Some(size),
        baseline_bytes: None,
        change_bytes: None,
        allowed_bytes: None,
        over_bytes: None,
        judgement: SizeJudgement::UnknownFingerprint,
        place: None,
    };
    let Some(entry) = entry_of(baseline, weighed) else {
        if baseline.content.sizes.contains_key(&id) {
            row.judgement = SizeJudgement::Missing;
            row.place = Some(baseline.at(&["sizes", &id]));
        }
        return row;
    };
    let old = entry.size(measure);
    let allowed = baseline.content.tolerance.allowed(old);
    let grown = size.0.saturating_sub(old.0);
    row.baseline_bytes = Some(old);
    row.change_bytes = Some(size.minus(old));
    row.allowed_bytes = Some(allowed);
    row.over_bytes = Some(Bytes(grown.saturating_sub(allowed.0)));
    row.place = Some(baseline.place(&id, &weighed.artefact.name, measure));
    row.judgement = if size == old {
        SizeJudgement::Same
    } else if grown > allowed.0 {
        SizeJudgement::Grew
    } else if old.0.saturating_sub(size.0) > allowed.0 {
        SizeJudgement::Shrank
    } else {
        SizeJudgement::Within
    };
    row
}

/// The entries for the same tools that nothing was given for.
fn extra(baseline: &SizesBaseline, weighed: &[Weighed]) -> Vec<SizeRow> {
    let given: BTreeSet<&str> = weighed.iter().map(|w| w.artefact.name.as_str()).collect();
    let ids: BTreeSet<String> = weighed.iter().map(|w| w.fingerprint.id()).collect();
    let mut rows = Vec::new();
    for id in &ids {
        for (name, entry) in baseline
            .content
            .sizes
            .get(id)
            .into_iter()
            .flat_map(|m| m.iter())
        {
            if given.contains(name.as_str()) {
                continue;
            }
            rows.extend(Measure::ALL.map(|measure| SizeRow {
                artefact: name.clone(),
                measure,
                size_bytes: None,
                baseline_bytes: Some(entry.size(measure)),
                change_bytes: None,
                allowed_bytes: None,
                over_bytes: None,
                judgement: SizeJudgement::Extra,
                place: Some(baseline.place(id, name, measure)),
            }));
        }
    }
    rows
}

fn causes_of(weighed: &Weighed, entry: &Entry) -> Option<Causes> {
    let old = entry.parts().filter(|old| old.by == weighed.parts.by)?;
    let keys: BTreeSet<&String> = entry.source.keys().chain(weighed.source.keys()).collect();
    let changed = |key: &&&String| entry.source.get(**key) != weighed.source.get(**key);
    Some(Causes {
        artefact: weighed.artefact.name.clone(),
        by: old.by,
        rows: compare(&old, &weighed.parts),
        source_changed: keys
            .iter()
            .filter(changed)
            .map(|key| (*key).clone())
            .collect(),
    })
}

fn compare(old: &Parts, new: &Parts) -> Vec<Cause> {
    let names: BTreeSet<&String> = old.sizes.keys().chain(new.sizes.keys()).collect();
    let size = |parts: &Parts, name: &String| parts.sizes.get(name).copied().unwrap_or_default();
    let mut rows: Vec<Cause> = names
        .into_iter()
        .map(|name| cause(name, size(old, name), size(new, name)))
        .filter(|cause| cause.change_bytes.0 != 0)
        .collect();
    // Stable: equal changes stay in the order of their names.
    rows.sort_by_key(|cause| std::cmp::Reverse(cause.change_bytes));
    if rows.len() > TOP + 1 {
        let others = rows.split_off(TOP);
        let [old, new] = [
            others.iter().map(|c| c.baseline_bytes).sum(),
            others.iter().map(|c| c.size_bytes).sum(),
        ];
        rows.push(cause("[others]", old, new));
    }
    rows
}

fn cause(name: &str, old: Bytes, new: Bytes) -> Cause {
    Cause {
        name: name.to_owned(),
        baseline_bytes: old,
        size_bytes: new,
        change_bytes: new.minus(old),
    }
}

fn notes(baseline: &SizesBaseline, weighed: &[Weighed], rows: &[SizeRow]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut unknown: BTreeMap<String, Vec<&Weighed>> = BTreeMap::new();
    for artefact in weighed {
        let id = artefact.fingerprint.id();
        if !baseline.content.sizes.contains_key(&id) {
            unknown.entry(id).or_default().push(artefact);
        }
    }
    for group in unknown.values() {
        let names: Vec<&str> = group.iter().map(|w| w.artefact.name.as_str()).collect();
        let nearest = Nearest::to(&group[0].fingerprint, &baseline.content.fingerprints);
        notes.push(no_baseline(&baseline.file, nearest, "budgets hold", &names));
    }
    for artefact in weighed {
        let other_kind =
            |entry: &&Entry| entry.parts().is_some_and(|old| old.by != artefact.parts.by);
        if entry_of(baseline, artefact).filter(other_kind).is_some() {
            let has = match artefact.parts.by {
                By::Crate => "only sections",
                By::Section => "crates, and there is no named twin to compare them with",
            };
            let name = &artefact.artefact.name;
            notes.push(format!(
                "{} of `{name}` has {has}: what grew is not told",
                baseline.file
            ));
        }
    }
    let shrunk: Vec<String> = rows
        .iter()
        .filter(|row| row.judgement == SizeJudgement::Shrank)
        .map(|row| {
            format!(
                "`{}` {} {}",
                row.artefact,
                row.measure,
                row.change_bytes.unwrap_or_default()
            )
        })
        .collect();
    if !shrunk.is_empty() {
        notes.push(format!(
            "smaller: {}; `wasm-heft accept` would lock it in",
            shrunk.join(", ")
        ));
    }
    notes
}
