//! The report as one HTML file that loads nothing. It can be read without its script, which sorts and filters
//! tables and lets one enter the picture of a file.

use super::report::Report;
use super::sections;
use crate::decision::tables;
use crate::first_screen::figure;
use crate::html::{Grid, escape, prose, script_json};
use crate::pictures::Pictures;
use crate::plot::{self, Group, Picture, palette};
use crate::{explore, first_screen};
use heft_gate::baseline::SizesGate;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// A table with more rows than this is folded away.
const OPEN_ROWS: usize = 6;

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: String,
}

/// Writes the page.
///
/// # Errors
///
/// When a number can't be written as JSON, which no measured one does.
pub fn write(report: &Report, pictures: Option<Pictures<'_>>) -> Result<String, serde_json::Error> {
    let pictures = pictures.map(|pictures| pictures.decided(report));
    let sections = sections_of(report, pictures);
    let title = escape(&report.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLE}{}{}\n</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the numbers</a>\n<header>\n<h1>{title}</h1>\n",
        palette::style_sheet(),
        explore::style_sheet()
    );
    out.push_str(&facts(report));
    out.push_str("<nav aria-label=\"Parts\">\n<ul>\n");
    for section in &sections {
        let _ = writeln!(
            out,
            "<li><a href=\"#{}\">{}</a></li>",
            section.id, section.title
        );
    }
    out.push_str("</ul>\n</nav>\n</header>\n<main id=\"main\">\n");
    for Section { id, title, body } in &sections {
        let _ = write!(
            out,
            "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{body}</section>\n"
        );
    }
    out.push_str("</main>\n<footer>\n");
    for words in &report.missing {
        let _ = writeln!(out, "<p>{}</p>", escape(words));
    }
    let _ = writeln!(
        out,
        "<p>Made by <code>wasm-heft report</code> {}. The numbers of this page are in it as JSON, in the element <code>report-data</code>.</p>\n</footer>",
        env!("CARGO_PKG_VERSION")
    );
    let _ = write!(
        out,
        "<script type=\"application/json\" id=\"report-data\">{}</script>\n<script id=\"report-script\">\n{SCRIPT}</script>\n</body>\n</html>\n",
        script_json(&serde_json::to_string(report)?)
    );
    Ok(out)
}

fn sections_of(report: &Report, pictures: Option<Pictures<'_>>) -> Vec<Section> {
    let mut found = Vec::new();
    let mut add = |id, title, body: String| found.push(Section { id, title, body });
    let answer = first_screen::html(report, pictures);
    add("answer", "At a glance", answer);
    if let Some(shown) = with_names(report) {
        let body = explore::html(report, shown);
        add("crates", "What the files are made of", body);
    }
    if !report.artifacts.is_empty() {
        add("sizes", "Sizes", sizes(report));
    }
    if let Some(budgets) = &report.budgets {
        let note =
            "<p class=\"note\">A bar ends at the limit; the line in it is the wish below.</p>\n";
        let table = sections::budgets(budgets).to_html("Sizes against their budgets");
        let table = folded(budgets.rows.len(), "sizes", &format!("{note}{table}"));
        add("budgets", "Budgets", table);
    }
    if let Some(baseline) = &report.baseline {
        add("changes", "Changes", changes(baseline));
    }
    if let Some(pictures) = pictures {
        let pictures = bench_pictures(report, pictures);
        add("bench", "Fuel and memory", pictures);
    }
    if report.decision.is_some() {
        add("decision", "Decision", decision(report));
    }
    found
}

/// The artifact whose parts are shown first: the recommended one, or the first that has names.
fn with_names(report: &Report) -> Option<usize> {
    let has_names = |index: &usize| report.artifacts[*index].crates.is_some();
    let recommended = report.recommended().filter(has_names);
    recommended.or_else(|| (0..report.artifacts.len()).find(has_names))
}

/// Folds a long table away.
fn folded(rows: usize, what: &str, table: &str) -> String {
    let open = if rows > OPEN_ROWS { "" } else { " open" };
    format!("<details{open}>\n<summary>All {rows} {what} as a table</summary>\n{table}</details>\n")
}

/// The first things to know.
fn facts(report: &Report) -> String {
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(decision) = &report.decision {
        facts.push(("Chosen allocator", decision.winner.clone()));
    }
    let smallest = report
        .artifacts
        .iter()
        .min_by_key(|artifact| artifact.raw_bytes);
    if let Some(smallest) = smallest {
        facts.push((
            "Smallest artifact",
            format!("{}, {}", smallest.name, smallest.raw_bytes),
        ));
    }
    if let Some(budgets) = &report.budgets {
        let held = if budgets.passed {
            "all kept"
        } else {
            "not kept"
        };
        facts.push(("Budgets", held.to_owned()));
    }
    if let Some(bench) = &report.bench {
        facts.push((
            "Measured with",
            format!("wasmtime {}", bench.engine.wasmtime),
        ));
    }
    let mut out = "<dl class=\"facts\">\n".to_owned();
    for (name, value) in facts {
        let _ = writeln!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", escape(&value));
    }
    out + "</dl>\n"
}

