//! Tables with aligned columns, for terminals and for Markdown.
//!
//! What is in a cell may be from anywhere: it is escaped when the table is written, and no wider than
//! [`escape::WIDEST_CELL`].

use crate::escape;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Columns apart by two spaces.
    Text,
    /// A Markdown table.
    Markdown,
}

impl Style {
    /// A sentence, or a name with words around it, in which names may be from anywhere: one line.
    #[must_use]
    pub fn say(self, sentence: &str) -> String {
        match self {
            Self::Text => escape::line(sentence),
            Self::Markdown => escape::markdown(sentence),
        }
    }

    /// A heading over a part, without its line feed.
    #[must_use]
    pub fn heading(self, title: &str) -> String {
        match self {
            Self::Text => self.say(title),
            Self::Markdown => format!("### {}", self.say(title)),
        }
    }
}

/// A cell for what may not be there, or not be known: `-` then.
#[must_use]
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// What a text tells whoever looks for what is wrong. The text says the same in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Worth a look.
    Note,
}

/// How a text of a tone is shown, in color for one. It gets the text escaped.
pub type Paint<'a> = &'a dyn Fn(Tone, &str) -> String;

/// Shows every text as it is.
#[must_use]
pub fn unpainted(_: Tone, text: &str) -> String {
    text.to_owned()
}

/// Rows of cells under a header.
#[derive(Clone, Debug)]
pub struct Table {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
    /// By row and column. Most cells have none.
    tones: BTreeMap<(usize, usize), Tone>,
}

