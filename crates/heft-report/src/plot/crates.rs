//! What a file is made of, as areas.

use super::labels::width_of;
use super::palette::{CLASS, GROUND, HEAT, Ink, TEXT};
use super::picture::Picture;
use super::treemap::{Rect, layout};
use crate::html::escape;
use heft_size::allocators::is_allocator_crate;
use heft_size::attribution::{CrateSize, WASI_LIBC};
use std::fmt::Write as _;

const WHOLE: Rect = Rect {
    x: 0.0,
    y: 0.0,
    width: 720.0,
    height: 340.0,
};
const TEXT_SIZE: f64 = 13.0;
/// Half of the line between two areas.
const GAP: f64 = 0.75;

/// What kind of thing takes the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Allocator,
    Std,
    Crate,
    C,
    Other,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Crate,
        Self::Std,
        Self::C,
        Self::Allocator,
        Self::Other,
    ];

    pub(crate) fn of(name: &str) -> Self {
        match name {
            "std" | "core" | "alloc" | "compiler_builtins" => Self::Std,
            WASI_LIBC | "libc++" | "libc++abi" => Self::C,
            _ if is_allocator_crate(name) => Self::Allocator,
            _ if name.starts_with('[') => Self::Other,
            _ => Self::Crate,
        }
    }

    pub(crate) fn ink(self) -> Ink {
        match self {
            Self::Crate => HEAT[1],
            Self::Std => HEAT[0],
            Self::C => HEAT[4],
            Self::Allocator => HEAT[6],
            Self::Other => HEAT[3],
        }
    }

    /// What a page calls it where nobody reads.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Crate => "crate",
            Self::Std => "std",
            Self::C => "c",
            Self::Allocator => "allocator",
            Self::Other => "other",
        }
    }

    pub(crate) fn legend(self) -> &'static str {
        match self {
            Self::Crate => "crates",
            Self::Std => "Rust's own",
            Self::C => "C's library",
            Self::Allocator => "allocator",
            Self::Other => "no crate",
        }
    }
}

/// Draws the rows of an attribution as areas. Pointing at one tells its name and size.
#[must_use]
pub fn crates(name: &str, rows: &[CrateSize]) -> Picture {
    let amounts: Vec<u64> = rows.iter().map(|row| row.bytes.0).collect();
    let title = format!("What {name} is made of");
    let height = WHOLE.height + 30.0;
    let mut svg = format!(
        "<svg class=\"{CLASS}\" role=\"img\" aria-label=\"{}\" width=\"{}\" height=\"{height}\" viewBox=\"0 0 {} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n",
        escape(&title),
        WHOLE.width,
        WHOLE.width
    );
    let _ = writeln!(
        svg,
        "<rect width=\"{}\" height=\"{height}\" fill=\"{}\"/>",
        WHOLE.width,
        GROUND.hex()
    );
    for (row, rect) in rows.iter().zip(layout(&amounts, WHOLE)) {
        if rect.area() > 0.0 {
            area(&mut svg, row, rect);
        }
    }
    legend(&mut svg, rows);
    svg.push_str("</svg>\n");
    Picture {
        title,
        caption: "Each area is as large as its part of the file. Names that do not fit are in the table below.".to_owned(),
        svg,
    }
}

fn area(svg: &mut String, row: &CrateSize, rect: Rect) {
    let _ = write!(
        svg,
        "<g><title>{}: {}</title><rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"{}\"/>",
        escape(&row.name),
        row.bytes,
        rect.x + GAP,
        rect.y + GAP,
        (rect.width - 2.0 * GAP).max(0.1),
        (rect.height - 2.0 * GAP).max(0.1),
        Kind::of(&row.name).ink().hex()
    );
    let lines = [row.name.clone(), row.bytes.to_string()];
    let mut y = rect.y + 6.0;
    for (i, line) in lines.iter().enumerate() {
        let size = if i == 0 { TEXT_SIZE } else { TEXT_SIZE - 1.5 };
        let fits =
            width_of(line, size) + 10.0 <= rect.width && y + size + 4.0 <= rect.y + rect.height;
        if !fits {
            break;
        }
        let _ = write!(svg, "{}", text(rect.x + 6.0, y + size * 0.8, size, line));
        y += size + 4.0;
    }
    svg.push_str("</g>\n");
}

fn legend(svg: &mut String, rows: &[CrateSize]) {
    let mut x = 1.0;
    let y = WHOLE.height + 9.0;
    let is_there = |sort: &Kind| rows.iter().any(|row| Kind::of(&row.name) == *sort);
    for sort in Kind::ALL.into_iter().filter(is_there) {
        let (words, size) = (sort.legend(), TEXT_SIZE - 1.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"14\" height=\"14\" fill=\"{}\"/>{}",
            sort.ink().hex(),
            text(x + 20.0, y + 11.0, size, words)
        );
        x += 20.0 + width_of(words, size) + 22.0;
    }
}

fn text(x: f64, y: f64, size: f64, words: &str) -> String {
    format!(
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" fill=\"{}\">{}</text>",
        TEXT.hex(),
        escape(words)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use heft_wasm::bytes::Bytes;

    #[test]
    fn a_name_from_a_file_is_no_markup() {
        let row = CrateSize {
            name: "<b>&".to_owned(),
            bytes: Bytes(1_000),
            code_bytes: Bytes(1_000),
            ..CrateSize::default()
        };
        let svg = crates("\"x\"", &[row]).to_file();
        assert!(
            svg.contains("&lt;b&gt;&amp;: 1,000 B") && !svg.contains("<b>"),
            "{svg}"
        );
        assert!(
            svg.contains("aria-label=\"What &quot;x&quot; is made of\""),
            "{svg}"
        );
    }
}