fn sizes(report: &Report) -> String {
    let table = sections::sizes(&report.artifacts)
        .to_html("Size of each artifact, and of the file after each step of the work");
    let mut tools: Vec<String> = Vec::new();
    for artifact in &report.artifacts {
        for (tool, version) in &artifact.tools {
            // Most tools say their own name.
            let words = match version.starts_with(tool.as_str()) {
                true => version.clone(),
                false => format!("{tool} {version}"),
            };
            if !tools.contains(&words) {
                tools.push(words);
            }
        }
    }
    let mut out = "<p class=\"note\">Input is what the compiler wrote, optimized still has names, raw is what ships; gzip level 9 and brotli quality 11 of that.</p>\n".to_owned();
    out.push_str(&folded(report.artifacts.len(), "artifacts", &table));
    if !tools.is_empty() {
        let _ = writeln!(
            out,
            "<p class=\"note\">Made with {}.</p>",
            escape(&tools.join(", "))
        );
    }
    out
}

fn changes(gate: &SizesGate) -> String {
    let mut out = "<p class=\"note\">Against what was last accepted with the same tools. Only <code>wasm-heft accept</code> moves it.</p>\n".to_owned();
    let table = sections::baseline(gate).to_html("Sizes against the baseline");
    out.push_str(&folded(gate.rows.len(), "sizes", &table));
    let notes: Vec<String> = gate
        .notes
        .iter()
        .map(|note| format!("<p>{}</p>\n", prose(note)))
        .collect();
    if !notes.is_empty() {
        let _ = write!(
            out,
            "<details>\n<summary>What the gate says</summary>\n{}</details>\n",
            notes.concat()
        );
    }
    let causes: String = gate
        .causes
        .iter()
        .enumerate()
        .map(|(i, causes)| {
            let title = format!("What changed in {}", causes.artifact);
            let table = sections::causes(i, causes).to_html(&title);
            format!("<div class=\"titled\">\n{table}</div>\n")
        })
        .collect();
    match gate.causes.len() {
        0 => {}
        1 => out.push_str(&causes),
        n => {
            let summary = format!("What changed in each of {n} artifacts");
            let _ = write!(
                out,
                "<details>\n<summary>{summary}</summary>\n{causes}</details>\n"
            );
        }
    }
    out
}

fn bench_pictures(report: &Report, wanted: Pictures<'_>) -> String {
    let bench = wanted.bench;
    let groups = plot::groups(bench);
    let mut out = format!(
        "<p class=\"note\">Fuel counts executed instructions and is the same in every run. Measured with wasmtime {} on {}.</p>\n",
        escape(&bench.engine.wasmtime),
        escape(&bench.engine.platform)
    );
    // Forms that do not ship are looked at less often.
    let is_main = |group: &&Group<'_>| !group.name.contains('-') && !group.name.is_empty();
    let (mut main, mut others): (Vec<_>, Vec<_>) = groups.iter().partition(is_main);
    if main.is_empty() {
        std::mem::swap(&mut main, &mut others);
    }
    let above = first_screen::fuel_groups(&groups);
    let above: Vec<&str> = above.iter().map(|group| group.name.as_str()).collect();
    out.push_str(&pictures(&main, wanted, &above));
    if !others.is_empty() {
        let _ = write!(
            out,
            "<details>\n<summary>Pictures of the {} other forms</summary>\n{}</details>\n",
            others.len(),
            pictures(&others, wanted, &above)
        );
    }
    if let Some(summary) = &report.bench {
        let table = sections::bench(summary).to_html("Fuel and pages of every module and case");
        out.push_str(&folded(summary.rows.len(), "runs", &table));
    }
    out
}

/// `above`: the groups whose size against fuel is on the first screen.
fn pictures(groups: &[&Group<'_>], wanted: Pictures<'_>, above: &[&str]) -> String {
    let mut out = String::new();
    type Draw<'d> = &'d dyn Fn(&Group<'_>) -> Option<Picture>;
    let draw: [(&str, Draw<'_>); 3] = [
        ("Size against fuel", &|group| {
            let is_above = above.contains(&group.name.as_str());
            (!is_above).then(|| plot::size_fuel(group, wanted.reference).ok())?
        }),
        ("Memory over time", &|group| {
            plot::memory(group, Some(wanted.memory_case?)).ok()
        }),
        ("Pages grown", &|group| {
            plot::pages(group, wanted.reference).ok()
        }),
    ];
    for (title, draw) in draw {
        // What can't be drawn of a group is not there: the table below says why.
        let figures: String = groups
            .iter()
            .filter_map(|group| draw(group))
            .map(|p| figure(&p))
            .collect();
        if !figures.is_empty() {
            let _ = write!(
                out,
                "<h3>{title}</h3>\n<div class=\"pictures\">\n{figures}</div>\n"
            );
        }
    }
    out
}

fn decision(report: &Report) -> String {
    let mut out = String::new();
    let Some(decision) = &report.decision else {
        return out;
    };
    for (i, part) in tables::parts(decision).iter().enumerate() {
        let words: Vec<String> = part
            .words
            .iter()
            .map(|words| format!("<p>{}</p>\n", prose(words)))
            .collect();
        if i == 0 {
            out.push_str(&sections::matrix(decision).to_html(&part.title));
            out.push_str(&words.concat());
            continue;
        }
        let table = Grid::of_table(&part.table).to_html(&part.title);
        let _ = write!(
            out,
            "<div class=\"titled\">\n{table}</div>\n{}",
            words.concat()
        );
    }
    out
}
