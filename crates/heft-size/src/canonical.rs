//! Which functions of a component's core modules hand out memory to whoever calls into them: what its
//! canonical functions name as their `realloc`.

use heft_wasm::binary::{BinaryError, Section};
use heft_wasm::section_id::component::{ALIAS, CANONICAL, CORE_INSTANCE, EXPORT, IMPORT};
use heft_wasm::walk::{IndexPath, Part, walk};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExport, ComponentExternalKind,
    ComponentImport, ComponentOuterAliasKind, ComponentTypeRef, ExternalKind, Instance,
};

/// An export of a core module that hands out memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Realloc {
    /// The core module.
    pub(crate) module: IndexPath,
    /// The export's name, as a rule `cabi_realloc`.
    pub(crate) export: String,
}

/// Each of a component's `realloc` functions, with the names of the imported functions whose results
/// it makes room for. What comes from outside of the file is left out.
///
/// # Errors
///
/// When the component can't be read.
pub(crate) fn reallocs(component: &[u8]) -> Result<BTreeMap<Realloc, BTreeSet<String>>, Unread> {
    let mut found = BTreeMap::new();
    // The components that are open.
    let mut levels: Vec<Level> = Vec::new();
    for part in walk(component)? {
        match part {
            Part::Component(_) => levels.push(Level::default()),
            Part::End => drop(levels.pop()),
            Part::Module(module) => {
                if let Some(level) = levels.last_mut() {
                    level.modules.push(Some(module.index));
                }
            }
            Part::Section(section) if section.id == ALIAS => {
                for alias in section.items::<ComponentAlias<'_>>()? {
                    let alias = alias?;
                    let outer = outer_module(&levels, &alias);
                    if let Some(level) = levels.last_mut() {
                        level.alias(&alias, outer);
                    }
                }
            }
            Part::Section(section) => {
                if let Some(level) = levels.last_mut() {
                    level.section(&section, &mut found)?;
                }
            }
        }
    }
    Ok(found)
}

