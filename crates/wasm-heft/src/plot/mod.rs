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
pub mod palette;
pub mod pareto;
mod scatter;
mod time_line;
pub mod treemap;

pub use crates::crates;
pub use curve::memory;
pub use groups::{Group, Member, groups};
pub use heat::pages;
pub use scatter::size_fuel;
pub use time_line::time_line;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// How to read it, and what is not in it.
    pub caption: String,
    /// A whole SVG document without a style sheet of its own.
    svg: String,
}

impl Picture {
    /// As a file of its own.
    #[must_use]
    pub fn to_file(&self) -> String {
        let style = format!("<style>{}</style>\n", palette::style_sheet());
        self.svg.replacen('\n', &format!("\n{style}"), 1)
    }

    /// For a page that holds [`palette::style_sheet`] once.
    #[must_use]
    pub fn to_inline(&self) -> &str {
        &self.svg
    }
}

/// Why there is nothing to draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// No module has the numbers.
    #[error("no module has {0} in all its cases; there is nothing to draw")]
    Nothing(&'static str),
    /// No memory curve.
    #[error("the bench file has no memory curve of case `{0}`; run the bench with --curve")]
    NoCurve(String),
    /// No profile.
    #[error("no module has a profile; there is nothing to draw")]
    NoProfile,
}
