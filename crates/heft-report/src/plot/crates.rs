//! What a file is made of, as areas.

use super::labels::width_of;
use super::palette::{CLASS, GROUND, HEAT, Ink, TEXT};
use super::picture::Picture;
use super::treemap::{Rect, layout};
use crate::html::Shown;
use heft_size::allocators::is_allocator_crate;
use heft_size::attribution::{CrateSize, WASI_LIBC};
use maud::{Markup, html};

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
    let (width, height) = (WHOLE.width, WHOLE.height + 30.0);
    let areas = rows.iter().zip(layout(&amounts, WHOLE));
    let areas = areas.filter(|(_, rect)| rect.area() > 0.0);
    let svg = html! {
        svg class=(CLASS) role="img" aria-label=(Shown(&title)) width=(width) height=(height)
            viewBox={ "0 0 " (width) " " (height) } xmlns="http://www.w3.org/2000/svg" {
            "\n" rect width=(width) height=(height) fill=(GROUND.hex()) {} "\n"
            @for (row, rect) in areas { (area(row, rect)) "\n" }
            (legend(rows))
        }
        "\n"
    };
    Picture {
        title,
        caption: "Each area is as large as its part of the file. Names that do not fit are in the table below.".to_owned(),
        svg: svg.into_string(),
    }
}

fn area(row: &CrateSize, rect: Rect) -> Markup {
    let bytes = row.bytes.to_string();
    let mut lines = Vec::new();
    let mut y = rect.y + 6.0;
    for (words, size) in [(&row.name, TEXT_SIZE), (&bytes, TEXT_SIZE - 1.5)] {
        let fits =
            width_of(words, size) + 10.0 <= rect.width && y + size + 4.0 <= rect.y + rect.height;
        if !fits {
            break;
        }
        lines.push(text(rect.x + 6.0, y + size * 0.8, size, words));
        y += size + 4.0;
    }
    let (width, height) = (rect.width - 2.0 * GAP, rect.height - 2.0 * GAP);
    html! {
        g {
            title { (Shown(&row.name)) ": " (bytes) }
            rect x=(pixels(rect.x + GAP)) y=(pixels(rect.y + GAP)) width=(pixels(width.max(0.1)))
                height=(pixels(height.max(0.1))) fill=(Kind::of(&row.name).ink().hex()) {}
            @for line in &lines { (line) }
        }
    }
}

fn legend(rows: &[CrateSize]) -> Markup {
    let is_there = |sort: &Kind| rows.iter().any(|row| Kind::of(&row.name) == *sort);
    let y = WHOLE.height + 9.0;
    let size = TEXT_SIZE - 1.0;
    let mut x = 1.0;
    let mut placed = Vec::new();
    for sort in Kind::ALL.into_iter().filter(is_there) {
        placed.push((x, sort));
        x += 20.0 + width_of(sort.legend(), size) + 22.0;
    }
    html! {
        @for (x, sort) in placed {
            rect x=(pixels(x)) y=(pixels(y)) width="14" height="14" fill=(sort.ink().hex()) {}
            (text(x + 20.0, y + 11.0, size, sort.legend())) "\n"
        }
    }
}

fn text(x: f64, y: f64, size: f64, words: &str) -> Markup {
    html! {
        text x=(pixels(x)) y=(pixels(y)) font-size=(size) fill=(TEXT.hex()) { (Shown(words)) }
    }
}

/// A length or a place, as exact as a picture needs it.
fn pixels(number: f64) -> String {
    format!("{number:.2}")
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
