//! Where what a component is made of comes from, in words that do not depend on any index.

use crate::binary::{COMPONENT, CORE_MODULE, sections};
use crate::component::index_space::{ALIAS, CORE_INSTANCE, INSTANCE, items};
use crate::component::levels::WalkError;
use crate::component::prune::grammar::{CANON, EXPORT, IMPORT, TYPE};
use std::collections::BTreeMap;
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExport, ComponentExternalKind,
    ComponentImport, ComponentInstance, ComponentOuterAliasKind, ComponentType, ExternalKind,
    Instance, InstantiationArg,
};

type Result<T> = std::result::Result<T, WalkError>;

/// An instance: a name for all of it, or its items with where they come from.
#[derive(Clone)]
enum Made {
    Whole(String),
    Items(BTreeMap<String, String>),
}

impl Made {
    fn item(&self, name: &str) -> Result<String> {
        match self {
            Self::Whole(whole) => Ok(format!("{whole} {name:?}")),
            Self::Items(items) => items
                .get(name)
                .cloned()
                .ok_or(WalkError::Unknown("an item")),
        }
    }
}

/// The index spaces that say where something comes from.
#[derive(Default)]
struct Origins {
    core: BTreeMap<&'static str, Vec<String>>,
    core_instances: Vec<Made>,
    other: BTreeMap<&'static str, Vec<String>>,
    instances: Vec<Made>,
    /// How many instances of core modules and components there are, and resources.
    instantiated: usize,
    resources: usize,
    found: BTreeMap<String, String>,
}

/// For each item that an instantiation is given, and for each export, where it comes from.
pub(super) fn of(component: &[u8]) -> Result<BTreeMap<String, String>> {
    let mut origins = Origins::default();
    let (mut modules, mut components) = (0, 0);
    for section in sections(component, 0)?.1 {
        match section.id {
            CORE_MODULE => {
                origins.push("module", format!("core module {modules}"));
                modules += 1;
            }
            COMPONENT => {
                origins.push("component", format!("component {components}"));
                components += 1;
            }
            CORE_INSTANCE => {
                for instance in items::<Instance<'_>>(&section)? {
                    origins.core_instance(&instance?)?;
                }
            }
            INSTANCE => {
                for instance in items::<ComponentInstance<'_>>(&section)? {
                    origins.instance(&instance?)?;
                }
            }
            ALIAS => {
                for alias in items::<ComponentAlias<'_>>(&section)? {
                    origins.alias(&alias?)?;
                }
            }
            CANON => {
                for function in items::<CanonicalFunction>(&section)? {
                    origins.canon(&function?)?;
                }
            }
            IMPORT => {
                for import in items::<ComponentImport<'_>>(&section)? {
                    let import = import?;
                    let name = format!("import {:?}", import.name.full_name());
                    origins.add(import.ty.kind(), Made::Whole(name));
                }
            }
            EXPORT => {
                for export in items::<ComponentExport<'_>>(&section)? {
                    origins.export(&export?)?;
                }
            }
            TYPE => {
                for ty in items::<ComponentType<'_>>(&section)? {
                    origins.type_(&ty?);
                }
            }
            _ => {}
        }
    }
    Ok(origins.found)
}

/// The word for a kind of thing.
fn word(kind: ComponentExternalKind) -> &'static str {
    match kind {
        ComponentExternalKind::Module => "module",
        ComponentExternalKind::Func => "function",
        ComponentExternalKind::Value => "value",
        ComponentExternalKind::Type => "type",
        ComponentExternalKind::Instance => "instance",
        ComponentExternalKind::Component => "component",
    }
}

fn core_word(kind: ExternalKind) -> &'static str {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => "core function",
        ExternalKind::Table => "core table",
        ExternalKind::Memory => "core memory",
        ExternalKind::Global => "core global",
        ExternalKind::Tag => "core tag",
    }
}

impl Origins {
    fn push(&mut self, word: &'static str, origin: String) {
        self.other.entry(word).or_default().push(origin);
    }

    fn add(&mut self, kind: ComponentExternalKind, made: Made) {
        match (kind, made) {
            (ComponentExternalKind::Instance, made) => self.instances.push(made),
            (kind, Made::Whole(origin)) => self.push(word(kind), origin),
            (kind, Made::Items(_)) => self.push(word(kind), String::new()),
        }
    }

    /// Where the entry of an index space comes from.
    fn origin(&self, kind: ComponentExternalKind, index: u32) -> Result<Made> {
        let at = index as usize;
        let found = match kind {
            ComponentExternalKind::Instance => self.instances.get(at).cloned(),
            kind => {
                let all = self.other.get(word(kind));
                all.and_then(|all| all.get(at)).cloned().map(Made::Whole)
            }
        };
        found.ok_or(WalkError::Unknown("an entry"))
    }

    fn core(&self, word: &'static str, index: u32) -> Result<String> {
        let found = self.core.get(word).and_then(|all| all.get(index as usize));
        found.cloned().ok_or(WalkError::Unknown("a core item"))
    }

    /// Notes what `user` is given as `name`.
    fn note(&mut self, user: &str, name: &str, made: Made) {
        match made {
            Made::Whole(origin) => {
                self.found.insert(format!("{user} {name:?}"), origin);
            }
            Made::Items(items) => {
                for (item, origin) in items {
                    self.found
                        .insert(format!("{user} {name:?} {item:?}"), origin);
                }
            }
        }
    }

    fn next_instantiation(&mut self) -> String {
        self.instantiated += 1;
        format!("instantiation {}", self.instantiated)
    }