/// Why a component can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// By its outside.
    #[error(transparent)]
    Binary(#[from] BinaryError),
    /// A section.
    #[error("{}", .0.message())]
    Section(#[from] wasmparser::Error),
}

/// The index spaces of one component as far as they are read. `None` is what comes from elsewhere.
#[derive(Default)]
struct Level {
    modules: Vec<Option<IndexPath>>,
    instances: Vec<CoreInstance>,
    core_functions: Vec<Option<Realloc>>,
    /// The names by which they are imported.
    functions: Vec<Option<String>>,
}

enum CoreInstance {
    Of(Option<IndexPath>),
    /// Made of single functions, by name.
    Functions(BTreeMap<String, u32>),
}

impl Level {
    fn section(
        &mut self,
        section: &Section<'_>,
        found: &mut BTreeMap<Realloc, BTreeSet<String>>,
    ) -> wasmparser::Result<()> {
        match section.id {
            CORE_INSTANCE => {
                for instance in section.items::<Instance<'_>>()? {
                    let made = self.core_instance(&instance?);
                    self.instances.push(made);
                }
            }
            IMPORT => {
                for import in section.items::<ComponentImport<'_>>()? {
                    let import = import?;
                    match import.ty {
                        ComponentTypeRef::Module(_) => self.modules.push(None),
                        ComponentTypeRef::Func(_) => {
                            self.functions.push(Some(import.name.name.to_owned()));
                        }
                        _ => {}
                    }
                }
            }
            // An export is a new entry for the thing it exports.
            EXPORT => {
                for export in section.items::<ComponentExport<'_>>()? {
                    let export = export?;
                    let index = export.index as usize;
                    match export.kind {
                        ComponentExternalKind::Func => {
                            let same = self.functions.get(index).cloned().flatten();
                            self.functions.push(same);
                        }
                        ComponentExternalKind::Module => {
                            let same = self.modules.get(index).cloned().flatten();
                            self.modules.push(same);
                        }
                        _ => {}
                    }
                }
            }
            CANONICAL => {
                for function in section.items::<CanonicalFunction>()? {
                    self.canonical(&function?, found);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn core_instance(&self, instance: &Instance<'_>) -> CoreInstance {
        match instance {
            Instance::Instantiate { module_index, .. } => {
                let module = self.modules.get(*module_index as usize);
                CoreInstance::Of(module.cloned().flatten())
            }
            Instance::FromExports(exports) => CoreInstance::Functions(
                exports
                    .iter()
                    .filter(|export| export.kind == ExternalKind::Func)
                    .map(|export| (export.name.to_owned(), export.index))
                    .collect(),
            ),
        }
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>, outer: Option<IndexPath>) {
        match *alias {
            ComponentAlias::InstanceExport { kind, name, .. } => match kind {
                ComponentExternalKind::Func => self.functions.push(Some(name.to_owned())),
                ComponentExternalKind::Module => self.modules.push(None),
                _ => {}
            },
            ComponentAlias::CoreInstanceExport {
                kind: ExternalKind::Func,
                instance_index,
                name,
            } => {
                let function = match self.instances.get(instance_index as usize) {
                    Some(CoreInstance::Of(module)) => module.clone().map(|module| Realloc {
                        module,
                        export: name.to_owned(),
                    }),
                    Some(CoreInstance::Functions(functions)) => functions
                        .get(name)
                        .and_then(|index| self.core_functions.get(*index as usize))
                        .cloned()
                        .flatten(),
                    None => None,
                };
                self.core_functions.push(function);
            }
            ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::CoreModule,
                ..
            } => self.modules.push(outer),
            _ => {}
        }
    }

    fn canonical(
        &mut self,
        function: &CanonicalFunction,
        found: &mut BTreeMap<Realloc, BTreeSet<String>>,
    ) {
        let (options, lowered) = match function {
            CanonicalFunction::Lift { options, .. } => {
                self.functions.push(None);
                (options, None)
            }
            CanonicalFunction::Lower {
                options,
                func_index,
            } => {
                self.core_functions.push(None);
                let name = self.functions.get(*func_index as usize);
                (options, name.cloned().flatten())
            }
            _ => return self.core_functions.push(None),
        };
        for option in options {
            if let CanonicalOption::Realloc(index) = option
                && let Some(Some(realloc)) = self.core_functions.get(*index as usize)
            {
                found
                    .entry(realloc.clone())
                    .or_default()
                    .extend(lowered.clone());
            }
        }
    }
}

/// The module of an enclosing component that an alias is of.
fn outer_module(levels: &[Level], alias: &ComponentAlias<'_>) -> Option<IndexPath> {
    let ComponentAlias::Outer {
        kind: ComponentOuterAliasKind::CoreModule,
        count,
        index,
    } = alias
    else {
        return None;
    };
    let place = levels.len().checked_sub(1 + *count as usize)?;
    let modules = &levels.get(place)?.modules;
    modules.get(*index as usize).cloned().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String, Vec<String>)> {
        let file = wat::parse_str(text).expect("the test's text is right");
        let found = reallocs(&file).expect("readable");
        found
            .into_iter()
            .map(|(realloc, names)| {
                let names = names.into_iter().collect();
                (realloc.module.to_string(), realloc.export, names)
            })
            .collect()
    }

    fn row(module: &str, export: &str, names: &[&str]) -> (String, String, Vec<String>) {
        let names = names.iter().map(ToString::to_string).collect();
        (module.to_owned(), export.to_owned(), names)
    }

    const MEMORY: &str = r#"(core module $m (memory (export "memory") 1)
        (func (export "take") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m))"#;

    #[test]
    fn a_lowered_function_names_who_makes_room_for_its_result() {
        let text = format!(
            r#"(component (import "a" (func $a (result string))) (import "b" (func $b (param "p" string)))
            {MEMORY}
            (core func (canon lower (func $b) (memory (core memory $i "memory"))))
            (core func (canon lower (func $a) (memory (core memory $i "memory")) (realloc (core func $i "take")))))"#
        );
        assert_eq!(found(&text), [row("0", "take", &["a"])]);
    }

    #[test]
    fn functions_of_an_instance_have_their_own_names_and_a_regrouped_realloc_is_followed() {
        let text = format!(
            r#"(component
            (import "x:y/z" (instance $z (export "list" (func (result (list u8))))))
            (core module)
            {MEMORY}
            (core instance $again (export "r" (func $i "take")))
            (core func (canon lower (func $z "list") (memory (core memory $i "memory")) (realloc (core func $again "r")))))"#
        );
        assert_eq!(found(&text), [row("1", "take", &["list"])]);
    }

    #[test]
    fn a_module_of_the_component_around_it_is_found() {
        let text = r#"(component
            (core module $m (memory (export "memory") 1)
                (func (export "f") (param i32 i32))
                (func (export "take") (param i32 i32 i32 i32) (result i32) unreachable))
            (component (core module) (core instance $i (instantiate $m))
                (func (export "f") (param "p" string)
                    (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "take"))))))"#;
        assert_eq!(found(text), [row("0", "take", &[])]);
    }

    #[test]
    fn without_memory_to_hand_out_there_is_none() {
        assert_eq!(found("(component)"), []);
        assert_eq!(
            found(&format!("(component {MEMORY})")),
            [],
            "nothing names it"
        );
    }
}
