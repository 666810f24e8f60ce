//! Which function of one file is which of another.

use crate::attribution::Function;
use heft_wasm::references::each_target;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher as _;

/// Bodies shorter than this are alike by chance, so they do not make a function a renamed one.
const SHORTEST_RENAMED: usize = 16;

/// A function of both files, or of one.
#[derive(Debug)]
pub(super) enum Pair<'f, 'a> {
    Both {
        old: &'f Function<'a>,
        new: &'f Function<'a>,
        renamed: bool,
    },
    Old(&'f Function<'a>),
    New(&'f Function<'a>),
}

/// Matches functions: by the name they have, then by the name without hashes and suffixes, then by
/// content with the indices of called functions left out; those without a name by their place. Of
/// several that are alike the first is matched with the first.
pub(super) fn pairs<'f, 'a>(old: &'f [Function<'a>], new: &'f [Function<'a>]) -> Vec<Pair<'f, 'a>> {
    let mut matcher = Matcher {
        old_left: (0..old.len()).collect(),
        new_left: (0..new.len()).collect(),
        found: Vec::with_capacity(old.len().max(new.len())),
    };
    matcher.run(false, |i| named(&old[i]), |i| named(&new[i]));
    // Instances of one generic function share this name: those with the same content go together first.
    let same = |f: &Function<'_>| f.name.is_some().then(|| (f.display_name(), content(f)));
    matcher.run(false, |i| same(&old[i]), |i| same(&new[i]));
    let plain = |f: &Function<'_>| f.name.is_some().then(|| f.display_name());
    matcher.run(false, |i| plain(&old[i]), |i| plain(&new[i]));
    let long = |f: &Function<'_>| (f.body.len() >= SHORTEST_RENAMED).then(|| content(f));
    matcher.run(true, |i| long(&old[i]), |i| long(&new[i]));
    let place = |f: &Function<'_>| f.name.is_none().then_some((f.module, f.index));
    matcher.run(false, |i| place(&old[i]), |i| place(&new[i]));
    let both = matcher.found.iter().map(|(before, after, renamed)| {
        let (old, new) = (&old[*before], &new[*after]);
        let renamed = *renamed && (old.name.is_some() || new.name.is_some());
        Pair::Both { old, new, renamed }
    });
    both.chain(matcher.old_left.iter().map(|i| Pair::Old(&old[*i])))
        .chain(matcher.new_left.iter().map(|i| Pair::New(&new[*i])))
        .collect()
}

fn named<'f>(function: &'f Function<'_>) -> Option<(usize, &'f str)> {
    Some((function.module, function.name.as_deref()?))
}

struct Matcher {
    old_left: Vec<usize>,
    new_left: Vec<usize>,
    found: Vec<(usize, usize, bool)>,
}

impl Matcher {
    /// Takes out those with equal keys, in order.
    fn run<K: Hash + Eq>(
        &mut self,
        renamed: bool,
        old: impl Fn(usize) -> Option<K>,
        new: impl Fn(usize) -> Option<K>,
    ) {
        if self.old_left.is_empty() || self.new_left.is_empty() {
            return;
        }
        // For each key the first old function of it, and for each old function the next of its key.
        let mut first: HashMap<K, usize> = HashMap::with_capacity(self.old_left.len());
        let mut next: Vec<Option<usize>> = vec![None; self.old_left.len()];
        for place in (0..self.old_left.len()).rev() {
            if let Some(key) = old(self.old_left[place]) {
                next[place] = first.insert(key, place);
            }
        }
        let mut taken = vec![false; self.old_left.len()];
        let found = &mut self.found;
        let old_left = &self.old_left;
        self.new_left.retain(|i| {
            let Some(key) = new(*i) else {
                return true;
            };
            let Some(place) = first.get(&key).copied() else {
                return true;
            };
            taken[place] = true;
            found.push((old_left[place], *i, renamed));
            match next[place] {
                Some(following) => first.insert(key, following),
                None => first.remove(&key),
            };
            false
        });
        let mut taken = taken.into_iter();
        self.old_left.retain(|_| taken.next() == Some(false));
    }
}

/// A hash of the body without the indices of the functions it calls, which move when a function
/// before them comes or goes.
fn content(function: &Function<'_>) -> u64 {
    let body = function.body;
    let mut hasher = DefaultHasher::new();
    let mut at = 0;
    let read = each_target(body, |_, place| {
        // The instruction without its operand: all three have an opcode of one byte.
        hasher.write(body.get(at..=place.start).unwrap_or_default());
        at = place.end;
    });
    if read.is_err() {
        // What can't be read as code is compared as it is.
        hasher = DefaultHasher::new();
        at = 0;
    }
    hasher.write(body.get(at..).unwrap_or_default());
    hasher.finish()
}
