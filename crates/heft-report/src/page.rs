//! The report as one HTML file that loads nothing. It can be read without its script, which sorts and filters
//! tables and lets one enter the picture of a file.

use super::report::Report;
use super::sections;
use crate::decision::{Decision, tables};
use crate::folded::folded;
use crate::html::{Grid, Shown, prose, script_json};
use crate::pictures::Pictures;
use crate::plot::palette;
use crate::{bench_pictures, explore, first_screen};
use heft_gate::baseline::{Causes, SizesGate};
use heft_gate::judge_budgets::GateReport;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// Writes the page.
///
/// # Errors
///
/// When a number can't be written as JSON, which no measured one does.
pub fn write(report: &Report, pictures: Option<Pictures<'_>>) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(report)?;
    let pictures = pictures.map(|pictures| pictures.decided(report));
    let sections = sections_of(report, pictures);
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            (head(&report.title)) "\n"
            body {
                a.skip href="#main" { "Skip to the numbers" }
                header {
                    h1 { (Shown(&report.title)) }
                    (facts(report))
                    nav aria-label="Parts" {
                        ul { @for part in &sections { li { a href={ "#" (part.id) } { (part.title) } } } }
                    }
                }
                "\n"
                main #main {
                    @for Section { id, title, body } in &sections {
                        section aria-labelledby=(id) { h2 id=(id) { (title) } (body) } "\n"
                    }
                }
                (footer(report)) "\n"
                script type="application/json" id="report-data" { (script_json(&json)) } "\n"
                // Safe: the script is a file of this crate, and holds no end of its element.
                script id="report-script" { (PreEscaped(SCRIPT)) }
            }
        }
        "\n"
    };
    Ok(page.into_string())
}

fn head(title: &str) -> Markup {
    let style = [STYLE, &palette::style_sheet(), &explore::style_sheet()].concat();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (Shown(title)) }
            link rel="icon" href="data:,";
            // Safe: a file of this crate, and colors that are constants of it.
            style { (PreEscaped(style)) }
        }
    }
}

fn footer(report: &Report) -> Markup {
    html! {
        footer {
            @for words in &report.missing { p { (Shown(words)) } }
            p {
                "Made by " code { "wasm-heft report" } " " (env!("CARGO_PKG_VERSION"))
                ". The numbers of this page are in it as JSON, in the element " code { "report-data" } "."
            }
        }
    }
}

fn sections_of(report: &Report, pictures: Option<Pictures<'_>>) -> Vec<Section> {
    let mut found = Vec::new();
    let mut add = |id, title, body: Markup| found.push(Section { id, title, body });
    let answer = first_screen::html(report, pictures);
    add("answer", "At a glance", answer);
    if let Some(shown) = with_names(report) {
        let body = explore::html(report, shown);
        add("crates", "What the files are made of", body);
    }
    if !report.artifacts.is_empty() {
        add("sizes", "Sizes", sizes(report));
    }
    if let Some(report) = &report.budgets {
        add("budgets", "Budgets", budgets(report));
    }
    if let Some(baseline) = &report.baseline {
        add("changes", "Changes", changes(baseline));
    }
    if let Some(pictures) = pictures {
        let body = bench_pictures::html(report, pictures);
        add("bench", "Fuel and memory", body);
    }
    if let Some(decided) = &report.decision {
        add("decision", "Decision", decision(decided));
    }
    found
}

/// The artifact whose parts are shown first: the recommended one, or the first that has names.
fn with_names(report: &Report) -> Option<usize> {
    let has_names = |index: &usize| report.artifacts[*index].crates.is_some();
    let recommended = report.recommended().filter(has_names);
    recommended.or_else(|| (0..report.artifacts.len()).find(has_names))
}

/// The first things to know.
fn facts(report: &Report) -> Markup {
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
    html! {
        dl.facts { @for (name, value) in &facts { div { dt { (name) } dd { (Shown(value)) } } } }
    }
}

fn sizes(report: &Report) -> Markup {
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
    html! {
        p.note {
            "Input is what the compiler wrote, optimized still has names, raw is what ships; gzip level 9 and brotli quality 11 of that."
        }
        (folded(report.artifacts.len(), "artifacts", &table))
        @if !tools.is_empty() { p.note { "Made with " (Shown(&tools.join(", "))) "." } }
    }
}

fn budgets(budgets: &GateReport) -> Markup {
    let table = html! {
        p.note { "A bar ends at the limit; the line in it is the wish below." }
        (sections::budgets(budgets).to_html("Sizes against their budgets"))
    };
    folded(budgets.rows.len(), "sizes", &table)
}

fn changes(gate: &SizesGate) -> Markup {
    let table = sections::baseline(gate).to_html("Sizes against the baseline");
    html! {
        p.note {
            "Against what was last accepted with the same tools. Only " code { "wasm-heft accept" } " moves it."
        }
        (folded(gate.rows.len(), "sizes", &table))
        @if !gate.notes.is_empty() {
            details {
                summary { "What the gate says" }
                @for note in &gate.notes { p { (prose(note)) } }
            }
        }
        (causes(&gate.causes))
    }
}

fn causes(all: &[Causes]) -> Markup {
    let tables = html! {
        @for (i, causes) in all.iter().enumerate() {
            @let title = format!("What changed in {}", causes.artifact);
            div.titled { (sections::causes(i, causes).to_html(&title)) }
        }
    };
    if all.len() < 2 {
        return tables;
    }
    html! {
        details {
            summary { "What changed in each of " (all.len()) " artifacts" }
            (tables)
        }
    }
}

fn decision(decision: &Decision) -> Markup {
    html! {
        @for (i, part) in tables::parts(decision).iter().enumerate() {
            @if i == 0 {
                (sections::matrix(decision).to_html(&part.title))
            } @else {
                div.titled { (Grid::of_table(&part.table).to_html(&part.title)) }
            }
            @for words in &part.words { p { (prose(words)) } }
        }
    }
}
