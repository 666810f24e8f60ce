//! What a component holds twice, and where it is to refer to the first copy.

use super::index_space::{Added, added};
use crate::binary::{BinaryError, COMPONENT, CORE_MODULE, sections};
use crate::core_modules::{CoreModule, IndexPath, core_modules};
use std::collections::{BTreeMap, HashMap};

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
    let contents = Contents::of(&modules);
    move_out(&modules, &contents, &levels, &mut plan);
    replace(&modules, &contents, &levels, &mut plan);
    Ok(plan)
}

/// Core modules by what is in them, so that none is compared with each other one.
struct Contents<'m> {
    /// A number for each module: the same for the same bytes.
    numbers: Vec<usize>,
    /// Where the bytes of each number are.
    places: Vec<Vec<&'m IndexPath>>,
}

impl<'m> Contents<'m> {
    fn of(modules: &'m [CoreModule<'_>]) -> Self {
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut found = Self {
            numbers: Vec::new(),
            places: Vec::new(),
        };
        for module in modules {
            let number = *known.entry(module.bytes).or_insert(found.places.len());
            if number == found.places.len() {
                found.places.push(Vec::new());
            }
            found.places[number].push(&module.index);
            found.numbers.push(number);
        }
        found
    }
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
fn move_out(
    modules: &[CoreModule<'_>],
    contents: &Contents<'_>,
    levels: &BTreeMap<Vec<usize>, Level>,
    plan: &mut Plan,
) {
    for (module, number) in modules.iter().zip(&contents.numbers) {
        let places = &contents.places[*number];
        let first = places[0];
        // Once for all copies: with the first of them.
        if module.index != *first || module.bytes.len() < WORTH_MOVING {
            continue;
        }
        if places.iter().all(|place| place.0.starts_with(home(first))) {
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

/// Plans an alias for each module that can refer to a definition in its component or one around it.
fn replace(
    modules: &[CoreModule<'_>],
    contents: &Contents<'_>,
    levels: &BTreeMap<Vec<usize>, Level>,
    plan: &mut Plan,
) {
    let numbers: HashMap<&IndexPath, usize> = modules
        .iter()
        .zip(&contents.numbers)
        .map(|(module, number)| (&module.index, *number))
        .collect();
    // By component and content: what there is to refer to, and where its bytes were first.
    let mut stored: HashMap<(&[usize], usize), (u32, &IndexPath)> = HashMap::new();
    let moved = std::mem::take(&mut plan.moved);
    for (around, places) in &moved {
        for (at, first) in (0..).zip(places) {
            stored.insert((&around[..], numbers[first]), (at, first));
        }
    }
    for (module, number) in modules.iter().zip(&contents.numbers) {
        let home = home(&module.index);
        let mut counts = (0..=home.len()).rev().zip(0..);
        let found = counts.find_map(|(len, count)| {
            let (index, first) = stored.get(&(&home[..len], *number))?;
            Some((count, *index, *first))
        });
        if let Some((count, index, first)) = found {
            plan.modules
                .insert(module.index.clone(), Outer { count, index });
            if *first != module.index {
                plan.same.insert(module.index.clone(), first.clone());
            }
        } else if let (Some(level), Some(ordinal)) = (levels.get(home), module.index.0.last()) {
            let entry = (level.defined[*ordinal], &module.index);
            stored.entry((home, *number)).or_insert(entry);
        }
    }
    plan.moved = moved;
}
