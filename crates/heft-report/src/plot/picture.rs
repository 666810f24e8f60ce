//! A picture, and why there is none.

use super::palette;
use maud::PreEscaped;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: String,
    /// How to read it, and what is not in it.
    pub caption: String,
    /// A whole SVG document without a style sheet of its own.
    pub(super) svg: String,
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
    pub fn to_inline(&self) -> PreEscaped<&str> {
        // Safe: only this folder makes pictures, by plotters, which escapes words, and by maud.
        PreEscaped(&self.svg)
    }
}

/// Why there is nothing to draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// No module has the numbers.
    #[error("no module has {0} in all its cases; there is nothing to draw")]
    Nothing(&'static str),
    /// No memory curve.
    #[error("the bench file has no memory curve; run the bench with --curve")]
    NoCurve,
    /// No memory curve of the case that was asked for.
    #[error("there is no memory curve of case `{case}`; there are curves of: {}", curves.join(", "))]
    NoCurveOf {
        /// The case.
        case: String,
        /// The cases that have one.
        curves: Vec<String>,
    },
    /// No profile.
    #[error("no module has a profile; there is nothing to draw")]
    NoProfile,
}
