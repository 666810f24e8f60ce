//! Writing HTML and SVG: everything that comes from outside is escaped.

mod grid;
mod text;

pub use grid::{Cell, Grid};
pub use text::{escape, prose, script_json};
