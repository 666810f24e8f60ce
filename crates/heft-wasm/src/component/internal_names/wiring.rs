//! Who uses which export of which core instance.

use super::names::{InstancePlace, Name, Names, Space};
use crate::binary::{Section, sections};
use crate::component::index_space::{ALIAS, CORE_INSTANCE, handed_out, items};
use crate::component::levels::{Levels, WalkError};
use crate::component::used_exports::{IMPORT_SECTION, imports};
use crate::core_modules::{IndexPath, core_modules};
use crate::exports::export_names;
use crate::section_id::component::VALUE;
use crate::walk::{Part, walk};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{ComponentAlias, ExternalKind, Imports, Instance};

/// What a core instance is made of.
#[derive(Clone, Debug)]
pub(super) enum Made {
    /// A core module of this file.
    Of(IndexPath),
    /// Single items, with these names.
    Items(Vec<String>),
    /// A core module that is not in this file.
    Elsewhere,
}

/// One end of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    /// An import, an export or an item.
    Name(Name),
    /// An alias, which may look for any name.
    Alias,
    /// Something that is not in this file, and this name of its own.
    Outside(String),
}

/// What a name belongs to, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// An import of a core module, by its place among them.
    Import(IndexPath, usize),
    /// An export of a core module, by its place among them.
    Export(IndexPath, usize),
    /// An item of a core instance, by its own index.
    Item(InstancePlace, ExternalKind, u32),
}

/// An end of a use after names are looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    Thing(Thing),
    Alias,
    Outside(String),
}

/// All core instances of a component, at any depth, and what they use of each other.
#[derive(Default)]
pub(super) struct Wiring {
    /// The core instances of each component in it.
    pub(super) instances: BTreeMap<Vec<usize>, Vec<Made>>,
    /// In file order: who uses it, and what is used.
    uses: Vec<[End; 2]>,
    /// The core modules whose names somebody else may know.
    known_outside: BTreeSet<IndexPath>,
    things: BTreeMap<Name, Thing>,
    modules: BTreeMap<IndexPath, Module>,
    /// The core modules, in file order.
    order: Vec<IndexPath>,
}

struct Module {
    imports: Vec<(String, String)>,
    /// The names of its imports by what they are from.
    from: BTreeMap<String, Vec<String>>,
    exports: Vec<String>,
}

impl Wiring {
    /// Reads a valid component. `keeps` says of a core module whether it keeps its names.
    pub(super) fn read(component: &[u8], keeps: impl Fn(&[u8]) -> bool) -> Result<Self, WalkError> {
        let mut wiring = Self::default();
        for module in core_modules(component)? {
            if keeps(module.bytes) || has_grouped_imports(module.bytes)? {
                wiring.known_outside.insert(module.index.clone());
            }
            wiring.add_module(module.index, module.bytes)?;
        }
        let mut walk = Walk {
            wiring,
            given: BTreeSet::new(),
            levels: Levels::new(),
        };
        walk.file(component)?;
        Ok(walk.wiring)
    }

    fn add_module(&mut self, index: IndexPath, bytes: &[u8]) -> Result<(), WalkError> {
        let owned = |(module, name): (&str, &str)| (module.to_owned(), name.to_owned());
        let imports: Vec<_> = imports(bytes)?.into_iter().map(owned).collect();
        for (i, (module, name)) in imports.iter().enumerate() {
            let name = Space::Imports(index.clone(), module.clone()).name(name);
            let thing = Thing::Import(index.clone(), i);
            self.things.entry(name).or_insert(thing);
        }
        let exports: Vec<String> = export_names(bytes)?
            .into_iter()
            .map(str::to_owned)
            .collect();
        for (i, name) in exports.iter().enumerate() {
            let name = Space::Exports(index.clone()).name(name);
            self.things.insert(name, Thing::Export(index.clone(), i));
        }
        let mut from: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (module, name) in &imports {
            from.entry(module.clone()).or_default().push(name.clone());
        }
        let module = Module {
            imports,
            from,
            exports,
        };
        self.modules.insert(index.clone(), module);
        self.order.push(index);
        Ok(())
    }

    /// The names that may change, those that must stay the same as one another joined.
    pub(super) fn names(&self) -> Names {
        let mut names = Names::default();
        for index in &self.order {
            let module = &self.modules[index];
            for (from, name) in &module.imports {
                names.add(&Space::ImportModules(index.clone()).name(from));
                names.add(&Space::Imports(index.clone(), from.clone()).name(name));
            }
            for name in &module.exports {
                names.add(&Space::Exports(index.clone()).name(name));
            }
        }
        for ends in &self.uses {
            match ends {
                [End::Name(user), End::Name(used)] => names.join(user, used),
                [End::Alias, End::Name(name)] => {
                    names.add(name);
                }
                [End::Outside(_), End::Name(name)] | [End::Name(name), _] => names.fix(name),
                _ => {}
            }
        }
        names.fix_all(|space| {
            let module = space.module();
            module.is_some_and(|module| self.known_outside.contains(module))
        });
        names
    }

    /// What every use comes to, and the names that somebody else may know. With other names for the
    /// rest it must be the same.
    pub(super) fn resolved(&self) -> Vec<Resolved> {
        let resolve = |end: &End| match end {
            End::Name(name) => match self.things.get(name) {
                Some(thing) => Resolved::Thing(thing.clone()),
                None => Resolved::Outside(format!("nothing is named `{}`", name.text)),
            },
            End::Alias => Resolved::Alias,
            End::Outside(text) => Resolved::Outside(text.clone()),
        };
        let mut found: Vec<Resolved> = self.uses.iter().flatten().map(resolve).collect();
        for index in &self.known_outside {
            let module = &self.modules[index];
            let imports = module
                .imports
                .iter()
                .map(|(from, name)| format!("{from} {name}"));
            let names = imports.chain(module.exports.iter().cloned());
            found.extend(names.map(Resolved::Outside));
        }
        found
    }
}

