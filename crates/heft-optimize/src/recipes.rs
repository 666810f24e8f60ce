//! Several ways to optimize a module, of which the smallest result is kept.

use super::settings::Smallest;
use heft_data::record::{ModuleRecord, RecipeRecord};
use heft_wasm::bytes::Bytes;
use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What may come before the passes.
///
/// Measured on clawft's wasip1 module with binaryen 131: with this and [`LAST`] -1.06 % raw, -0.4 % brotli.
const BEFORE: [&str; 2] = ["--flatten", "--rereloop"];

/// What may come after them. It makes a module smaller, and what it compresses to larger or smaller.
const LAST: &str = "--reorder-functions";

/// The passes of each recipe, those asked for first: of equal results the first is kept.
fn recipes(passes: &[String]) -> Vec<Vec<String>> {
    let before = || BEFORE.map(str::to_owned).into_iter();
    let passes = || passes.iter().cloned();
    let last = || std::iter::once(LAST.to_owned());
    vec![
        passes().collect(),
        before().chain(passes()).collect(),
        passes().chain(last()).collect(),
        before().chain(passes()).chain(last()).collect(),
    ]
}

/// What a recipe made, or why it made nothing, and what wasm-opt was given.
pub(super) type Made<N, S> = (Result<N, S>, Vec<String>);

/// What of a result ships, and whether after this reason the whole work can't go on.
pub(super) type Looks<N, S> = (fn(&N) -> &[u8], fn(&S) -> bool);

/// How to try a recipe: whether it is the one that was asked for, its passes, and the threads for it.
pub(super) trait Try<N, S>: Fn(bool, &[String], usize) -> Made<N, S> + Sync {}

impl<N, S, F: Fn(bool, &[String], usize) -> Made<N, S> + Sync> Try<N, S> for F {}

/// Tries all recipes on as many threads as the module has, and returns the smallest result by `smallest`. What
/// the passes asked for make of the module, if none gives one. `code` is a result as it ships; after what
/// `ends_all` says of, the whole work can't go on.
pub(super) fn best<N: Send, S: Send + Display>(
    passes: &[String],
    threads: usize,
    smallest: Smallest,
    (code, ends_all): Looks<N, S>,
    run: impl Try<N, S>,
    record: &mut ModuleRecord,
) -> Result<N, S> {
    let recipes = recipes(passes);
    let mut made = in_parallel(&recipes, threads, run);
    let ends = |(result, _): &Made<N, S>| result.as_ref().err().is_some_and(ends_all);
    if let Some(at) = made.iter().position(ends) {
        return made.swap_remove(at).0;
    }
    let size =
        |(result, _): &Made<N, S>| result.as_ref().ok().map(|new| (smallest.size)(code(new)));
    let sizes: Vec<_> = made.iter().map(size).collect();
    // NB: the first of equal ones.
    let won = (0..made.len())
        .filter(|at| sizes[*at].is_some())
        .min_by_key(|at| sizes[*at]);
    record.recipes = recipes
        .iter()
        .zip(&made)
        .enumerate()
        .map(|(at, (passes, (result, _)))| RecipeRecord {
            passes: passes.join(" "),
            bytes: result.as_ref().ok().map(|new| Bytes::of(code(new))),
            measured: sizes[at],
            won: won == Some(at),
            why: result.as_ref().err().map(ToString::to_string),
        })
        .collect();
    let (result, used) = made.swap_remove(won.unwrap_or(0));
    record.wasm_opt_args = used;
    result
}

/// Runs all recipes. Returns the results in order.
fn in_parallel<N: Send, S: Send>(
    recipes: &[Vec<String>],
    threads: usize,
    run: impl Try<N, S>,
) -> Vec<Made<N, S>> {
    let workers = threads.clamp(1, recipes.len());
    let threads = (threads / workers).max(1);
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(passes) = recipes.get(at) else {
                return mine;
            };
            mine.push((at, run(at == 0, passes, threads)));
        }
    };
    let mut made: Vec<(usize, Made<N, S>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(take_turns)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(join).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passes_asked_for_come_first_and_are_in_every_recipe() {
        let asked = ["-O3".to_owned(), "--gufa".to_owned()];
        let shown: Vec<String> = recipes(&asked).iter().map(|r| r.join(" ")).collect();
        assert_eq!(
            shown,
            [
                "-O3 --gufa",
                "--flatten --rereloop -O3 --gufa",
                "-O3 --gufa --reorder-functions",
                "--flatten --rereloop -O3 --gufa --reorder-functions",
            ]
        );
    }
}
