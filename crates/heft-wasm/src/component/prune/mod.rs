//! The imports of a component that nothing in it calls.
//!
//! A component asks its host for an interface by importing it, whether or not any code still calls it. Without
//! such imports it asks for less, and whoever could run it before still can: its new type is a subtype of the old.

mod functions;
mod grammar;
mod live;
mod origins;
mod slots;
mod subtype;
#[cfg(test)]
mod tests;

pub use slots::without_dead_slots;
pub use subtype::check_subtype;

use super::internal_names::without_unused_items;
use super::levels::WalkError;
use crate::component::index_space::items;
use std::collections::BTreeSet;
use wasmparser::ComponentImport;

/// A component that asks for less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The component.
    pub bytes: Vec<u8>,
    /// The names of the imports that it had and that are gone.
    pub gone: Vec<String>,
}

/// A component without the imports that nothing in it calls or needs for a type, without the functions of
/// the others' interfaces that nothing calls, and without what only they needed. Core modules and nested
/// components keep their bytes and their places; exports stay.
///
/// Each instantiation in the result is given what it was given before, and each export is what it was. The component
/// may have aliases of exports that are gone already, if nothing uses them. The caller validates the result, and
/// checks with [`check_subtype`] that it is a subtype of what it came from.
///
/// # Errors
///
/// When the component can't be read, when something in it is not known, or when something would come from elsewhere.
pub fn prune_imports(component: &[u8]) -> Result<Pruned, String> {
    let text = |err: WalkError| err.to_string();
    let bytes = smallest(component).map_err(text)?;
    if bytes.len() >= component.len() {
        return Ok(Pruned {
            bytes: component.to_vec(),
            gone: Vec::new(),
        });
    }
    let (before, after) = (origins::of(component), origins::of(&bytes));
    let (before, after) = (before.map_err(text)?, after.map_err(text)?);
    if let Some((what, _)) = after
        .iter()
        .find(|(what, from)| before.get(*what) != Some(from))
    {
        return Err(format!("{what} would come from elsewhere"));
    }
    let left = import_names(&bytes).map_err(text)?;
    let mut gone = import_names(component).map_err(text)?;
    gone.retain(|name| !left.contains(name));
    Ok(Pruned {
        bytes,
        gone: gone.into_iter().collect(),
    })
}

/// Removes what nothing needs as often as there is something.
fn smallest(component: &[u8]) -> Result<Vec<u8>, WalkError> {
    let mut now = component.to_vec();
    loop {
        let next = without_unused_items(&now)?;
        let next = live::without_unused(&next)?;
        let next = functions::without_unused_functions(&next)?;
        if next.len() >= now.len() {
            return Ok(now);
        }
        now = next;
    }
}

/// The names of what a component imports.
fn import_names(component: &[u8]) -> Result<BTreeSet<String>, WalkError> {
    let mut names = BTreeSet::new();
    let (_, sections) = crate::binary::sections(component, 0)?;
    for section in sections.iter().filter(|s| s.id == grammar::IMPORT) {
        for import in items::<ComponentImport<'_>>(section)? {
            names.insert(import?.name.full_name().into_owned());
        }
    }
    Ok(names)
}
