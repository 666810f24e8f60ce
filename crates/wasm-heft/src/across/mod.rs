//! What a component says about the modules inside it: which of their exports anything uses, and
//! what it holds twice.
//!
//! A core module in a component has no host that could look it up by name. Whoever uses one of its
//! exports says so in the component's own binary, so both questions have an exact answer.

mod level;
mod plan;
mod share;
mod used;

pub(crate) use plan::plan;
pub(crate) use share::share;
pub(crate) use used::{Used, used_exports};
