//! Long tables, folded away.

use maud::{Markup, html};

/// A table with more rows than this is folded away.
const OPEN_ROWS: usize = 6;

/// A table that a reader can fold away; a long one is.
pub(crate) fn folded(rows: usize, what: &str, table: &Markup) -> Markup {
    html! {
        details open[rows <= OPEN_ROWS] {
            summary { "All " (rows) " " (what) " as a table" }
            (table)
        }
        "\n"
    }
}
