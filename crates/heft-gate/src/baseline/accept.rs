//! Moving what was accepted: to the better freely, to the worse only with a reason.

use super::accepted::{AcceptOptions, Accepted, Change, Missing, Move};
use super::file::{BaselineFile, Content};
use super::history::{Baseline, Line};
use heft_data::bench_result::Outcome;
use heft_data::fingerprint::Fingerprint;
use heft_data::source::json::Map;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that are accepted together: the sizes of an artifact, the figures of a case.
pub trait Numbers: Clone {
    /// Which of them.
    type Number: Copy + 'static;

    /// All of them.
    fn all() -> impl Iterator<Item = Self::Number>;

    /// The key of a number in the file.
    fn key(number: Self::Number) -> &'static str;

    /// A number; `None` where there is none.
    fn get(&self, number: Self::Number) -> Option<u64>;

    /// By how much `new` is worse than `old`; 0 where it is not.
    fn worse_by(_number: Self::Number, old: u64, new: u64) -> u64 {
        new.saturating_sub(old)
    }

    /// Takes a number.
    fn set(&mut self, number: Self::Number, value: Option<u64>);

    /// How it ended, unless that is `ok`: then there are no numbers.
    fn outcome(&self) -> Option<Outcome> {
        None
    }

    /// Takes what goes with the numbers, once these are taken. Returns what a person should know.
    fn follow(&mut self, _measured: &Self, _name: &str) -> Option<String> {
        None
    }
}

/// What is accepted of one artifact or module, by case; where there are no cases, under an empty name.
pub type Cases<N> = BTreeMap<String, N>;

/// What was measured of one artifact or module.
#[derive(Debug)]
pub struct Candidate<'a, N> {
    /// Its name.
    pub name: &'a str,
    /// What makes its numbers comparable.
    pub fingerprint: &'a Fingerprint,
    /// Its numbers.
    pub cases: Cases<N>,
}

/// A baseline that measurements are accepted into.
pub trait Acceptable: Content {
    /// Which one it is.
    const BASELINE: Baseline;
    /// What is accepted together.
    type Numbers: Numbers;
    /// A measurement.
    type Measured;

    /// What may be accepted of a measurement.
    fn candidate(measured: &Self::Measured) -> Candidate<'_, Self::Numbers>;

    /// An entry by its cases.
    fn cases(entry: &Self::Entry) -> Cases<Self::Numbers>;

    /// An entry of these cases; `None` of none.
    fn entry(cases: Cases<Self::Numbers>) -> Option<Self::Entry>;

    /// The growth of a number that passes above `old`.
    fn allowed(&self, number: <Self::Numbers as Numbers>::Number, old: u64) -> u64;

    /// What the history holds of `these`, where the other side of the move is `others`.
    fn to_history(these: &Cases<Self::Numbers>, others: Option<&Cases<Self::Numbers>>) -> Value;
}

/// What becomes of `baseline` when `measured` is accepted.
///
/// A number that is smaller is taken. One that is larger by no more than the tolerance leaves the
/// baseline where it is: otherwise accepting often would creep over the tolerance. One that is
/// larger than that needs a reason; then all numbers of its artifact or case are taken exactly as they
/// are, with no room on top, so that the tolerance is the same margin as before.
#[must_use]
pub fn accept<B: Acceptable>(
    baseline: &BaselineFile<B>,
    measured: &[B::Measured],
    options: &AcceptOptions,
) -> Accepted<BaselineFile<B>> {
    let mut baseline = baseline.clone();
    let before = entries(&mut baseline.content);
    let mut work = Work {
        content: &mut baseline.content,
        entries: before.clone(),
        moves: Vec::new(),
        notes: Vec::new(),
        options,
    };
    let candidates: Vec<Candidate<'_, B::Numbers>> = measured.iter().map(B::candidate).collect();
    for one in &candidates {
        work.accept(one);
    }
    if options.missing != Missing::Keep {
        work.handle_missing(&candidates);
    }
    if options.prune {
        work.prune(&candidates);
    }
    let Work {
        entries: after,
        moves,
        notes,
        ..
    } = work;
    let history = history::<B>(&before, &after, options);
    write(&mut baseline.content, after);
    Accepted {
        baseline,
        moves,
        history,
        notes,
    }
}

/// By fingerprint id and name of the artifact or module.
type Entries<N> = BTreeMap<(String, String), Cases<N>>;

