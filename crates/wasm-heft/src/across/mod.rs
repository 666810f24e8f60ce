//! What a component says about the modules inside it: which of their exports anything uses, and
//! what it holds twice.
//!
//! A core module in a component has no host that could look it up by name. Whoever uses one of its
//! exports says so in the component's own binary, so both questions have an exact answer.

mod level;
mod plan;
mod share;
mod used;

pub use plan::{Outer, Plan, plan};
pub use share::share;
pub use used::{Used, used_exports};
