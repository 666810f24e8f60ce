//! What the files are made of: one picture that can be entered, and the same numbers as tables.
//!
//! The picture that can be entered is drawn by the page's script, from the page's JSON. Where no script runs,
//! and on paper before it did, there is the plain one.

use crate::html::Shown;
use crate::plot::palette::{HEAT, Ink};
use crate::plot::{self, Kind};
use crate::report::Report;
use crate::{first_screen, sections};
use heft_size::attribution::CrateSize;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes the part; nothing where no artifact has names. `shown` is the artifact to begin with.
pub(crate) fn html(report: &Report, shown: usize) -> Markup {
    let Some(artifact) = report.artifacts.get(shown) else {
        return Markup::default();
    };
    let plain = artifact.crates.as_ref();
    let plain = plain.map(|rows| plot::crates(&artifact.name, rows));
    html! {
        (controls(report, shown))
        div #plain-map { @if let Some(plain) = plain { (first_screen::figure(&plain)) } }
        details {
            summary { "All parts as tables" }
            @for (i, artifact) in report.artifacts.iter().enumerate() {
                @if let Some(rows) = &artifact.crates {
                    details {
                        summary { (Shown(&artifact.name)) ": " (rows.len()) " parts" }
                        (sections::crates(i, rows).to_html(&format!("Crates and parts of {}", artifact.name)))
                    }
                }
            }
        }
    }
}

/// What the script fills. Hidden until it runs.
fn controls(report: &Report, shown: usize) -> Markup {
    let artifacts = report.artifacts.iter().enumerate();
    let named = artifacts.filter(|(_, artifact)| artifact.crates.is_some());
    let options = html! {
        @for (i, artifact) in named { option value=(i) { (Shown(&artifact.name)) } }
    };
    let crates = report.artifacts.iter().filter_map(|it| it.crates.as_ref());
    let kinds = kinds(crates.flatten());
    html! {
        div.explore #explore data-artifact=(shown) data-kinds=(Shown(&kinds)) hidden {
            div.controls {
                label { "Artifact " select #map-artifact { (options) } }
                label { "Compare with " select #map-other { option value="" { "none" } (options) } }
                label { "Find a function " input #map-find type="search" autocomplete="off" spellcheck="false"; }
            }
            p.crumbs #map-crumbs {}
            div.treemap #map role="group" aria-label="Parts of the artifact" aria-describedby="map-help" {}
            p.read #map-read aria-live="polite" {}
            p.legend #map-kinds {
                @for kind in Kind::ALL { span { i.{ "kind-" (kind.id()) } {} (kind.legend()) } }
            }
            p.legend #map-changes hidden {
                span { i.grown {} "larger here" }
                span { i.shrunk {} "smaller here" }
                span { i.kind-other {} "as large" }
            }
            p.note #map-help { "A click or Enter goes into a crate, Escape goes back, the arrow keys move." }
            div #map-found {}
        }
    }
}

/// The kind of each crate that is not just a crate, as JSON in which nothing is left for [`Shown`] to write out.
fn kinds<'a>(crates: impl Iterator<Item = &'a CrateSize>) -> String {
    let mut found = BTreeMap::new();
    for row in crates {
        let kind = Kind::of(&row.name);
        if kind != Kind::Crate {
            found.insert(row.name.as_str(), kind.id());
        }
    }
    heft_data::escape::json(&serde_json::to_string(&found).unwrap_or_default())
}

/// The colors of the picture, by day and by night.
pub(crate) fn style_sheet() -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    let mut color = |class: &str, ink: Ink| {
        let _ = write!(light, ".{class}{{background:#{:06x}}}", ink.light);
        let _ = write!(dark, ".{class}{{background:#{:06x}}}", ink.dark);
    };
    for kind in Kind::ALL {
        color(&format!("kind-{}", kind.id()), kind.ink());
    }
    // Against another build.
    color("grown", HEAT[5]);
    color("shrunk", HEAT[1]);
    format!("{light}@media screen and (prefers-color-scheme:dark){{{dark}}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::Render as _;

    #[test]
    fn kinds_are_json_whatever_the_names_of_parts_hold() {
        let name = "[custom \u{202e}\u{1b}\0##[error]'<\">]";
        let row = |name: &str| CrateSize {
            name: name.to_owned(),
            ..CrateSize::default()
        };
        let rows = [row(name), row("talc"), row("app")];
        let json = kinds(rows.iter());
        // What a browser reads out of the attribute.
        let shown = Shown(&json).render().into_string();
        let signs = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
        ];
        let read = signs
            .iter()
            .fold(shown, |text, (from, to)| text.replace(from, to));
        let read: BTreeMap<String, String> = serde_json::from_str(&read).expect("JSON");
        let expected = [(name, "other"), ("talc", "allocator")];
        assert_eq!(
            read,
            expected
                .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
                .into()
        );
    }
}
