//! The component with other names between its core modules.

use super::names::{Name, Space};
use super::wiring::{Made, Wiring};
use crate::binary::{Kind, header, push_section, read_u32};
use crate::component::index_space::{ALIAS, CORE_INSTANCE};
use crate::component::levels::WalkError;
use crate::component::used_exports::IMPORT_SECTION;
use crate::core_modules::{self, IndexPath};
use crate::exports::{EXPORT_SECTION, export_kind};
use crate::walk::Module;
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_encoder::Encode as _;
use wasmparser::{
    BinaryReader, ComponentAlias, Export, FromReader, Imports, Instance, SectionLimited,
};

/// What the binary format calls a core instance, a core instance of a module, one made of single
/// items, and an export of a core instance in an alias.
const SORT_CORE_INSTANCE: u8 = 0x12;
const INSTANTIATE: u8 = 0x00;
const FROM_ITEMS: u8 = 0x01;
const SORT_CORE: u8 = 0x00;
const CORE_EXPORT: u8 = 0x01;

/// Writes a component anew. Only imports and exports of core modules, core instances and aliases of
/// their exports differ, and of those only names; items without a name in `names` are left out, as
/// are arguments that a module imports nothing from.
pub(super) fn rewrite(
    component: &[u8],
    wiring: &Wiring,
    names: &BTreeMap<Name, String>,
) -> Result<Vec<u8>, WalkError> {
    let rewrite = Rewrite { wiring, names };
    // Of each component, the index of its next core instance.
    let mut next: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    core_modules::rewrite(
        component,
        |module| Ok(rewrite.module(module)?.into()),
        |path, section| {
            Ok(Some(match section.id {
                CORE_INSTANCE => {
                    let next = next.entry(path.to_vec()).or_default();
                    rewrite.core_instances(section.body, path, next)?.into()
                }
                ALIAS => rewrite.aliases(section.body, path)?.into(),
                _ => section.body.into(),
            }))
        },
    )
}

struct Rewrite<'a> {
    wiring: &'a Wiring,
    names: &'a BTreeMap<Name, String>,
}

