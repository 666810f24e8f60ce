//! Which exports of its core modules a component uses.

use super::index_space::{ALIAS, CORE_INSTANCE, handed_out, items};
use super::levels::{Levels, WalkError};
use crate::binary::{Section, sections};
use crate::core_modules::{IndexPath, core_modules};
use crate::walk::{Part, walk};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{BinaryReader, ComponentAlias, ImportSectionReader, Instance};

pub(super) use crate::section_id::module::IMPORT as IMPORT_SECTION;

/// The exports of one core module that something may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used {
    /// Any of them: the module itself is handed to somebody who is not in this file.
    All,
    /// Those with these names.
    Names(BTreeSet<String>),
}

impl Default for Used {
    fn default() -> Self {
        Self::Names(BTreeSet::new())
    }
}

impl Used {
    /// Whether an export with this name may be used.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(name),
        }
    }

    /// Adds what another user of the same module uses.
    pub fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Names(names), Self::Names(more)) => names.extend(more.iter().cloned()),
            _ => *self = Self::All,
        }
    }
}

/// What a valid component uses of each core module in it, at any depth.
///
/// The exports of an instance of a core module are used by name only, and only in two places: an
/// alias, without which neither a canonical option nor a core instance made of single exports can
/// refer to one, and the imports of a module that the whole instance is given to. All instances of a
/// module count together. A module that is itself exported, or given to a nested component, is used
/// in full.
///
/// # Errors
///
/// When the component can't be read.
pub fn used_exports(component: &[u8]) -> Result<BTreeMap<IndexPath, Used>, String> {
    let modules = core_modules(component).map_err(|err| err.to_string())?;
    let mut walk = Walk {
        used: BTreeMap::new(),
        imports: BTreeMap::new(),
        given: BTreeSet::new(),
        levels: Levels::new(),
    };
    for module in &modules {
        walk.used.insert(module.index.clone(), Used::default());
        let mut from: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (instance, name) in imports(module.bytes).map_err(|err| err.to_string())? {
            from.entry(instance).or_default().push(name);
        }
        walk.imports.insert(module.index.clone(), from);
    }
    walk.file(component).map_err(|err| err.to_string())?;
    Ok(walk.used)
}

struct Walk<'a> {
    used: BTreeMap<IndexPath, Used>,
    /// What each module imports, by the name of the instance that it is from.
    imports: BTreeMap<IndexPath, BTreeMap<&'a str, Vec<&'a str>>>,
    /// Which module was given an instance of which, and by what name: once is enough to know.
    given: BTreeSet<(IndexPath, IndexPath, &'a str)>,
    /// The module each core instance is an instance of; `None` for what can't be seen, and for one made of single
    /// exports: those were aliases before.
    levels: Levels<Option<IndexPath>>,
}

impl<'a> Walk<'a> {
    fn file(&mut self, component: &'a [u8]) -> Result<(), WalkError> {
        for part in walk(component)? {
            match part {
                Part::Component(found) => self.levels.enter(found.path),
                Part::Module(module) => self.levels.define(module.index)?,
                Part::Section(section) => self.section(&section)?,
                Part::End => drop(self.levels.leave()),
            }
        }
        Ok(())
    }

    fn section(&mut self, section: &Section<'a>) -> Result<(), WalkError> {
        self.levels.bring(section)?;
        match section.id {
            CORE_INSTANCE => {
                for instance in items::<Instance<'a>>(section)? {
                    let made = self.core_instance(&instance?);
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
                        self.uses(instance_index, name);
                    }
                }
            }
            _ => {}
        }
        for index in handed_out(section)? {
            if let Some(module) = self.levels.module(0, index) {
                self.used.insert(module, Used::All);
            }
        }
        Ok(())
    }

    /// Notes what an instance uses of those it is given. Returns its module.
    fn core_instance(&mut self, instance: &Instance<'a>) -> Option<IndexPath> {
        let Instance::Instantiate { module_index, args } = instance else {
            return None;
        };
        let module = self.levels.module(0, *module_index);
        for arg in args {
            let Some(Some(given)) = self.levels.instance(arg.index).cloned() else {
                continue;
            };
            match &module {
                Some(module) if self.imports.contains_key(module) => {
                    if self.given.insert((given.clone(), module.clone(), arg.name)) {
                        self.imports_from(&given, module, arg.name);
                    }
                }
                _ => {
                    self.used.insert(given, Used::All);
                }
            }
        }
        module
    }

    /// Notes that `module` uses what it imports by this name from an instance of `given`.
    fn imports_from(&mut self, given: &IndexPath, module: &IndexPath, name: &str) {
        let imports = self.imports.get(module).and_then(|from| from.get(name));
        if let (Some(imports), Some(Used::Names(used))) = (imports, self.used.get_mut(given)) {
            used.extend(imports.iter().map(|name| (*name).to_owned()));
        }
    }

    /// Notes that the export `name` of a core instance is used.
    fn uses(&mut self, instance: u32, name: &str) {
        if let Some(Some(module)) = self.levels.instance(instance)
            && let Some(Used::Names(names)) = self.used.get_mut(module)
        {
            names.insert(name.to_owned());
        }
    }
}

