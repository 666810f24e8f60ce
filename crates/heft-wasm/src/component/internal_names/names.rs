//! Names that must stay the same as one another, and short ones in their place.

use crate::core_modules::IndexPath;
use std::collections::{BTreeMap, BTreeSet};

/// A core instance: the component it is in, and its entry in the index space of core instances.
pub(super) type InstancePlace = (Vec<usize>, usize);

/// Names of which no two may be the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// The names of what a core module imports from.
    ImportModules(IndexPath),
    /// What a core module imports from one of those.
    Imports(IndexPath, String),
    /// What a core module exports.
    Exports(IndexPath),
    /// What a core instance made of single items holds.
    Items(InstancePlace),
}

impl Space {
    /// The core module it belongs to, if it is one's.
    pub(super) fn module(&self) -> Option<&IndexPath> {
        match self {
            Self::ImportModules(module) | Self::Imports(module, _) | Self::Exports(module) => {
                Some(module)
            }
            Self::Items(_) => None,
        }
    }

    /// A name in it.
    pub(super) fn name(&self, text: &str) -> Name {
        Name {
            space: self.clone(),
            text: text.to_owned(),
        }
    }
}

/// A name, and where it is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// Among which names it is.
    pub(super) space: Space,
    /// What it is.
    pub(super) text: String,
}

/// All names that may change, in the order they were first seen in.
#[derive(Default)]
pub(super) struct Names {
    ids: BTreeMap<Name, usize>,
    names: Vec<Name>,
    /// For each name another one that must stay the same, or itself.
    same: Vec<usize>,
    fixed: BTreeSet<usize>,
}

impl Names {
    /// The number of a name, a new one if it was not seen before.
    pub(super) fn add(&mut self, name: &Name) -> usize {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.names.len();
        self.ids.insert(name.clone(), id);
        self.names.push(name.clone());
        self.same.push(id);
        id
    }

    /// Notes that one name refers to the other.
    pub(super) fn join(&mut self, one: &Name, other: &Name) {
        let (one, other) = (self.add(one), self.add(other));
        let (one, other) = (self.root(one), self.root(other));
        self.same[one.max(other)] = one.min(other);
    }

    /// Notes that a name must not change.
    pub(super) fn fix(&mut self, name: &Name) {
        let id = self.add(name);
        self.fixed.insert(id);
    }

    /// Notes that no name of these spaces may change.
    pub(super) fn fix_all(&mut self, of: impl Fn(&Space) -> bool) {
        let ids = self.ids.iter().filter(|(name, _)| of(&name.space));
        self.fixed.extend(ids.map(|(_, id)| *id));
    }

    /// The first name that this one must stay the same as.
    fn root(&mut self, mut id: usize) -> usize {
        while self.same[id] != id {
            self.same[id] = self.same[self.same[id]];
            id = self.same[id];
        }
        id
    }

    /// Each name as it is.
    pub(super) fn unchanged(self) -> BTreeMap<Name, String> {
        let own = |name: Name| {
            let text = name.text.clone();
            (name, text)
        };
        self.names.into_iter().map(own).collect()
    }

    /// A new text for each name: the shortest that is free in all spaces it is in, names first seen
    /// first. A text that is as short already stays, so that doing it twice changes nothing.
    pub(super) fn shortened(mut self) -> BTreeMap<Name, String> {
        let mut together: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for id in 0..self.names.len() {
            together.entry(self.root(id)).or_default().push(id);
        }
        let is_fixed = |ids: &[usize]| ids.iter().any(|id| self.fixed.contains(id));
        let mut taken: BTreeMap<&Space, Taken> = BTreeMap::new();
        let mut searched = BTreeMap::new();
        let mut found = BTreeMap::new();
        for fixed in [true, false] {
            for ids in together.values().filter(|ids| is_fixed(ids) == fixed) {
                let names: Vec<&Name> = ids.iter().map(|id| &self.names[*id]).collect();
                let text = if fixed {
                    names[0].text.clone()
                } else {
                    free(&names, &taken, &mut searched)
                };
                for name in names {
                    taken.entry(&name.space).or_default().take(&text);
                    found.insert(name.clone(), text.clone());
                }
            }
        }
        found
    }
}

/// The names that are taken in a space.
#[derive(Default)]
struct Taken {
    texts: BTreeSet<String>,
    /// All names with smaller numbers are taken.
    next: usize,
}

impl Taken {
    fn take(&mut self, text: &str) {
        self.texts.insert(text.to_owned());
        while self.texts.contains(&numbered(self.next)) {
            self.next += 1;
        }
    }
}

/// The shortest text that is free in the spaces of all these names, which have one text now. `searched` is
/// where the search for the same spaces ended last: what was taken before stays so.
fn free<'n>(
    names: &[&'n Name],
    taken: &BTreeMap<&Space, Taken>,
    searched: &mut BTreeMap<Vec<&'n Space>, usize>,
) -> String {
    let spaces: Vec<&Taken> = names
        .iter()
        .filter_map(|name| taken.get(&name.space))
        .collect();
    let is_free = |text: &str| spaces.iter().all(|space| !space.texts.contains(text));
    let first = spaces.iter().map(|space| space.next).max().unwrap_or(0);
    let last = searched
        .entry(names.iter().map(|name| &name.space).collect())
        .or_insert(0);
    let (number, shortest) = (first.max(*last)..)
        .map(|number| (number, numbered(number)))
        .find(|(_, text)| is_free(text))
        .expect("there is no end of names");
    *last = number;
    let now = &names[0].text;
    if now.len() <= shortest.len() && is_free(now) {
        now.clone()
    } else {
        shortest
    }
}

/// What names are made of. Letters come first: JavaScript takes them without quotes.
const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A name for each number, shorter ones first.
fn numbered(number: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = number + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exports(module: usize) -> Space {
        Space::Exports(IndexPath(vec![module]))
    }

    #[test]
    fn numbers_have_different_names_and_the_short_ones_come_first() {
        let names: Vec<String> = (0..5000).map(numbered).collect();
        assert_eq!(
            [&names[0], &names[61], &names[62], &names[63]],
            ["a", "9", "aa", "ab"]
        );
        assert!(names.is_sorted_by_key(String::len));
        let different: BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }

    #[test]
    fn names_that_refer_to_each_other_get_one_that_is_free_everywhere() {
        let mut names = Names::default();
        let (first, second) = (exports(0), exports(1));
        names.add(&first.name("one"));
        names.add(&second.name("two"));
        names.join(&first.name("shared"), &second.name("shared"));
        names.fix(&second.name("b"));
        let short = names.shortened();
        assert_eq!(short[&first.name("one")], "a");
        assert_eq!(short[&second.name("two")], "a");
        assert_eq!(short[&second.name("b")], "b");
        assert_eq!(short[&first.name("shared")], "c");
        assert_eq!(short[&second.name("shared")], "c");
    }

    #[test]
    fn a_name_that_is_as_short_already_stays() {
        let mut names = Names::default();
        for text in ["long", "", "0", "b", "a"] {
            names.add(&exports(0).name(text));
        }
        let short = names.shortened();
        let of = |text| short[&exports(0).name(text)].as_str();
        assert_eq!(
            ["long", "", "0", "b", "a"].map(of),
            ["a", "", "0", "b", "c"]
        );
    }
}
