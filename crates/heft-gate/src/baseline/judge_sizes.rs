//! Sizes against what was last accepted.

use super::sizes::{Entry, SizesBaseline, Weighed};
use super::tolerance::SizeTolerance;
use crate::artifact::Coverage;
use heft_data::fingerprint::{Nearest, no_baseline};
use heft_data::measure::Measure;
use heft_data::source::place::Place;
use heft_size::breakdown::{Breakdown, By};
use heft_wasm::bytes::{ByteDelta, Bytes};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many causes are told of an artifact; the others are summed up.
const TOP: usize = 10;

/// What the baseline says of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SizeJudgment {
    /// As it was accepted.
    Same,
    /// Not as it was, and not beyond the tolerance.
    Within,
    /// Larger, beyond the tolerance.
    Grew,
    /// Smaller, beyond the tolerance.
    Shrank,
    /// The tools are known and this artifact is not in the baseline.
    Missing,
    /// It is in the baseline and was not given.
    Extra,
    /// The tools are not known: there is nothing to compare with.
    UnknownFingerprint,
}

/// One size of one artifact against the accepted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeRow {
    /// The artifact's name.
    pub artifact: String,
    /// What was measured.
    pub measure: Measure,
    /// The size; `None` where there is no such artifact any more.
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
    pub judgment: SizeJudgment,
    /// Where the accepted size is written.
    pub place: Option<Place>,
}

/// A part of an artifact that is not as large as it was.
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

/// Why an artifact is not as large as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Causes {
    /// The artifact's name.
    pub artifact: String,
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
    /// Every artifact and measure: those given, in that order; then those that are gone.
    pub rows: Vec<SizeRow>,
    /// Of each artifact that moved beyond the tolerance.
    pub causes: Vec<Causes>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

impl SizesGate {
    /// The artifacts whose tools are not known: only a budget holds these.
    pub fn unjudged(&self) -> BTreeSet<&str> {
        let unknown = |row: &&SizeRow| row.judgment == SizeJudgment::UnknownFingerprint;
        let rows = self.rows.iter().filter(unknown);
        rows.map(|row| row.artifact.as_str()).collect()
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
    for artifact in weighed {
        let judged = Measure::ALL.map(|measure| row(baseline, artifact, measure));
        let moved = judged
            .iter()
            .any(|row| matches!(row.judgment, SizeJudgment::Grew | SizeJudgment::Shrank));
        if let Some(entry) = entry_of(baseline, artifact).filter(|_| moved) {
            causes.extend(causes_of(artifact, entry));
        }
        rows.extend(judged);
    }
    if coverage == Coverage::Full {
        rows.extend(extra(baseline, weighed));
    }
    let fails = |row: &SizeRow| match row.judgment {
        SizeJudgment::Grew | SizeJudgment::Missing | SizeJudgment::Extra => true,
        SizeJudgment::Shrank => locked,
        SizeJudgment::Same | SizeJudgment::Within | SizeJudgment::UnknownFingerprint => false,
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
    baseline.entry(&weighed.fingerprint.id(), &weighed.artifact.name)
}

fn row(baseline: &SizesBaseline, weighed: &Weighed, measure: Measure) -> SizeRow {
    let id = weighed.fingerprint.id();
    let size = weighed.artifact.size(measure);
    let mut row = SizeRow {
        artifact: weighed.artifact.name.clone(),
        measure,
        size_bytes: Some(size),
        baseline_bytes: None,
        change_bytes: None,
        allowed_bytes: None,
        over_bytes: None,
        judgment: SizeJudgment::UnknownFingerprint,
        place: None,
    };
    let Some(entry) = entry_of(baseline, weighed) else {
        if baseline.content.sizes.contains_key(&id) {
            row.judgment = SizeJudgment::Missing;
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
    row.place = Some(baseline.place(&id, &weighed.artifact.name, measure));
    row.judgment = if size == old {
        SizeJudgment::Same
    } else if grown > allowed.0 {
        SizeJudgment::Grew
    } else if old.0.saturating_sub(size.0) > allowed.0 {
        SizeJudgment::Shrank
    } else {
        SizeJudgment::Within
    };
    row
}

/// The entries for the same tools that nothing was given for.
fn extra(baseline: &SizesBaseline, weighed: &[Weighed]) -> Vec<SizeRow> {
    let given: BTreeSet<&str> = weighed.iter().map(|w| w.artifact.name.as_str()).collect();
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
                artifact: name.clone(),
                measure,
                size_bytes: None,
                baseline_bytes: Some(entry.size(measure)),
                change_bytes: None,
                allowed_bytes: None,
                over_bytes: None,
                judgment: SizeJudgment::Extra,
                place: Some(baseline.place(id, name, measure)),
            }));
        }
    }
    rows
}

fn causes_of(weighed: &Weighed, entry: &Entry) -> Option<Causes> {
    let old = entry
        .breakdown()
        .filter(|old| old.by == weighed.breakdown.by)?;
    let keys: BTreeSet<&String> = entry.source.keys().chain(weighed.source.keys()).collect();
    let changed = |key: &&&String| entry.source.get(**key) != weighed.source.get(**key);
    Some(Causes {
        artifact: weighed.artifact.name.clone(),
        by: old.by,
        rows: compare(&old, &weighed.breakdown),
        source_changed: keys
            .iter()
            .filter(changed)
            .map(|key| (*key).clone())
            .collect(),
    })
}

fn compare(old: &Breakdown, new: &Breakdown) -> Vec<Cause> {
    let names: BTreeSet<&String> = old.sizes.keys().chain(new.sizes.keys()).collect();
    let size = |breakdown: &Breakdown, name: &String| {
        breakdown.sizes.get(name).copied().unwrap_or_default()
    };
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
    for artifact in weighed {
        let id = artifact.fingerprint.id();
        if !baseline.content.sizes.contains_key(&id) {
            unknown.entry(id).or_default().push(artifact);
        }
    }
    for group in unknown.values() {
        let names: Vec<&str> = group.iter().map(|w| w.artifact.name.as_str()).collect();
        let nearest = Nearest::to(&group[0].fingerprint, &baseline.content.fingerprints);
        notes.push(no_baseline(&baseline.file, nearest, "budgets hold", &names));
    }
    for artifact in weighed {
        let other_kind = |entry: &&Entry| {
            entry
                .breakdown()
                .is_some_and(|old| old.by != artifact.breakdown.by)
        };
        if entry_of(baseline, artifact).filter(other_kind).is_some() {
            let has = match artifact.breakdown.by {
                By::Crate => "only sections",
                By::Section => "crates, and there is no symbols file to compare them with",
            };
            let name = &artifact.artifact.name;
            notes.push(format!(
                "{} of `{name}` has {has}: what grew is not told",
                baseline.file
            ));
        }
    }
    let shrunk: Vec<String> = rows
        .iter()
        .filter(|row| row.judgment == SizeJudgment::Shrank)
        .map(|row| {
            format!(
                "`{}` {} {}",
                row.artifact,
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
