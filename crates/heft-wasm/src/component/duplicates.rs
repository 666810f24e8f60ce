//! What a component holds twice, and where it is to refer to the first copy.

use super::index_space::{Added, added};
use crate::binary::{BinaryError, COMPONENT, CORE_MODULE, sections};
use crate::core_modules::{CoreModule, IndexPath, core_modules};
use std::collections::{BTreeMap, BTreeSet};

/// A definition to use again: entry `index` of the component `count` levels out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// 0 for the component itself.
    pub count: u32,
    /// In the index space of core modules or of components.
    pub index: u32,
}

/// What to store once. Made of one file, it can be carried out on any file with the same sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Core modules whose place an alias takes.
    pub(super) modules: BTreeMap<IndexPath, Outer>,
    /// Nested components whose place an alias takes.
    pub(super) components: BTreeMap<IndexPath, Outer>,
    /// Core modules to put at the start of a component, so that all components in it can refer to
    /// them. Each by one of the places where it was.
    pub(super) moved: BTreeMap<Vec<usize>, Vec<IndexPath>>,
    /// An earlier copy of each core module that is no longer stored.
    same: BTreeMap<IndexPath, IndexPath>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty() && self.components.is_empty()
    }

    /// The place of the core module that is stored for the one at `index`, if it is another one.
    #[must_use]
    pub fn stored_for(&self, index: &IndexPath) -> Option<IndexPath> {
        let mut stored = self.same.get(index)?;
        while let Some(earlier) = self.same.get(stored) {
            stored = earlier;
        }
        Some(stored.clone())
    }
}

/// Finds what a valid component can store once without any index in it changing.
///
/// - A nested component that its parent holds already, byte for byte. Deeper ones are not looked
///   for: what their outer aliases mean depends on where they are.
/// - A core module that the component itself or one around it has defined before.
/// - A core module of several components, when one around all of them has none of its own yet: it
///   moves there, to the start, where it moves no index.
///
/// # Errors
///
/// When the component can't be read.
pub fn plan(component: &[u8]) -> Result<Plan, String> {
    let mut plan = Plan::default();
    let mut levels = BTreeMap::new();
    same_components(component, &mut Vec::new(), &mut plan, &mut levels)?;
    let modules: Vec<CoreModule<'_>> = core_modules(component)
        .map_err(text)?
        .into_iter()
        .filter(|module| !inside_of_replaced(&plan, &module.index))
        .collect();
    move_out(&modules, &levels, &mut plan);
    for module in &modules {
        if let Some((outer, first)) = visible(module, &modules, &levels, &plan) {
            plan.modules.insert(module.index.clone(), outer);
            if first != module.index {
                plan.same.insert(module.index.clone(), first);
            }
        }
    }
    Ok(plan)
}

fn text(err: BinaryError) -> String {
    err.to_string()
}

/// The index space of core modules of one component.
#[derive(Default)]
struct Level {
    /// How many entries there are in the end.
    entries: u32,
    /// Entry of each core module that is defined in it.
    defined: Vec<u32>,
}

fn same_components(
    bytes: &[u8],
    path: &mut Vec<usize>,
    plan: &mut Plan,
    levels: &mut BTreeMap<Vec<usize>, Level>,
) -> Result<(), String> {
    let mut level = Level::default();
    let mut seen: BTreeMap<&[u8], (usize, u32)> = BTreeMap::new();
    let (mut ordinal, mut entries) = (0, 0);
    for section in sections(bytes, 0).map_err(text)?.1 {
        if section.id == CORE_MODULE {
            level.defined.push(level.entries);
        }
        if section.id == COMPONENT {
            path.push(ordinal);
            match seen.get(section.body) {
                Some(&(first, index)) => {
                    let here = IndexPath(path.clone());
                    note_inside(section.body, path, first, plan)?;
                    plan.components.insert(here, Outer { count: 0, index });
                }
                None => {
                    seen.insert(section.body, (ordinal, entries));
                    same_components(section.body, path, plan, levels)?;
                }
            }
            path.pop();
            ordinal += 1;
        }
        for added in added(&section).map_err(|err| err.to_string())? {
            match added {
                Added::Module(_) => level.entries += 1,
                Added::Component => entries += 1,
            }
        }
    }
    levels.insert(path.clone(), level);
    Ok(())
}

