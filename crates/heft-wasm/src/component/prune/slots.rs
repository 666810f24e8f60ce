//! Table entries that nobody calls.
//!
//! What a component lowers with a memory can only be made after the core module that has the memory, and that
//! module already imports it. So tools put a core module before it whose functions call through a table, and
//! one after it that fills the table. A function that nobody calls is still in the table, and so still
//! imported. Where no code reads its entry, another function may stand there, or none.

mod table;

use crate::binary::{COMPONENT, CORE_MODULE, sections};
use crate::component::index_space::{
    ALIAS, Added, CORE_INSTANCE, Origin, added, handed_out, items,
};
use crate::component::levels::WalkError;
use crate::component::prune::grammar::{Copier, Space};
use crate::component::prune::live::noting;
use crate::core_modules::IndexPath;
use std::collections::{BTreeMap, BTreeSet};
use table::UsesTable;
use wasmparser::{ComponentAlias, ExternalKind, Instance};

/// The core modules of a valid component that fill table entries which no code reads, without those
/// entries. Only modules of the component itself are looked at, not of components in it.
///
/// # Errors
///
/// When the component can't be read, or something in it is not known.
pub fn without_dead_slots(component: &[u8]) -> Result<BTreeMap<IndexPath, Vec<u8>>, String> {
    let found = Walk::read(component).and_then(|walk| walk.smaller());
    found.map_err(|err| err.to_string())
}

/// A core instance.
enum Made {
    /// Of one of the component's own core modules, by its place among them.
    Of(usize),
    /// Made of single items; these of them are tables, by name.
    Items(BTreeMap<String, u32>),
    /// Of another core module.
    Elsewhere,
}

#[derive(Default)]
struct Walk<'a> {
    modules: Vec<&'a [u8]>,
    /// The index space of core modules: those of the component by place.
    space: Vec<Option<usize>>,
    instances: Vec<Made>,
    /// The index space of core tables: the instance that exports it, and its name there.
    tables: Vec<(u32, String)>,
    /// For each instance of a module what it is given: name and instance.
    given: Vec<(usize, BTreeMap<String, u32>)>,
    /// Modules and tables that others than those seen here may use.
    shared_modules: BTreeSet<usize>,
    shared_tables: Vec<(u32, String)>,
}

