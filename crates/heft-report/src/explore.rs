//! What the files are made of: one picture that can be entered, and the same numbers as tables.
//!
//! The picture that can be entered is drawn by the page's script, from the page's JSON. Where no script runs,
//! and on paper before it did, there is the plain one.

use crate::html::escape;
use crate::plot::palette::{HEAT, Ink};
use crate::plot::{self, Kind};
use crate::report::Report;
use crate::{first_screen, sections};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes the part; nothing where no artifact has names. `shown` is the artifact to begin with.
pub(crate) fn html(report: &Report, shown: usize) -> String {
    let Some(artifact) = report.artifacts.get(shown) else {
        return String::new();
    };
    let plain = artifact.crates.as_ref().map_or_else(String::new, |rows| {
        first_screen::figure(&plot::crates(&artifact.name, rows))
    });
    let mut out = controls(report, shown);
    let _ = writeln!(out, "<div id=\"plain-map\">\n{plain}</div>");
    let _ = writeln!(out, "<details>\n<summary>All parts as tables</summary>");
    for (i, artifact) in report.artifacts.iter().enumerate() {
        let Some(rows) = &artifact.crates else {
            continue;
        };
        let caption = format!("Crates and parts of {}", artifact.name);
        let _ = write!(
            out,
            "<details>\n<summary>{}: {} parts</summary>\n{}</details>\n",
            escape(&artifact.name),
            rows.len(),
            sections::crates(i, rows).to_html(&caption)
        );
    }
    out + "</details>\n"
}

/// What the script fills. Hidden until it runs.
fn controls(report: &Report, shown: usize) -> String {
    let artifacts = report.artifacts.iter().enumerate();
    let named = artifacts.filter(|(_, artifact)| artifact.crates.is_some());
    let options: String = named
        .map(|(i, artifact)| format!("<option value=\"{i}\">{}</option>", escape(&artifact.name)))
        .collect();
    let legend: String = Kind::ALL
        .iter()
        .map(|kind| {
            format!(
                "<span><i class=\"kind-{}\"></i>{}</span>",
                kind.id(),
                kind.legend()
            )
        })
        .collect();
    format!(
        "<div class=\"explore\" id=\"explore\" data-artifact=\"{shown}\" data-kinds=\"{}\" hidden>
<div class=\"controls\">
<label>Artifact <select id=\"map-artifact\">{options}</select></label>
<label>Compare with <select id=\"map-other\"><option value=\"\">none</option>{options}</select></label>
<label>Find a function <input id=\"map-find\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>
</div>
<p class=\"crumbs\" id=\"map-crumbs\"></p>
<div class=\"treemap\" id=\"map\" role=\"group\" aria-label=\"Parts of the artifact\" aria-describedby=\"map-help\"></div>
<p class=\"read\" id=\"map-read\" aria-live=\"polite\"></p>
<p class=\"legend\" id=\"map-kinds\">{legend}</p>
<p class=\"legend\" id=\"map-changes\" hidden><span><i class=\"grown\"></i>larger here</span><span><i class=\"shrunk\"></i>smaller here</span><span><i class=\"kind-other\"></i>as large</span></p>
<p class=\"note\" id=\"map-help\">A click or Enter goes into a crate, Escape goes back, the arrow keys move.</p>
<div id=\"map-found\"></div>
</div>
",
        escape(&kinds(report))
    )
}

/// The kind of each crate that is not just a crate, as JSON.
fn kinds(report: &Report) -> String {
    let mut found = BTreeMap::new();
    for row in report
        .artifacts
        .iter()
        .filter_map(|it| it.crates.as_ref())
        .flatten()
    {
        let kind = Kind::of(&row.name);
        if kind != Kind::Crate {
            found.insert(row.name.as_str(), kind.id());
        }
    }
    serde_json::to_string(&found).unwrap_or_default()
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