/// Notes the core modules inside a component at `path` that is the same as its sibling `first`.
fn note_inside(bytes: &[u8], path: &[usize], first: usize, plan: &mut Plan) -> Result<(), String> {
    for module in core_modules(bytes).map_err(text)? {
        let mut there = path.to_vec();
        *there.last_mut().expect("a nested component") = first;
        let place = |path: &[usize]| IndexPath([path, &module.index.0[..]].concat());
        plan.same.insert(place(path), place(&there));
    }
    Ok(())
}

fn inside_of_replaced(plan: &Plan, index: &IndexPath) -> bool {
    (1..index.0.len()).any(|len| {
        let component = IndexPath(index.0[..len].to_vec());
        plan.components.contains_key(&component)
    })
}

/// The component a core module is in.
fn home(index: &IndexPath) -> &[usize] {
    &index.0[..index.0.len() - 1]
}

/// A core module moves only if it is larger than the aliases that are left in two places.
const WORTH_MOVING: usize = 40;

/// Plans to move core modules that several components hold to one around all of them.
fn move_out(modules: &[CoreModule<'_>], levels: &BTreeMap<Vec<usize>, Level>, plan: &mut Plan) {
    let mut copies: BTreeMap<&[u8], Vec<&IndexPath>> = BTreeMap::new();
    for module in modules {
        copies.entry(module.bytes).or_default().push(&module.index);
    }
    let mut done = BTreeSet::new();
    for module in modules {
        let places = &copies[module.bytes];
        let first = places[0];
        let seen_by_all = places.iter().all(|place| place.0.starts_with(home(first)));
        if seen_by_all || module.bytes.len() < WORTH_MOVING || !done.insert(module.bytes) {
            continue;
        }
        let shared = places.iter().fold(home(first), |shared, place| {
            let same = shared.iter().zip(home(place)).take_while(|(a, b)| a == b);
            &shared[..same.count()]
        });
        let around = (0..=shared.len()).rev().map(|len| &shared[..len]);
        let mut empty = around.filter(|path| levels.get(*path).is_some_and(|l| l.entries == 0));
        if let Some(to) = empty.next() {
            let moved = plan.moved.entry(to.to_vec()).or_default();
            moved.push(first.clone());
        }
    }
}

/// The definition that `module` can refer to instead, and where its bytes were first.
fn visible(
    module: &CoreModule<'_>,
    modules: &[CoreModule<'_>],
    levels: &BTreeMap<Vec<usize>, Level>,
    plan: &Plan,
) -> Option<(Outer, IndexPath)> {
    let bytes_of = |index: &IndexPath| {
        let found = modules.iter().find(|module| module.index == *index);
        found.map(|module| module.bytes)
    };
    let home = home(&module.index);
    for len in (0..=home.len()).rev() {
        let count = u32::try_from(home.len() - len).ok()?;
        let around = &home[..len];
        if let Some(moved) = plan.moved.get(around)
            && let Some(at) = moved
                .iter()
                .position(|first| bytes_of(first) == Some(module.bytes))
        {
            let index = u32::try_from(at).ok()?;
            return Some((Outer { count, index }, moved[at].clone()));
        }
        let before = modules
            .iter()
            .take_while(|other| other.index != module.index)
            .find(|other| self::home(&other.index) == around && other.bytes == module.bytes);
        if let Some(first) = before
            && !plan.modules.contains_key(&first.index)
        {
            let index = levels.get(around)?.defined[*first.index.0.last()?];
            return Some((Outer { count, index }, first.index.clone()));
        }
    }
    None
}
