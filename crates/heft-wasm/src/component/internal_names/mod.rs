//! Short names between the core modules of a component.
//!
//! What a core module imports comes from other core instances of the same component, and it is found
//! by name. Nobody else sees these names, so an import, the export it refers to and the aliases of that
//! export may all be called `a`.

mod names;
mod rewrite;
#[cfg(test)]
mod tests;
mod wiring;

use wiring::Wiring;

/// A valid component without the items of core instances that no core module imports and no alias names,
/// and without the instances that a core module is given and imports nothing from.
///
/// # Errors
///
/// When the component can't be read, or something in it is not known.
pub(super) fn without_unused_items(component: &[u8]) -> Result<Vec<u8>, super::levels::WalkError> {
    let wiring = Wiring::read(component, |_| false)?;
    rewrite::rewrite(component, &wiring, &wiring.names().unchanged())
}

/// A valid component with the shortest names between its core modules, and without the items of core
/// instances that nothing uses; the same bytes when that is no smaller. Its own imports and exports
/// stay, and so do the names of a core module that somebody outside of the file may know: one that is
/// exported, given to a nested component, instantiated with something from outside, or that `keeps`
/// says.
///
/// The caller validates the result.
///
/// # Errors
///
/// When the component can't be read, or something in it is not known.
pub fn shorten_names(component: &[u8], keeps: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>, String> {
    let text = |err: super::levels::WalkError| err.to_string();
    let wiring = Wiring::read(component, &keeps).map_err(text)?;
    let names = wiring.names().shortened();
    let short = rewrite::rewrite(component, &wiring, &names).map_err(text)?;
    // NB: a validator would not notice a function in the place of another one of the same type.
    let after = Wiring::read(&short, &keeps).map_err(text)?;
    if after.resolved() != wiring.resolved() {
        return Err("its modules would use other exports".to_owned());
    }
    Ok(if short.len() < component.len() {
        short
    } else {
        component.to_vec()
    })
}