impl<'a> Walk<'a> {
    fn read(component: &'a [u8]) -> Result<Self, WalkError> {
        let mut walk = Self::default();
        for section in sections(component, 0)?.1 {
            for added in added(&section)? {
                if let Added::Module(origin) = added {
                    let place = match origin {
                        Origin::Here => Some(walk.modules.len()),
                        Origin::Outer { index, .. } => walk.module(index),
                        Origin::Elsewhere => None,
                    };
                    walk.space.push(place);
                }
            }
            let mut shared = handed_out(&section)?;
            match section.id {
                CORE_MODULE => walk.modules.push(section.body),
                COMPONENT => {
                    let mut uses = Vec::new();
                    Copier::component(section.body, 1, &mut noting(0, &mut uses))?;
                    let modules = uses.iter().filter(|(space, _)| *space == Space::CoreModule);
                    shared.extend(modules.map(|(_, index)| *index));
                }
                CORE_INSTANCE => {
                    for instance in items::<Instance<'_>>(&section)? {
                        let made = walk.instance(&instance?);
                        walk.instances.push(made);
                    }
                }
                ALIAS => {
                    for alias in items::<ComponentAlias<'_>>(&section)? {
                        if let ComponentAlias::CoreInstanceExport {
                            kind: ExternalKind::Table,
                            instance_index,
                            name,
                        } = alias?
                        {
                            walk.tables.push((instance_index, name.to_owned()));
                        }
                    }
                }
                _ => {}
            }
            let shared: Vec<usize> = shared.iter().filter_map(|i| walk.module(*i)).collect();
            walk.shared_modules.extend(shared);
        }
        Ok(walk)
    }

    fn module(&self, index: u32) -> Option<usize> {
        self.space.get(index as usize).copied().flatten()
    }

    fn instance(&mut self, instance: &Instance<'_>) -> Made {
        match instance {
            Instance::Instantiate { module_index, args } => {
                let args = args.iter().map(|arg| (arg.name.to_owned(), arg.index));
                let args: BTreeMap<String, u32> = args.collect();
                let Some(module) = self.module(*module_index) else {
                    // What is not in this file may do anything with the tables that it is given.
                    for instance in args.values() {
                        self.share_tables(*instance);
                    }
                    return Made::Elsewhere;
                };
                self.given.push((module, args));
                Made::Of(module)
            }
            Instance::FromExports(exports) => {
                let tables = exports.iter().filter(|e| e.kind == ExternalKind::Table);
                Made::Items(tables.map(|e| (e.name.to_owned(), e.index)).collect())
            }
        }
    }

    fn share_tables(&mut self, instance: u32) {
        match self.instances.get(instance as usize) {
            Some(Made::Of(module)) => {
                self.shared_modules.insert(*module);
            }
            Some(Made::Items(tables)) => {
                let tables = tables.values().filter_map(|i| self.tables.get(*i as usize));
                self.shared_tables.extend(tables.cloned());
            }
            _ => {}
        }
    }

    /// The module whose export a name of an instance comes to.
    fn owner(&self, instance: u32, name: &str) -> Option<usize> {
        match self.instances.get(instance as usize)? {
            Made::Of(module) => Some(*module),
            Made::Items(tables) => {
                // NB: an item is made of an alias before it, so this ends.
                let (instance, name) = self.tables.get(*tables.get(name)? as usize)?;
                self.owner(*instance, name)
            }
            Made::Elsewhere => None,
        }
    }

    fn smaller(&self) -> Result<BTreeMap<IndexPath, Vec<u8>>, WalkError> {
        let uses: Vec<Option<UsesTable>> = (self.modules.iter())
            .map(|module| UsesTable::of(module))
            .collect::<Result<_, _>>()?;
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut times = vec![0_usize; self.modules.len()];
        let mut excluded = self.shared_modules.clone();
        let shared = self.shared_tables.iter();
        excluded.extend(shared.filter_map(|(instance, name)| self.owner(*instance, name)));
        for (module, given) in &self.given {
            times[*module] += 1;
            // A module of which it is not known what it does with its table.
            let Some(of) = &uses[*module] else {
                if !table::imports_any(self.modules[*module])? {
                    continue;
                }
                let owners = given
                    .values()
                    .flat_map(|instance| self.all_owners(*instance));
                excluded.extend(owners);
                continue;
            };
            if let Some((from, name)) = &of.imported
                && let Some(owner) = given.get(from).and_then(|i| self.owner(*i, name))
            {
                groups.entry(owner).or_default().push(*module);
            }
        }
        let mut smaller = BTreeMap::new();
        for (owner, users) in groups {
            let members: Vec<usize> = std::iter::once(owner).chain(users).collect();
            let known = |module: &usize| times[*module] == 1 && !excluded.contains(module);
            let of: Option<Vec<&UsesTable>> = members
                .iter()
                .map(|module| uses[*module].as_ref())
                .collect();
            let Some(of) = of.filter(|_| members.iter().all(known)) else {
                continue;
            };
            for (module, bytes) in table::without_dead_entries(&members, &of, &self.modules)? {
                smaller.insert(IndexPath(vec![module]), bytes);
            }
        }
        Ok(smaller)
    }

    /// The modules that any table of an instance may belong to.
    fn all_owners(&self, instance: u32) -> Vec<usize> {
        match self.instances.get(instance as usize) {
            Some(Made::Of(module)) => vec![*module],
            Some(Made::Items(tables)) => {
                let names = tables.keys();
                names
                    .filter_map(|name| self.owner(instance, name))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
