//! Tables for a page, whose cells tell where their number is in the page's JSON.

use super::text::{Shown, label, prose};
use heft_data::table::Table;
use heft_wasm::bytes::Bytes;
use maud::{Markup, html};

/// A table: named columns and rows of cells. The first cell of a row with text is its heading.
#[derive(Clone, Debug)]
pub struct Grid {
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    /// A JSON pointer to what `text` was made from.
    json: Option<String>,
    number: bool,
    /// Parts of the limit in percent: the size, the wish.
    bar: Option<(f64, Option<f64>)>,
}

impl Cell {
    fn new(text: String, json: Option<String>, number: bool) -> Self {
        Self {
            text,
            json,
            number,
            bar: None,
        }
    }

    /// Text that stands in the JSON as it is.
    #[must_use]
    pub fn text(text: &str, json: String) -> Self {
        Self::new(text.to_owned(), Some(json), false)
    }

    /// Text of the page's own.
    #[must_use]
    pub fn label(text: &str) -> Self {
        Self::new(text.to_owned(), None, false)
    }

    /// A number as it is shown.
    #[must_use]
    pub fn number(text: String, json: String) -> Self {
        Self::new(text, Some(json), true)
    }

    /// A length.
    #[must_use]
    pub fn bytes(bytes: Bytes, json: String) -> Self {
        Self::number(bytes.to_string(), json)
    }

    /// Nothing is known.
    #[must_use]
    pub fn none() -> Self {
        Self::new("-".to_owned(), None, false)
    }

    /// A bar from nothing to `limit`, with a mark at `wish`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    pub fn bar(size: u64, limit: u64, wish: Option<u64>) -> Self {
        let percent = |part: u64| part as f64 * 100.0 / limit.max(1) as f64;
        let mut cell = Self::label(&format!("{:.1} %", percent(size)));
        cell.bar = Some((percent(size), wish.map(percent)));
        cell
    }
}

impl Grid {
    /// A table with these columns; a name that starts with `>` is a column aligned to the right.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let column = |name: &&str| match name.strip_prefix('>') {
            Some(name) => (name.to_owned(), true),
            None => ((*name).to_owned(), false),
        };
        Self {
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If it has another number of cells than the table has columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let cells: Vec<Cell> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// The same table for a terminal or a document.
    #[must_use]
    pub fn to_table(&self) -> Table {
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|(name, right)| format!("{}{name}", if *right { ">" } else { "" }))
            .collect();
        let mut table = Table::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
        for row in &self.rows {
            table.row(row.iter().map(|cell| cell.text.clone()));
        }
        table
    }

    /// A table of text as a grid.
    #[must_use]
    pub fn of_table(table: &Table) -> Self {
        let column = |(name, right): (&str, bool)| (name.to_owned(), right);
        let cell =
            |(text, (_, right)): (&String, (&str, bool))| Cell::new(text.clone(), None, right);
        Self {
            columns: table.columns().map(column).collect(),
            rows: table
                .rows()
                .map(|row| row.iter().zip(table.columns()).map(cell).collect())
                .collect(),
        }
    }

    /// Writes the table in a box of its own, in which it scrolls where it is wider than the page.
    #[must_use]
    pub fn to_html(&self, caption: &str) -> Markup {
        html! {
            div.scroll role="region" tabindex="0" aria-label=(label(caption)) {
                table {
                    caption { (prose(caption)) }
                    thead {
                        tr {
                            @for (name, right) in &self.columns {
                                th scope="col" class=[right.then_some("number")] { (Shown(name)) }
                            }
                        }
                    }
                    tbody { @for row in &self.rows { (self.row_html(row)) "\n" } }
                }
            }
            "\n"
        }
    }

    fn row_html(&self, row: &[Cell]) -> Markup {
        let is_heading = |(_, right): &(String, bool)| !right;
        let heading = self.columns.iter().position(is_heading).unwrap_or(0);
        let place = common_place(row);
        html! {
            tr data-at=[(!place.is_empty()).then_some(Shown(place))] {
                @for (i, (cell, (_, right))) in row.iter().zip(&self.columns).enumerate() {
                    (cell.to_html(place, i == heading, *right))
                }
            }
        }
    }
}

