//! What a component says about the modules inside it: which of their exports anything uses, and
//! what it holds twice.
//!
//! A core module in a component has no host that could look it up by name. Whoever uses one of its
//! exports says so in the component's own binary, so both questions have an exact answer. For the same
//! reason most names between the modules may be any other.

mod alias;
mod duplicates;
mod index_space;
mod internal_names;
mod levels;
mod prune;
mod used_exports;

pub use alias::share;
pub use duplicates::{Outer, Plan, plan};
pub use internal_names::shorten_names;
pub use prune::{Pruned, check_subtype, prune_imports, without_dead_slots};
pub use used_exports::{Used, used_exports};