    fn core_instance(&mut self, instance: &Instance<'_>) -> Result<()> {
        let made = match instance {
            Instance::Instantiate { module_index, args } => {
                let user = self.next_instantiation();
                let module = self.origin(ComponentExternalKind::Module, *module_index)?;
                self.note(&user, "", module);
                for InstantiationArg { name, index, .. } in args {
                    let made = self.core_instances.get(*index as usize).cloned();
                    self.note(
                        &user,
                        name,
                        made.ok_or(WalkError::Unknown("a core instance"))?,
                    );
                }
                Made::Whole(user)
            }
            Instance::FromExports(exports) => {
                let mut items = BTreeMap::new();
                for export in exports {
                    let origin = self.core(core_word(export.kind), export.index)?;
                    items.insert(export.name.to_owned(), origin);
                }
                Made::Items(items)
            }
        };
        self.core_instances.push(made);
        Ok(())
    }

    fn instance(&mut self, instance: &ComponentInstance<'_>) -> Result<()> {
        let made = match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                let user = self.next_instantiation();
                let component = self.origin(ComponentExternalKind::Component, *component_index)?;
                self.note(&user, "", component);
                for arg in args {
                    let made = self.origin(arg.kind, arg.index)?;
                    self.note(&user, arg.name, made);
                }
                Made::Whole(user)
            }
            ComponentInstance::FromExports(exports) => {
                let mut all = BTreeMap::new();
                for export in exports {
                    let name = export.name.full_name();
                    match self.origin(export.kind, export.index)? {
                        Made::Whole(origin) => {
                            all.insert(name.into_owned(), origin);
                        }
                        Made::Items(inner) => {
                            for (item, origin) in inner {
                                all.insert(format!("{name} {item}"), origin);
                            }
                        }
                    }
                }
                Made::Items(all)
            }
        };
        self.instances.push(made);
        Ok(())
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) -> Result<()> {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => {
                let from = self.origin(ComponentExternalKind::Instance, *instance_index)?;
                let item = from.item(name)?;
                self.add(*kind, Made::Whole(item));
            }
            ComponentAlias::CoreInstanceExport {
                kind,
                instance_index,
                name,
            } => {
                let from = self.core_instances.get(*instance_index as usize);
                let item = from
                    .ok_or(WalkError::Unknown("a core instance"))?
                    .item(name)?;
                self.core.entry(core_word(*kind)).or_default().push(item);
            }
            // NB: of the outermost component it is one of something in itself.
            ComponentAlias::Outer { kind, index, .. } => {
                let kind = match kind {
                    ComponentOuterAliasKind::CoreModule => ComponentExternalKind::Module,
                    ComponentOuterAliasKind::Component => ComponentExternalKind::Component,
                    ComponentOuterAliasKind::Type => ComponentExternalKind::Type,
                    ComponentOuterAliasKind::CoreType => return Ok(()),
                };
                let made = self.origin(kind, *index)?;
                self.add(kind, made);
            }
        }
        Ok(())
    }

    fn canon(&mut self, function: &CanonicalFunction) -> Result<()> {
        let lifted = match function {
            CanonicalFunction::Lift {
                core_func_index,
                options,
                ..
            } => {
                let core = self.core(core_word(ExternalKind::Func), *core_func_index)?;
                let origin = format!("lift ({core}) {}", self.options(options)?);
                self.push(word(ComponentExternalKind::Func), origin);
                return Ok(());
            }
            CanonicalFunction::Lower {
                func_index,
                options,
            } => {
                let Made::Whole(function) =
                    self.origin(ComponentExternalKind::Func, *func_index)?
                else {
                    return Err(WalkError::Unknown("a function"));
                };
                format!("lower ({function}) {}", self.options(options)?)
            }
            CanonicalFunction::ResourceNew { resource } => self.of_type("new", *resource)?,
            CanonicalFunction::ResourceDrop { resource } => self.of_type("drop", *resource)?,
            CanonicalFunction::ResourceRep { resource } => self.of_type("rep", *resource)?,
            other => without_indices(&format!("{other:?}")),
        };
        let functions = self.core.entry(core_word(ExternalKind::Func));
        functions.or_default().push(lifted);
        Ok(())
    }

    fn of_type(&self, what: &str, index: u32) -> Result<String> {
        match self.origin(ComponentExternalKind::Type, index)? {
            Made::Whole(ty) => Ok(format!("{what} of {ty}")),
            Made::Items(_) => Err(WalkError::Unknown("a type")),
        }
    }

    /// Only resources differ from others that look the same; the validator compares all else.
    fn type_(&mut self, ty: &ComponentType<'_>) {
        let origin = if matches!(ty, ComponentType::Resource { .. }) {
            self.resources += 1;
            format!("resource {}", self.resources)
        } else {
            "type".to_owned()
        };
        self.push(word(ComponentExternalKind::Type), origin);
    }

    fn options(&self, options: &[CanonicalOption]) -> Result<String> {
        let function = core_word(ExternalKind::Func);
        let mut text = String::new();
        for option in options {
            text += &match option {
                CanonicalOption::Memory(index) => {
                    format!(
                        "memory ({})",
                        self.core(core_word(ExternalKind::Memory), *index)?
                    )
                }
                CanonicalOption::Realloc(index) => {
                    format!("realloc ({})", self.core(function, *index)?)
                }
                CanonicalOption::PostReturn(index) => {
                    format!("post-return ({})", self.core(function, *index)?)
                }
                CanonicalOption::Callback(index) => {
                    format!("callback ({})", self.core(function, *index)?)
                }
                other => format!("{other:?}"),
            };
            text.push(' ');
        }
        Ok(text)
    }

    fn export(&mut self, export: &ComponentExport<'_>) -> Result<()> {
        let name = export.name.full_name();
        let made = self.origin(export.kind, export.index)?;
        self.note("export", &name, made.clone());
        self.add(export.kind, made);
        Ok(())
    }
}

/// A description without the numbers in it.
fn without_indices(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}
