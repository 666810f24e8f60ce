//! Who calls whom in a core module, and what keeps a function in it.

use heft_wasm::references::{Root, each_target, read_roots};
use std::collections::VecDeque;

/// The calls and references between the functions of one core module.
#[derive(Debug)]
pub struct CallGraph {
    imported: u32,
    /// Where each function's targets start in `targets`; one more at the end.
    starts: Vec<usize>,
    targets: Vec<u32>,
    /// In order of preference, then of the file.
    roots: Vec<(Root, u32)>,
    /// Whether all code could be read.
    pub complete: bool,
}

impl CallGraph {
    /// Reads the code of a module: how many functions it imports, the bodies of its own, and the module
    /// with the names that its exports go by. What can't be read has no edges, and `complete` is false
    /// then.
    #[must_use]
    pub fn read<'b>(
        imported: u32,
        bodies: impl ExactSizeIterator<Item = &'b [u8]>,
        module: &[u8],
    ) -> Self {
        let mut graph = Self {
            imported,
            starts: Vec::with_capacity(bodies.len() + 1),
            targets: Vec::new(),
            roots: Vec::new(),
            complete: true,
        };
        for body in bodies {
            graph.starts.push(graph.targets.len());
            let found = each_target(body, |target, _| graph.targets.push(target));
            graph.complete &= found.is_ok();
        }
        graph.starts.push(graph.targets.len());
        graph.complete &= read_roots(module, &mut graph.roots).is_ok();
        graph.roots.sort();
        graph
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The functions that a function of this module calls or refers to.
    pub(crate) fn targets(&self, local: usize) -> impl Iterator<Item = usize> {
        self.direct(local)
            .iter()
            .filter_map(|index| self.local(*index))
    }

    /// The indices of the functions that a function of this module calls or refers to, imports too.
    pub(crate) fn direct(&self, local: usize) -> &[u32] {
        &self.targets[self.starts[local]..self.starts[local + 1]]
    }

    /// A name that the function with this index is exported under.
    pub(crate) fn exported_as(&self, index: u32) -> Option<&str> {
        self.roots.iter().find_map(|(root, of)| match root {
            Root::Export(name) if *of == index => Some(name.as_str()),
            _ => None,
        })
    }

    /// The place of a function index among the module's own functions.
    pub(crate) fn local(&self, index: u32) -> Option<usize> {
        let local = index.checked_sub(self.imported)? as usize;
        (local < self.len()).then_some(local)
    }

    /// What keeps functions in the module whoever calls them, and the places of these functions.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&Root, usize)> {
        let roots = self.roots.iter();
        roots.filter_map(|(root, index)| Some((root, self.local(*index)?)))
    }

    /// For each of the module's own functions, whether an export, the start function, a table or a
    /// global leads to it.
    #[must_use]
    pub fn reachable(&self) -> Vec<bool> {
        self.reachable_from(self.kept().map(|(_, local)| local))
    }

    /// For each of the module's own functions, whether one of these leads to it.
    pub(crate) fn reachable_from(&self, entries: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut found = vec![false; self.len()];
        let mut todo: Vec<usize> = Vec::new();
        for local in entries {
            if !std::mem::replace(&mut found[local], true) {
                todo.push(local);
            }
        }
        while let Some(local) = todo.pop() {
            for next in self.targets(local) {
                if !std::mem::replace(&mut found[next], true) {
                    todo.push(next);
                }
            }
        }
        found
    }

    /// A shortest path to a function, by the places of functions among the module's own: from an
    /// export or the start function where one leads to it, else from a table or a global. `None` when
    /// nothing does.
    #[must_use]
    pub fn path_to(&self, goal: usize) -> Option<(&Root, Vec<usize>)> {
        let direct = |root: &Root| matches!(root, Root::Export(_) | Root::Start);
        self.shortest(goal, direct)
            .or_else(|| self.shortest(goal, |root| !direct(root)))
    }

    fn shortest(&self, goal: usize, from: impl Fn(&Root) -> bool) -> Option<(&Root, Vec<usize>)> {
        #[derive(Clone, Copy)]
        enum Before {
            Nothing,
            Root(usize),
            Function(usize),
        }
        let mut before = vec![Before::Nothing; self.len()];
        let mut todo = VecDeque::new();
        for (place, (root, index)) in self.roots.iter().enumerate() {
            let Some(local) = self.local(*index).filter(|_| from(root)) else {
                continue;
            };
            if matches!(before[local], Before::Nothing) {
                before[local] = Before::Root(place);
                todo.push_back(local);
            }
        }
        while let Some(local) = todo.pop_front() {
            if local == goal {
                break;
            }
            for next in self.targets(local) {
                if matches!(before[next], Before::Nothing) {
                    before[next] = Before::Function(local);
                    todo.push_back(next);
                }
            }
        }
        let mut path = vec![goal];
        let mut at = goal;
        loop {
            match *before.get(at)? {
                Before::Nothing => return None,
                Before::Root(place) => {
                    path.reverse();
                    return Some((&self.roots[place].0, path));
                }
                Before::Function(caller) => {
                    path.push(caller);
                    at = caller;
                }
            }
        }
    }
}
