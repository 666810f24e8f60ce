//! Moving the accepted figures: to the better freely, to the worse only with a reason.

use super::accepted::{AcceptOptions, Accepted, Change, Missing, Move};
use super::bench::{BenchBaseline, Figures, Measured};
use super::history::{Baseline, Line};
use heft_data::bench_result::Outcome;
use heft_data::figure::Figure;
use heft_data::source::json::Map;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of `baseline` when `measured` is accepted. The rules are those of
/// [`accept_sizes`](super::accept_sizes()), for each case.
#[must_use]
pub fn accept_bench(
    baseline: &BenchBaseline,
    measured: &[Measured],
    options: &AcceptOptions,
) -> Accepted<BenchBaseline> {
    let mut out = Accepted {
        baseline: baseline.clone(),
        moves: Vec::new(),
        history: Vec::new(),
        notes: Vec::new(),
    };
    for module in measured {
        let id = module.fingerprint.id();
        let content = &mut out.baseline.content;
        content
            .fingerprints
            .entry(id.clone())
            .or_insert_with(|| module.fingerprint.clone());
        content
            .rows
            .entry(id)
            .or_default()
            .entry(module.module.clone())
            .or_default();
        for (case, figures, _) in &module.cases {
            accept_case(&mut out, module, case, *figures, options);
        }
    }
    if options.missing != Missing::Keep {
        handle_missing(&mut out, measured, options);
    }
    if options.prune {
        prune(&mut out, measured);
    }
    out.history = history(baseline, &out.baseline, options);
    out
}

fn accept_case(
    out: &mut Accepted<BenchBaseline>,
    module: &Measured,
    case: &str,
    new: Figures,
    options: &AcceptOptions,
) {
    let tolerance = out.baseline.content.tolerance;
    let what = format!("{}/{case}", module.module);
    let cases = out.baseline.content.rows.get_mut(&module.fingerprint.id());
    let Some(cases) = cases.and_then(|modules| modules.get_mut(&module.module)) else {
        return;
    };
    let Some(old) = cases.get(case).copied() else {
        cases.insert(case.to_owned(), new);
        out.moves
            .extend(moves(&what, None, Some(&new), |_| Change::Added));
        return;
    };
    if new.outcome.is_some() || old.outcome.is_some() {
        let change = match (new.outcome, options.reason.is_some()) {
            (outcome, _) if outcome == old.outcome => return,
            (None, _) => Change::Tightened,
            (Some(_), true) => Change::Loosened,
            (Some(_), false) => Change::Refused,
        };
        if change != Change::Refused {
            cases.insert(case.to_owned(), new);
        }
        out.moves.push(Move {
            measure: outcome_words(old.outcome, new.outcome),
            what,
            old: None,
            new: None,
            change,
        });
        return;
    }
    let worse = |figure: Figure| match (old.get(figure), new.get(figure)) {
        (Some(old), Some(new)) => new.saturating_sub(old) > tolerance.allowed(figure, old),
        (Some(_), None) => true,
        (None, _) => false,
    };
    let any_worse = Figure::NUMBERS.into_iter().any(worse);
    let mut after = old;
    let change = |figure: Figure| match (old.get(figure), new.get(figure)) {
        (None, _) => Change::Added,
        (Some(old), Some(new)) if new < old => Change::Tightened,
        _ if any_worse && options.reason.is_some() => Change::Loosened,
        _ if worse(figure) => Change::Refused,
        _ => Change::Kept,
    };
    for figure in Figure::NUMBERS {
        if old.get(figure) != new.get(figure)
            && !matches!(change(figure), Change::Refused | Change::Kept)
        {
            set(&mut after, figure, new.get(figure));
        }
    }
    cases.insert(case.to_owned(), after);
    out.moves
        .extend(moves(&what, Some(&old), Some(&new), change));
}

fn set(figures: &mut Figures, figure: Figure, value: Option<u64>) {
    match figure {
        Figure::Outcome => {}
        Figure::Fuel => figures.fuel = value,
        Figure::FuelBulkOnce => figures.fuel_bulk_once = value,
        Figure::GrownPages => figures.grown_pages = value,
    }
}

fn outcome_words(old: Option<Outcome>, new: Option<Outcome>) -> String {
    let [old, new] = [old, new].map(|outcome| outcome.unwrap_or(Outcome::Ok).to_string());
    format!("outcome {old} -> {new}")
}

