//! Moving the accepted sizes: down freely, up only with a reason.

use super::accepted::{AcceptOptions, Accepted, Change, Missing, Move};
use super::history::{Baseline, Line};
use super::sizes::{Entry, SizesBaseline, Weighed, key};
use heft_data::measure::Measure;
use heft_data::source::json::Map;
use heft_size::breakdown::By;
use heft_wasm::bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeSet;

/// What becomes of `baseline` when `weighed` is accepted.
///
/// A size that is smaller is taken. One that is larger by no more than the tolerance leaves the
/// baseline where it is: otherwise accepting often would creep over the tolerance. One that is
/// larger than that needs a reason; then all sizes of its artifact are taken exactly as they are,
/// with no room on top, so that the tolerance is the same margin as before.
#[must_use]
pub fn accept_sizes(
    baseline: &SizesBaseline,
    weighed: &[Weighed],
    options: &AcceptOptions,
) -> Accepted<SizesBaseline> {
    let mut out = Accepted {
        baseline: baseline.clone(),
        moves: Vec::new(),
        history: Vec::new(),
        notes: Vec::new(),
    };
    for artifact in weighed {
        accept_one(&mut out, artifact, options);
    }
    if options.missing != Missing::Keep {
        handle_missing(&mut out, weighed, options);
    }
    if options.prune {
        prune(&mut out, weighed, options);
    }
    out
}

fn accept_one(out: &mut Accepted<SizesBaseline>, weighed: &Weighed, options: &AcceptOptions) {
    let (id, name) = (weighed.fingerprint.id(), &weighed.artifact.name);
    let content = &mut out.baseline.content;
    let tolerance = content.tolerance;
    content
        .fingerprints
        .entry(id.clone())
        .or_insert_with(|| weighed.fingerprint.clone());
    let entries = content.sizes.entry(id.clone()).or_default();
    let Some(entry) = entries.get_mut(name) else {
        entries.insert(name.clone(), weighed.entry());
        for measure in Measure::ALL {
            let new = Some(weighed.artifact.size(measure));
            out.moves
                .push(moved(name, measure, None, new, Change::Added));
        }
        out.history
            .push(line(options, name, None, Some(&weighed.entry()), &id));
        return;
    };
    let before = entry.clone();
    let grew = |measure| {
        let (old, new) = (before.size(measure), weighed.artifact.size(measure));
        new.0.saturating_sub(old.0) > tolerance.allowed(old).0
    };
    let any_grew = Measure::ALL.into_iter().any(grew);
    for measure in Measure::ALL {
        let (old, new) = (before.size(measure), weighed.artifact.size(measure));
        let change = if new == old {
            continue;
        } else if new < old {
            Change::Tightened
        } else if any_grew && options.reason.is_some() {
            Change::Loosened
        } else if grew(measure) {
            Change::Refused
        } else {
            Change::Kept
        };
        out.moves
            .push(moved(name, measure, Some(old), Some(new), change));
        if matches!(change, Change::Tightened | Change::Loosened) {
            entry.set(measure, new);
        }
    }
    // The parts belong to the raw size: where that one is as measured, so are they.
    if entry.raw_bytes == weighed.artifact.size(Measure::Raw) {
        if entry.crates.is_some() && weighed.breakdown.by == By::Section {
            out.notes.push(format!(
                "`{name}` has no symbols file beside it: the baseline holds sections now, crates are no longer told"
            ));
        }
        entry.set_parts(weighed);
    }
    if Measure::ALL
        .into_iter()
        .any(|m| entry.size(m) != before.size(m))
    {
        let after = entry.clone();
        out.history
            .push(line(options, name, Some(&before), Some(&after), &id));
    }
}

fn handle_missing(out: &mut Accepted<SizesBaseline>, weighed: &[Weighed], options: &AcceptOptions) {
    let given: BTreeSet<&str> = weighed.iter().map(|w| w.artifact.name.as_str()).collect();
    let ids: BTreeSet<String> = weighed.iter().map(|w| w.fingerprint.id()).collect();
    let change = match options.missing {
        Missing::Remove => Change::Removed,
        _ => Change::Missing,
    };
    for id in ids {
        let Some(entries) = out.baseline.content.sizes.get_mut(&id) else {
            continue;
        };
        let missing: Vec<(String, Entry)> = entries
            .iter()
            .filter(|(name, _)| !given.contains(name.as_str()))
            .map(|(name, entry)| (name.clone(), entry.clone()))
            .collect();
        for (name, entry) in missing {
            for measure in Measure::ALL {
                out.moves.push(moved(
                    &name,
                    measure,
                    Some(entry.size(measure)),
                    None,
                    change,
                ));
            }
            if change == Change::Removed {
                entries.remove(&name);
                out.history
                    .push(line(options, &name, Some(&entry), None, &id));
            }
        }
    }
}

fn prune(out: &mut Accepted<SizesBaseline>, weighed: &[Weighed], options: &AcceptOptions) {
    let used: BTreeSet<String> = weighed.iter().map(|w| w.fingerprint.id()).collect();
    let content = &mut out.baseline.content;
    let unused: Vec<String> = content
        .fingerprints
        .keys()
        .filter(|id| !used.contains(*id))
        .cloned()
        .collect();
    for id in unused {
        content.fingerprints.remove(&id);
        for (name, entry) in content.sizes.remove(&id).unwrap_or_default().iter() {
            for measure in Measure::ALL {
                let old = Some(entry.size(measure));
                out.moves
                    .push(moved(name, measure, old, None, Change::Removed));
            }
            out.history
                .push(line(options, name, Some(entry), None, &id));
        }
    }
}

fn moved(
    name: &str,
    measure: Measure,
    old: Option<Bytes>,
    new: Option<Bytes>,
    change: Change,
) -> Move {
    Move {
        what: name.to_owned(),
        measure: key(measure).to_owned(),
        old: old.map(|b| b.0),
        new: new.map(|b| b.0),
        change,
    }
}

/// A line of history: only the numbers that are not as they were.
fn line(
    options: &AcceptOptions,
    name: &str,
    old: Option<&Entry>,
    new: Option<&Entry>,
    id: &str,
) -> Line {
    let differs = |m: &Measure| old.map(|e| e.size(*m)) != new.map(|e| e.size(*m));
    let numbers = |entry: &Entry| -> Value {
        let measures = Measure::ALL.into_iter().filter(differs);
        let pairs: Map<Bytes> = measures
            .map(|m| (key(m).to_owned(), entry.size(m)))
            .collect();
        serde_json::to_value(pairs).unwrap_or_default()
    };
    let larger = |m: Measure| matches!((old, new), (Some(o), Some(n)) if n.size(m) > o.size(m));
    let loosened = Measure::ALL.into_iter().any(larger);
    Line {
        when: options.when.clone(),
        baseline: Baseline::Sizes,
        what: name.to_owned(),
        old: old.map(numbers),
        new: new.map(numbers),
        // Removing and adding may be explained, too.
        reason: options
            .reason
            .clone()
            .filter(|_| loosened || old.is_none() || new.is_none()),
        fingerprint: id.to_owned(),
    }
}
