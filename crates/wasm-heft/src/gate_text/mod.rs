//! What the gate says, for people: text, Markdown, and what GitHub shows.

mod complaint;
mod github;
mod tables;

pub use complaint::of as complaints;
pub use github::{annotations, summary};
pub use tables::render;