impl Rewrite<'_> {
    fn module(&self, module: &Module<'_>) -> Result<Vec<u8>, WalkError> {
        let mut out = header(Kind::Module);
        for section in &module.sections {
            let body: Cow<'_, [u8]> = match section.id {
                IMPORT_SECTION => self.imports(section.body, &module.index)?.into(),
                EXPORT_SECTION => self.exports(section.body, &module.index)?.into(),
                _ => section.body.into(),
            };
            push_section(&mut out, section.id, &body);
        }
        Ok(out)
    }

    fn imports(&self, body: &[u8], index: &IndexPath) -> Result<Vec<u8>, WalkError> {
        each_entry::<Imports<'_>>(body, |imports, bytes, out| {
            let Imports::Single(_, import) = imports else {
                // NB: such a module keeps its names.
                out.extend_from_slice(bytes);
                return Ok(());
            };
            let space = Space::Imports(index.clone(), import.module.to_owned());
            let from = Space::ImportModules(index.clone());
            self.known(&from, import.module)?.encode(out);
            self.known(&space, import.name)?.encode(out);
            out.extend_from_slice(after_names(bytes, 2)?);
            Ok(())
        })
    }

    fn exports(&self, body: &[u8], index: &IndexPath) -> Result<Vec<u8>, WalkError> {
        let space = Space::Exports(index.clone());
        each_entry::<Export<'_>>(body, |export, bytes, out| {
            self.known(&space, export.name)?.encode(out);
            out.extend_from_slice(after_names(bytes, 1)?);
            Ok(())
        })
    }

    /// `next` is the index of the first instance of the section.
    fn core_instances(
        &self,
        body: &[u8],
        path: &[usize],
        next: &mut usize,
    ) -> Result<Vec<u8>, WalkError> {
        each_entry::<Instance<'_>>(body, |instance, bytes, out| {
            match (instance, self.made(path, *next)?) {
                (Instance::Instantiate { module_index, args }, Made::Of(module)) => {
                    let from = Space::ImportModules(module.clone());
                    let args: Vec<_> = args
                        .iter()
                        .filter_map(|arg| Some((self.name(&from, arg.name)?, arg.index)))
                        .collect();
                    out.push(INSTANTIATE);
                    module_index.encode(out);
                    args.len().encode(out);
                    for (name, index) in args {
                        name.encode(out);
                        out.push(SORT_CORE_INSTANCE);
                        index.encode(out);
                    }
                }
                (Instance::FromExports(items), _) => {
                    let space = Space::Items((path.to_vec(), *next));
                    let items: Vec<_> = items
                        .iter()
                        .filter_map(|item| Some((self.name(&space, item.name)?, item)))
                        .collect();
                    out.push(FROM_ITEMS);
                    items.len().encode(out);
                    for (name, item) in items {
                        name.encode(out);
                        export_kind(item.kind).encode(out);
                        item.index.encode(out);
                    }
                }
                _ => out.extend_from_slice(bytes),
            }
            *next += 1;
            Ok(())
        })
    }

    fn aliases(&self, body: &[u8], path: &[usize]) -> Result<Vec<u8>, WalkError> {
        each_entry::<ComponentAlias<'_>>(body, |alias, bytes, out| {
            let ComponentAlias::CoreInstanceExport {
                kind,
                instance_index,
                name,
            } = alias
            else {
                out.extend_from_slice(bytes);
                return Ok(());
            };
            let space = match self.made(path, *instance_index as usize)? {
                Made::Of(module) => Space::Exports(module.clone()),
                Made::Items(_) => Space::Items((path.to_vec(), *instance_index as usize)),
                Made::Elsewhere => {
                    out.extend_from_slice(bytes);
                    return Ok(());
                }
            };
            out.push(SORT_CORE);
            export_kind(*kind).encode(out);
            out.push(CORE_EXPORT);
            instance_index.encode(out);
            self.known(&space, name)?.encode(out);
            Ok(())
        })
    }

    fn made(&self, path: &[usize], instance: usize) -> Result<&Made, WalkError> {
        let instances = self.wiring.instances.get(path);
        let found = instances.and_then(|instances| instances.get(instance));
        found.ok_or(WalkError::Unknown("a core instance"))
    }

    fn name(&self, space: &Space, text: &str) -> Option<&str> {
        self.names.get(&space.name(text)).map(String::as_str)
    }

    fn known(&self, space: &Space, text: &str) -> Result<&str, WalkError> {
        self.name(space, text).ok_or(WalkError::Unknown("a name"))
    }
}

/// Writes the body of a section anew: calls `write` with each entry and its bytes.
fn each_entry<'a, T: FromReader<'a>>(
    body: &'a [u8],
    mut write: impl FnMut(&T, &[u8], &mut Vec<u8>) -> Result<(), WalkError>,
) -> Result<Vec<u8>, WalkError> {
    let reader = SectionLimited::<T>::new(BinaryReader::new(body, 0))?;
    let mut out = Vec::with_capacity(body.len());
    reader.count().encode(&mut out);
    let entries: Vec<(u64, T)> = reader
        .into_iter_with_offsets()
        .collect::<Result<_, wasmparser::Error>>()?;
    let starts = entries.iter().map(|(start, _)| *start);
    let ends: Vec<u64> = starts.skip(1).chain([body.len() as u64]).collect();
    for ((start, entry), end) in entries.iter().zip(ends) {
        let bytes = usize::try_from(*start)
            .ok()
            .zip(usize::try_from(end).ok())
            .and_then(|(start, end)| body.get(start..end))
            .ok_or(WalkError::Unknown("an entry"))?;
        write(entry, bytes, &mut out)?;
    }
    Ok(out)
}

/// The bytes of an entry without the names that it starts with.
fn after_names(mut bytes: &[u8], names: usize) -> Result<&[u8], WalkError> {
    for _ in 0..names {
        bytes = read_u32(bytes)
            .and_then(|(len, used)| bytes.get(used.checked_add(usize::try_from(len).ok()?)?..))
            .ok_or(WalkError::Unknown("an entry"))?;
    }
    Ok(bytes)
}