/// A move for each number that is not as it was, or one for an outcome.
fn moves(
    what: &str,
    old: Option<&Figures>,
    new: Option<&Figures>,
    change: impl Fn(Figure) -> Change,
) -> Vec<Move> {
    let one = |measure: String, old, new, change| Move {
        what: what.to_owned(),
        measure,
        old,
        new,
        change,
    };
    let only = [old, new]
        .into_iter()
        .flatten()
        .find_map(|figures| figures.outcome);
    if let Some(outcome) = only {
        let measure = format!("outcome {outcome}");
        return vec![one(measure, None, None, change(Figure::Outcome))];
    }
    let numbers = Figure::NUMBERS.into_iter().map(|figure| {
        let of = |figures: Option<&Figures>| figures.and_then(|figures| figures.get(figure));
        (figure, of(old), of(new))
    });
    numbers
        .filter(|(_, old, new)| old != new)
        .map(|(figure, old, new)| one(figure.key().to_owned(), old, new, change(figure)))
        .collect()
}

fn handle_missing(
    out: &mut Accepted<BenchBaseline>,
    measured: &[Measured],
    options: &AcceptOptions,
) {
    let ids: BTreeSet<String> = measured.iter().map(|m| m.fingerprint.id()).collect();
    let given: BTreeSet<(&str, &str)> = measured
        .iter()
        .flat_map(|m| {
            m.cases
                .iter()
                .map(|(case, ..)| (m.module.as_str(), case.as_str()))
        })
        .collect();
    let change = match options.missing {
        Missing::Remove => Change::Removed,
        _ => Change::Missing,
    };
    for id in ids {
        let Some(modules) = out.baseline.content.rows.get_mut(&id) else {
            continue;
        };
        for (module, cases) in modules.iter_mut() {
            for (case, figures) in cases.clone().iter() {
                if given.contains(&(module.as_str(), case.as_str())) {
                    continue;
                }
                let what = format!("{module}/{case}");
                out.moves
                    .extend(moves(&what, Some(figures), None, |_| change));
                if change == Change::Removed {
                    cases.remove(case);
                }
            }
        }
        modules.retain(|_, cases| !cases.is_empty());
    }
}

fn prune(out: &mut Accepted<BenchBaseline>, measured: &[Measured]) {
    let used: BTreeSet<String> = measured.iter().map(|m| m.fingerprint.id()).collect();
    let content = &mut out.baseline.content;
    content.fingerprints.retain(|id, _| used.contains(id));
    for (_, modules) in content.rows.iter().filter(|(id, _)| !used.contains(*id)) {
        for (module, cases) in modules.iter() {
            for (case, figures) in cases.iter() {
                let what = format!("{module}/{case}");
                out.moves
                    .extend(moves(&what, Some(figures), None, |_| Change::Removed));
            }
        }
    }
    content.rows.retain(|id, _| used.contains(id));
}

/// One line for each module that moved, with the cases that did.
fn history(before: &BenchBaseline, after: &BenchBaseline, options: &AcceptOptions) -> Vec<Line> {
    let [before, after] = [before, after].map(|baseline| &baseline.content.rows);
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let nothing = Map::default();
    let mut lines = Vec::new();
    for id in ids {
        let [old, new] = [before, after].map(|rows| rows.get(id).unwrap_or(&nothing));
        let modules: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for module in modules {
            let [old, new] = [old, new].map(|modules| modules.get(module));
            if old != new {
                lines.push(line(module, id, old, new, options));
            }
        }
    }
    lines
}

fn line(
    module: &str,
    id: &str,
    old: Option<&Map<Figures>>,
    new: Option<&Map<Figures>>,
    options: &AcceptOptions,
) -> Line {
    let moved = |these: Option<&Map<Figures>>, others: Option<&Map<Figures>>| {
        let differs = |(case, figures): &(&String, &Figures)| {
            others.and_then(|others| others.get(*case)) != Some(*figures)
        };
        let cases: Option<BTreeMap<&String, &Figures>> =
            these.map(|cases| cases.iter().filter(differs).collect());
        cases.and_then(|cases| serde_json::to_value(cases).ok())
    };
    let worse = |case: &str, new: &Figures| {
        let Some(old) = old.and_then(|old| old.get(case)) else {
            return false;
        };
        let outcome = new.outcome.is_some() && new.outcome != old.outcome;
        outcome
            || Figure::NUMBERS
                .into_iter()
                .any(|figure| new.get(figure) > old.get(figure))
    };
    let any_worse = new.is_some_and(|new| new.iter().any(|(case, figures)| worse(case, figures)));
    Line {
        when: options.when.clone(),
        baseline: Baseline::Bench,
        what: module.to_owned(),
        old: moved(old, new),
        new: moved(new, old),
        reason: options
            .reason
            .clone()
            .filter(|_| any_worse || old.is_none() || new.is_none()),
        fingerprint: id.to_owned(),
    }
}