impl Table {
    /// A table with these columns. A name that starts with `>` is a column aligned to the right; `<`
    /// or nothing is one aligned to the left.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let align = columns.iter().map(|name| match name.strip_prefix('>') {
            Some(_) => Align::Right,
            None => Align::Left,
        });
        let names = columns
            .iter()
            .map(|name| name.trim_start_matches(['<', '>']).to_owned());
        Self {
            align: align.collect(),
            rows: vec![names.collect()],
            tones: BTreeMap::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If it has another number of cells than the table has columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        assert_eq!(
            cells.len(),
            self.align.len(),
            "a row has a cell for each column"
        );
        self.rows.push(cells);
    }

    /// Gives the cell of this column in the row that was added last a tone.
    ///
    /// # Panics
    ///
    /// If the table has no column of this name.
    pub fn tone(&mut self, column: &str, tone: Option<Tone>) {
        let at = self.columns().position(|(name, _)| name == column);
        let at = at.expect("a tone is of a column of the table");
        if let Some(tone) = tone {
            self.tones.insert((self.rows.len() - 1, at), tone);
        }
    }

    /// The names of the columns, and whether each is aligned to the right.
    pub fn columns(&self) -> impl Iterator<Item = (&str, bool)> {
        let names = self.rows[0].iter().map(String::as_str);
        names.zip(self.align.iter().map(|align| *align == Align::Right))
    }

    /// The rows without the header.
    pub fn rows(&self) -> impl Iterator<Item = &[String]> {
        self.rows[1..].iter().map(Vec::as_slice)
    }

    /// Writes the table, each row ended by a line feed.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        self.render_painted(style, &unpainted)
    }

    /// Like [`Table::render`], with the cells that have a tone painted. Columns are as wide as without paint.
    #[must_use]
    pub fn render_painted(&self, style: Style, paint: Paint<'_>) -> String {
        let escaped: fn(&str) -> String = match style {
            Style::Text => escape::cell,
            Style::Markdown => escape::markdown_cell,
        };
        let cells = |row: &Vec<String>| row.iter().map(|cell| escaped(cell)).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(cells).collect();
        let minimum = if style == Style::Markdown { 3 } else { 0 };
        let width = |column: usize| {
            let widths = rows.iter().map(|row| row[column].width());
            widths.max().unwrap_or(0).max(minimum)
        };
        let widths: Vec<usize> = (0..self.align.len()).map(width).collect();
        let mut out = String::new();
        for (i, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(column, cell)| {
                    let room = " ".repeat(widths[column] - cell.width());
                    let shown = match self.tones.get(&(i, column)) {
                        Some(tone) => paint(*tone, cell),
                        None => cell.clone(),
                    };
                    match self.align[column] {
                        Align::Left => format!("{shown}{room}"),
                        Align::Right => format!("{room}{shown}"),
                    }
                })
                .collect();
            match style {
                Style::Text => out.push_str(cells.join("  ").trim_end()),
                Style::Markdown => out.push_str(&format!("| {} |", cells.join(" | "))),
            }
            out.push('\n');
            if i == 0 && style == Style::Markdown {
                let rules: Vec<String> = widths
                    .iter()
                    .zip(&self.align)
                    .map(|(width, align)| match align {
                        Align::Left => "-".repeat(*width),
                        Align::Right => "-".repeat(width - 1) + ":",
                    })
                    .collect();
                out.push_str(&format!("| {} |\n", rules.join(" | ")));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        let mut table = Table::new(&["name", ">size"]);
        table.row(["größe".to_owned(), "1 B".to_owned()]);
        table.row(["a|b".to_owned(), "10 B".to_owned()]);
        table
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        assert_eq!(
            example().render(Style::Text),
            "name   size\ngröße   1 B\na|b    10 B\n"
        );
        let mut table = Table::new(&["name", ">size"]);
        // Two columns for each of the first three characters, none for the accent of the next.
        table.row(["\u{540d}\u{524d}\u{1f600}".to_owned(), "1 B".to_owned()]);
        table.row(["e\u{301}".to_owned(), "10 B".to_owned()]);
        assert_eq!(
            table.render(Style::Text),
            "name    size\n\u{540d}\u{524d}\u{1f600}   1 B\ne\u{301}       10 B\n"
        );
    }

    #[test]
    fn a_name_of_any_length_and_with_any_signs_is_one_cell_of_one_row() {
        for name in [
            "x".repeat(155_647),
            "a\n| b |\u{1b}[2J\n::error::c".to_owned(),
        ] {
            let mut table = Table::new(&["name", ">size"]);
            table.row([name, "1 B".to_owned()]);
            let text = table.render(Style::Text);
            assert_eq!(text.lines().count(), 2);
            assert!(
                text.lines()
                    .all(|l| l.chars().count() <= escape::WIDEST_CELL + 6)
            );
            assert!(!text.contains('\u{1b}'));
            let markdown = table.render(Style::Markdown);
            assert_eq!(markdown.lines().count(), 3);
            let bars = |l: &str| {
                l.replace("\\\\", "")
                    .replace("\\|", "")
                    .matches('|')
                    .count()
            };
            assert!(markdown.lines().all(|l| bars(l) == 3), "{markdown}");
        }
    }

    #[test]
    fn a_tone_paints_its_cell_and_moves_nothing() {
        let mut table = example();
        table.tone("name", Some(Tone::Bad));
        table.row(["ok".to_owned(), "5 B".to_owned()]);
        table.tone("size", Some(Tone::Good));
        table.row(["<".to_owned(), "\u{1b}".to_owned()]);
        table.tone("name", None);
        table.tone("size", Some(Tone::Note));
        let paint = |tone: Tone, text: &str| format!("<{tone:?} {text}>");
        assert_eq!(
            table.render_painted(Style::Text, &paint),
            "name     size\ngröße     1 B\n<Bad a|b>      10 B\nok        <Good 5 B>\n<      <Note \\u{1b}>\n"
        );
        let text = table.render(Style::Text);
        let plain = "name     size\ngröße     1 B\na|b      10 B\nok        5 B\n<      \\u{1b}\n";
        assert_eq!(text, plain);
        let markdown = table.render_painted(Style::Markdown, &paint);
        assert!(markdown.contains("| <Bad a\\|b>  |"), "{markdown}");
    }

    #[test]
    fn markdown_escapes_its_own_sign() {
        let expected = "| name  | size |\n| ----- | ---: |\n| größe |  1 B |\n| a\\|b  | 10 B |\n";
        assert_eq!(example().render(Style::Markdown), expected);
    }
}
