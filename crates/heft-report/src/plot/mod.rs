//! Pictures of a bench's numbers and of a profile, as SVG with text as text.
//!
//! The same numbers give the same bytes: no time, no font and no machine goes in.

mod axis;
mod crates;
mod curve;
mod frame;
mod groups;
mod heat;
mod labels;
mod memory_case;
pub mod palette;
pub mod pareto;
mod picture;
mod scatter;
mod time_line;
pub mod treemap;

pub(crate) use crates::Kind;
pub use crates::crates;
pub use curve::memory;
pub(crate) use groups::split;
pub use groups::{Group, Member, groups};
pub use heat::pages;
pub use memory_case::memory_case;
pub use picture::{Picture, PlotError};
pub use scatter::size_fuel;
pub use time_line::time_line;