/// Whether several imports of a core module are written with the name of their module only once, as
/// in the proposal for compact imports. Those stay as they are.
fn has_grouped_imports(module: &[u8]) -> Result<bool, WalkError> {
    let (_, sections) = sections(module, 0)?;
    for section in sections.iter().filter(|s| s.id == IMPORT_SECTION) {
        for imports in items::<Imports<'_>>(section)? {
            if !matches!(imports?, Imports::Single(..)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A component that is being read.
struct Walk {
    wiring: Wiring,
    /// The modules that were given instances, by which name, and whose names these have: what a second
    /// instance of a module uses is what the first does.
    given: BTreeSet<(IndexPath, String, Option<Space>)>,
    levels: Levels<Made>,
}

impl Walk {
    fn file(&mut self, component: &[u8]) -> Result<(), WalkError> {
        for part in walk(component)? {
            match part {
                Part::Component(found) => self.levels.enter(found.path),
                Part::Module(module) => self.levels.define(module.index)?,
                Part::Section(section) => self.section(&section)?,
                Part::End => {
                    if let Some(level) = self.levels.leave() {
                        self.wiring.instances.insert(level.path, level.instances);
                    }
                }
            }
        }
        Ok(())
    }

    fn section(&mut self, section: &Section<'_>) -> Result<(), WalkError> {
        self.levels.bring(section)?;
        match section.id {
            CORE_INSTANCE => {
                for instance in items::<Instance<'_>>(section)? {
                    let made = self.core_instance(&instance?)?;
                    self.levels.instantiate(made)?;
                }
            }
            ALIAS => {
                for alias in items(section)? {
                    if let ComponentAlias::CoreInstanceExport {
                        instance_index,
                        name,
                        ..
                    } = alias?
                    {
                        let used = self.export(instance_index, name)?;
                        self.wiring.uses.push([End::Alias, used]);
                    }
                }
            }
            id if id > VALUE => return Err(WalkError::Unknown("a section")),
            _ => {}
        }
        for index in handed_out(section)? {
            if let Some(module) = self.levels.module(0, index) {
                self.wiring.known_outside.insert(module);
            }
        }
        Ok(())
    }

    /// Notes what an instance uses of those it is given. Returns what it is.
    fn core_instance(&mut self, instance: &Instance<'_>) -> Result<Made, WalkError> {
        match instance {
            Instance::FromExports(exports) => {
                let here = self.levels.here()?;
                let place = (here.path.clone(), here.instances.len());
                for export in exports {
                    let name = Space::Items(place.clone()).name(export.name);
                    let thing = Thing::Item(place.clone(), export.kind, export.index);
                    self.wiring.things.insert(name, thing);
                }
                let names = exports.iter().map(|export| export.name.to_owned());
                Ok(Made::Items(names.collect()))
            }
            Instance::Instantiate { module_index, args } => {
                let Some(module) = self.levels.module(0, *module_index) else {
                    for arg in args {
                        self.gives_all(arg.name, arg.index)?;
                    }
                    return Ok(Made::Elsewhere);
                };
                for arg in args {
                    self.gives(&module, arg.name, arg.index)?;
                }
                Ok(Made::Of(module))
            }
        }
    }

    /// Notes that `module` uses what it imports by the name `from` from an instance.
    fn gives(&mut self, module: &IndexPath, from: &str, instance: u32) -> Result<(), WalkError> {
        let space = self.space(instance)?;
        let known = (module.clone(), from.to_owned(), space.clone());
        if !self.given.insert(known) {
            return Ok(());
        }
        let imports = self.wiring.modules[module].from.get(from);
        let user = Space::Imports(module.clone(), from.to_owned());
        for name in imports.into_iter().flatten() {
            let used = end(space.as_ref(), name);
            self.wiring.uses.push([End::Name(user.name(name)), used]);
        }
        Ok(())
    }

    /// Notes that something outside of the file may use all of an instance.
    fn gives_all(&mut self, arg: &str, instance: u32) -> Result<(), WalkError> {
        let names = match self.instance(instance)? {
            Made::Of(module) => self.wiring.modules[module].exports.clone(),
            Made::Items(names) => names.clone(),
            Made::Elsewhere => Vec::new(),
        };
        for name in names {
            let used = self.export(instance, &name)?;
            let user = End::Outside(format!("{arg} {name}"));
            self.wiring.uses.push([user, used]);
        }
        Ok(())
    }

    /// What a core instance has under a name.
    fn export(&self, instance: u32, name: &str) -> Result<End, WalkError> {
        Ok(end(self.space(instance)?.as_ref(), name))
    }

    /// The names of what a core instance has, if they are in this file.
    fn space(&self, instance: u32) -> Result<Option<Space>, WalkError> {
        let path = &self.levels.here()?.path;
        Ok(match self.instance(instance)? {
            Made::Of(module) => Some(Space::Exports(module.clone())),
            Made::Items(_) => Some(Space::Items((path.clone(), instance as usize))),
            Made::Elsewhere => None,
        })
    }

    fn instance(&self, index: u32) -> Result<&Made, WalkError> {
        let found = self.levels.instance(index);
        found.ok_or(WalkError::Unknown("a core instance"))
    }
}

/// The end of a use that looks for a name among these.
fn end(space: Option<&Space>, name: &str) -> End {
    match space {
        Some(space) => End::Name(space.name(name)),
        None => End::Outside(name.to_owned()),
    }
}