fn entries<B: Acceptable>(content: &mut B) -> Entries<B::Numbers> {
    let mut found = BTreeMap::new();
    for (id, entries) in content.parts().entries.iter() {
        for (name, entry) in entries.iter() {
            found.insert((id.clone(), name.clone()), B::cases(entry));
        }
    }
    found
}

fn write<B: Acceptable>(content: &mut B, entries: Entries<B::Numbers>) {
    let mut written: Map<Map<B::Entry>> = Map::default();
    for ((id, name), cases) in entries {
        if let Some(entry) = B::entry(cases) {
            written.entry(id).or_default().insert(name, entry);
        }
    }
    *content.parts().entries = written;
}

struct Work<'w, B: Acceptable> {
    content: &'w mut B,
    entries: Entries<B::Numbers>,
    moves: Vec<Move>,
    notes: Vec<String>,
    options: &'w AcceptOptions,
}

impl<B: Acceptable> Work<'_, B> {
    fn accept(&mut self, candidate: &Candidate<'_, B::Numbers>) {
        let id = candidate.fingerprint.id();
        let fingerprints = self.content.parts().fingerprints;
        fingerprints
            .entry(id.clone())
            .or_insert_with(|| candidate.fingerprint.clone());
        let key = (id, candidate.name.to_owned());
        let mut cases = self.entries.remove(&key).unwrap_or_default();
        for (case, new) in &candidate.cases {
            let what = what(candidate.name, case);
            match cases.get_mut(case) {
                Some(old) => self.move_to(old, new, candidate.name, &what),
                None => {
                    let added = moves(&what, None, Some(new), |_| Change::Added);
                    self.moves.extend(added);
                    cases.insert(case.clone(), new.clone());
                }
            }
        }
        self.entries.insert(key, cases);
    }

    /// Moves what was accepted to what was measured, as far as it may.
    fn move_to(&mut self, accepted: &mut B::Numbers, new: &B::Numbers, name: &str, what: &str) {
        let has_reason = self.options.reason.is_some();
        if new.outcome().is_some() || accepted.outcome().is_some() {
            let Some(moved) = outcome_moved(what, accepted, new, has_reason) else {
                return;
            };
            if moved.change != Change::Refused {
                *accepted = new.clone();
            }
            self.moves.push(moved);
            return;
        }
        let old = accepted.clone();
        let content = &*self.content;
        let worse = |number| match (old.get(number), new.get(number)) {
            (Some(old), Some(new)) => {
                B::Numbers::worse_by(number, old, new) > content.allowed(number, old)
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        let any_worse = B::Numbers::all().any(worse);
        let change = |number| match (old.get(number), new.get(number)) {
            (None, _) => Change::Added,
            (Some(old), Some(new)) if B::Numbers::worse_by(number, new, old) > 0 => {
                Change::Tightened
            }
            _ if any_worse && has_reason => Change::Loosened,
            _ if worse(number) => Change::Refused,
            _ => Change::Kept,
        };
        for number in B::Numbers::all() {
            if !matches!(change(number), Change::Refused | Change::Kept) {
                accepted.set(number, new.get(number));
            }
        }
        self.notes.extend(accepted.follow(new, name));
        let change = |number: Option<_>| number.map_or(Change::Kept, change);
        self.moves
            .extend(moves(what, Some(&old), Some(new), change));
    }

    /// What is there for the same tools and nothing was given for.
    fn handle_missing(&mut self, candidates: &[Candidate<'_, B::Numbers>]) {
        let ids = ids(candidates);
        let is_given = |name: &str, case: &str| {
            let mut same = candidates.iter().filter(|one| one.name == name);
            same.any(|one| one.cases.contains_key(case))
        };
        let change = match self.options.missing {
            Missing::Remove => Change::Removed,
            _ => Change::Missing,
        };
        for ((id, name), cases) in &mut self.entries {
            if !ids.contains(id) {
                continue;
            }
            cases.retain(|case, numbers| {
                if is_given(name, case) {
                    return true;
                }
                let what = what(name, case);
                self.moves
                    .extend(moves(&what, Some(numbers), None, |_| change));
                change != Change::Removed
            });
        }
        self.entries.retain(|_, cases| !cases.is_empty());
    }

    /// Drops what was made by other tools: by tools that made nothing that was given, or that did not make this one.
    fn prune(&mut self, candidates: &[Candidate<'_, B::Numbers>]) {
        let ids = ids(candidates);
        let fingerprints = self.content.parts().fingerprints;
        fingerprints.retain(|id, _| ids.contains(id));
        let mut made: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for one in candidates {
            let by = made.entry(one.name).or_default();
            by.insert(one.fingerprint.id());
        }
        self.entries.retain(|(id, name), cases| {
            let by = made.get(name.as_str()).unwrap_or(&ids);
            if by.contains(id) {
                return true;
            }
            for (case, numbers) in cases {
                let what = what(name, case);
                self.moves
                    .extend(moves(&what, Some(numbers), None, |_| Change::Removed));
            }
            false
        });
    }
}

fn ids<N>(candidates: &[Candidate<'_, N>]) -> BTreeSet<String> {
    candidates.iter().map(|one| one.fingerprint.id()).collect()
}

/// An artifact, or a case of a module, by its name.
fn what(name: &str, case: &str) -> String {
    if case.is_empty() {
        return name.to_owned();
    }
    format!("{name}/{case}")
}

/// The move from one outcome to another; `None` where it ends as before.
fn outcome_moved<N: Numbers>(what: &str, old: &N, new: &N, has_reason: bool) -> Option<Move> {
    let (old, new) = (old.outcome(), new.outcome());
    let change = match new {
        _ if new == old => return None,
        None => Change::Tightened,
        Some(_) if has_reason => Change::Loosened,
        Some(_) => Change::Refused,
    };
    let [old, new] = [old, new].map(|outcome| outcome.unwrap_or(Outcome::Ok).to_string());
    Some(Move {
        what: what.to_owned(),
        measure: format!("outcome {old} -> {new}"),
        old: None,
        new: None,
        change,
    })
}

/// A move for each number that is not as it was, or one for an outcome, which is not a number.
fn moves<N: Numbers>(
    what: &str,
    old: Option<&N>,
    new: Option<&N>,
    change: impl Fn(Option<N::Number>) -> Change,
) -> Vec<Move> {
    let one = |measure: String, old, new, change| Move {
        what: what.to_owned(),
        measure,
        old,
        new,
        change,
    };
    let mut both = [old, new].into_iter().flatten();
    if let Some(outcome) = both.find_map(N::outcome) {
        return vec![one(format!("outcome {outcome}"), None, None, change(None))];
    }
    let numbers = N::all().map(|number| {
        let of = |numbers: Option<&N>| numbers.and_then(|numbers| numbers.get(number));
        (number, of(old), of(new))
    });
    numbers
        .filter(|(_, old, new)| old != new)
        .map(|(number, old, new)| one(N::key(number).to_owned(), old, new, change(Some(number))))
        .collect()
}

/// One line for each artifact or module that moved.
fn history<B: Acceptable>(
    before: &Entries<B::Numbers>,
    after: &Entries<B::Numbers>,
    options: &AcceptOptions,
) -> Vec<Line> {
    let keys: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let moved = keys.into_iter().filter_map(|key| {
        let [old, new] = [before, after].map(|entries| entries.get(key));
        (!same(old, new)).then(|| {
            let loosened = old.zip(new).is_none_or(|(old, new)| any_worse(old, new));
            Line {
                when: options.when.clone(),
                baseline: B::BASELINE,
                what: key.1.clone(),
                old: old.map(|old| B::to_history(old, new)),
                new: new.map(|new| B::to_history(new, old)),
                // Removing and adding may be explained, too.
                reason: options.reason.clone().filter(|_| loosened),
                fingerprint: key.0.clone(),
            }
        })
    });
    moved.collect()
}

/// Whether two entries have the same numbers.
fn same<N: Numbers>(old: Option<&Cases<N>>, new: Option<&Cases<N>>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|((case, old), (other, new))| case == other && equal(old, new))
        }
        _ => false,
    }
}

/// Whether two are the same in all numbers, or end in the same way.
fn equal<N: Numbers>(one: &N, other: &N) -> bool {
    one.outcome() == other.outcome() && N::all().all(|number| one.get(number) == other.get(number))
}

/// Whether any case has a worse number, or does not end as well as it did.
fn any_worse<N: Numbers>(old: &Cases<N>, new: &Cases<N>) -> bool {
    new.iter().any(|(case, new)| {
        old.get(case).is_some_and(|old| {
            let broke = new.outcome().is_some() && new.outcome() != old.outcome();
            let worse = |number| match (old.get(number), new.get(number)) {
                (Some(old), Some(new)) => N::worse_by(number, old, new) > 0,
                (old, new) => old.is_none() && new.is_some(),
            };
            broke || N::all().any(worse)
        })
    })
}