/// Module and name of each import of a core module.
pub(super) fn imports(module: &[u8]) -> Result<Vec<(&str, &str)>, WalkError> {
    let (_, sections) = sections(module, 0)?;
    let Some(section) = sections.iter().find(|s| s.id == IMPORT_SECTION) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for import in ImportSectionReader::new(BinaryReader::new(section.body, 0))?.into_imports() {
        let import = import?;
        found.push((import.module, import.name));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is used of each module, as `path: names`.
    fn used(text: &str) -> Vec<String> {
        let component = wat::parse_str(text).expect("the test's text is right");
        crate::validate::validate(&component, wasmparser::WasmFeatures::all()).expect("valid");
        let describe = |(index, used): (IndexPath, Used)| match used {
            Used::All => format!("{index}: all"),
            Used::Names(names) => {
                let names: Vec<String> = names.into_iter().collect();
                format!("{index}: {}", names.join(" "))
            }
        };
        let found = used_exports(&component).expect("readable");
        found.into_iter().map(describe).collect()
    }

    const TWO: &str = r#"(core module $m (func (export "a")) (func (export "b")))"#;

    #[test]
    fn an_alias_uses_one_export() {
        let text = format!(
            r#"(component {TWO} (core instance $i (instantiate $m))
            (alias core export $i "b" (core func)))"#
        );
        assert_eq!(used(&text), ["0: b"]);
    }

    #[test]
    fn a_module_that_gets_a_whole_instance_uses_what_it_imports_from_it() {
        let text = format!(
            r#"(component {TWO}
            (core module $n (import "x" "a" (func)) (import "y" "b" (func)))
            (core instance $i (instantiate $m))
            (core instance $j (instantiate $m))
            (core instance (instantiate $n (with "x" (instance $i)) (with "y" (instance $j)))))"#
        );
        assert_eq!(used(&text), ["0: a b", "1: "]);
        let only_one = text.replace(r#" (import "y" "b" (func))"#, "");
        assert_eq!(used(&only_one), ["0: a", "1: "]);
    }

    #[test]
    fn a_module_that_is_exported_passed_on_or_part_of_an_instance_is_used_in_full() {
        for hand_out in [
            r#"(export "m" (core module $m))"#,
            r#"(component $c (import "m" (core module))) (instance (instantiate $c (with "m" (core module $m))))"#,
            r#"(instance (export "m" (core module $m)))"#,
            r#"(component (alias outer 1 0 (core module $again)) (export "m" (core module $again)))"#,
        ] {
            let found = used(&format!("(component {TWO} {hand_out})"));
            assert_eq!(found, ["0: all"], "{hand_out}");
        }
    }

    #[test]
    fn an_instance_given_to_an_imported_module_is_used_in_full() {
        let text = format!(
            r#"(component {TWO}
            (import "n" (core module $n (import "x" "a" (func))))
            (core instance $i (instantiate $m))
            (core instance (instantiate $n (with "x" (instance $i)))))"#
        );
        assert_eq!(used(&text), ["0: all"]);
    }

    #[test]
    fn aliases_of_a_module_count_for_the_module() {
        let text = format!(
            r#"(component {TWO}
            (component
                (alias outer 1 0 (core module $m))
                (core instance $i (instantiate $m))
                (alias core export $i "a" (core func)))
            (export $e "n" (core module $none))
            )"#
        )
        .replace(r#"(export $e "n" (core module $none))"#, "");
        assert_eq!(used(&text), ["0: a"]);
    }

    #[test]
    fn a_module_that_is_never_instantiated_has_no_used_exports() {
        assert_eq!(used(&format!("(component {TWO})")), ["0: "]);
    }
    #[test]
    fn a_core_module_is_no_component() {
        let module =
            wat::parse_str(r#"(module (func (export "a")))"#).expect("the test's text is right");
        let said = used_exports(&module);
        assert_eq!(said, Err("it is a core module, no component".to_owned()));
    }
}
