//! What the gate says, for people: text, Markdown, and what GitHub shows.

mod github;
mod problems;
mod tables;

pub use github::{annotations, summary};
pub use problems::of as lines;
pub use tables::{render, render_painted};