/// What the pointers of a row begin with, all of them, up to a slash. A page has thousands of cells:
/// saying it once a row keeps it small.
fn common_place(row: &[Cell]) -> &str {
    let mut pointers = row.iter().filter_map(|cell| cell.json.as_deref());
    let first = pointers.next().unwrap_or("");
    let common = pointers.fold(first, |common, pointer| {
        let same = common
            .char_indices()
            .zip(pointer.chars())
            .find(|((_, a), b)| a != b)
            .map_or(common.len().min(pointer.len()), |((at, _), _)| at);
        &common[..same]
    });
    &common[..common.rfind('/').map_or(0, |at| at + 1)]
}

impl Cell {
    /// `place` is what the row has said of where the cells' numbers are from.
    fn to_html(&self, place: &str, heading: bool, right: bool) -> Markup {
        let class = match (right, self.bar) {
            // The style sheet knows these by `data-number`.
            (true, _) if self.number && self.json.is_some() => None,
            (true, _) => Some("number"),
            (false, Some(_)) => Some("used"),
            (false, None) => None,
        };
        let pointer = self.json.as_deref();
        let pointer = pointer.map(|json| Shown(json.strip_prefix(place).unwrap_or(json)));
        let number = pointer.filter(|_| self.number);
        let text = pointer.filter(|_| !self.number);
        html! {
            @if heading {
                th scope="row" class=[class] data-number=[number] data-text=[text] { (self.content()) }
            } @else {
                td class=[class] data-number=[number] data-text=[text] { (self.content()) }
            }
        }
    }

    fn content(&self) -> Markup {
        html! {
            @if let Some((size, wish)) = self.bar {
                span.bar.over[size > 100.0] aria-hidden="true" {
                    span style=(format!("width:{:.1}%", size.min(100.0))) {}
                    @if let Some(wish) = wish { i style=(format!("left:{wish:.1}%")) {} }
                }
                " "
            }
            // What the JSON holds is shown letter by letter.
            @if self.json.is_some() { (Shown(&self.text)) } @else { (prose(&self.text)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heft_data::table::Style;

    #[test]
    fn a_cell_tells_where_its_number_is() {
        let mut grid = Grid::new(&["name", ">size"]);
        let pointer = |key: &str| format!("/rows/0/{key}");
        grid.row([
            Cell::text("<a>", pointer("name")),
            Cell::bytes(Bytes(1_234), pointer("size_bytes")),
        ]);
        let html = grid.to_html("A \"caption\"").into_string();
        for part in [
            "<caption>A &quot;caption&quot;</caption>",
            "<th scope=\"col\" class=\"number\">size</th>",
            "<tr data-at=\"/rows/0/\"><th scope=\"row\" data-text=\"name\">&lt;a&gt;</th>",
            "<td data-number=\"size_bytes\">1,234 B</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!(
            grid.to_table().render(Style::Text),
            "name     size\n<a>   1,234 B\n"
        );
    }

    #[test]
    fn what_pointers_of_a_row_share_ends_with_a_slash() {
        let cell = |pointer: &str| Cell::text("x", pointer.to_owned());
        let shared = |pointers: &[&str]| {
            let row: Vec<Cell> = pointers.iter().map(|p| cell(p)).collect();
            common_place(&row).to_owned()
        };
        assert_eq!(shared(&["/a/10/x", "/a/11/x"]), "/a/");
        assert_eq!(shared(&["/a/1/xy", "/a/1/x"]), "/a/1/");
        assert_eq!(shared(&["/a", "/b"]), "/");
        assert_eq!(shared(&[]), "");
    }

    #[test]
    fn a_bar_ends_at_the_limit_and_says_more() {
        let mut grid = Grid::new(&["used"]);
        grid.row([Cell::bar(150, 100, Some(80))]);
        let html = grid.to_html("x").into_string();
        assert!(
            html.contains("bar over") && html.contains("width:100.0%"),
            "{html}"
        );
        assert!(
            html.contains("left:80.0%") && html.contains("150.0 %"),
            "{html}"
        );
    }
}
