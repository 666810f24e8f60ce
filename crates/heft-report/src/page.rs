//! The report as one HTML file: no script runs, nothing is loaded.

use super::report::Report;
use super::sections;
use crate::decision::tables;
use crate::html::{Grid, escape, prose, script_json};
use crate::plot::{self, Group, Picture, palette};
use heft_data::bench_result::BenchReport;
use heft_gate::baseline::SizesGate;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// The allocator the pictures compare with when no decision says which.
const REFERENCE: &str = "dlmalloc";

/// The case whose memory is drawn over time.
const LONG_CASE: &str = "longrun";

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: String,
}

/// Writes the page. `bench` is what the report was collected from; pictures are drawn from it.
///
/// # Errors
///
/// When a number can't be written as JSON, which no measured one does.
pub fn write(report: &Report, bench: Option<&BenchReport>) -> Result<String, serde_json::Error> {
    let sections = sections_of(report, bench);
    let title = escape(&report.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLE}{}\n</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the numbers</a>\n<header>\n<h1>{title}</h1>\n",
        palette::style_sheet()
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
        "<script type=\"application/json\" id=\"report-data\">{}</script>\n</body>\n</html>\n",
        script_json(&serde_json::to_string(report)?)
    );
    Ok(out)
}

fn sections_of(report: &Report, bench: Option<&BenchReport>) -> Vec<Section> {
    let mut found = Vec::new();
    let mut add = |id, title, body: String| found.push(Section { id, title, body });
    if !report.artifacts.is_empty() {
        add("sizes", "Sizes", sizes(report));
    }
    if let Some(budgets) = &report.budgets {
        let note =
            "<p class=\"note\">A bar ends at the limit; the line in it is the wish below.</p>\n";
        let table = sections::budgets(budgets).to_html("Sizes against their budgets");
        add("budgets", "Budgets", format!("{note}{table}"));
    }
    if let Some(baseline) = &report.baseline {
        add("changes", "Changes", changes(baseline));
    }
    if report
        .artifacts
        .iter()
        .any(|artifact| artifact.crates.is_some())
    {
        add("crates", "What the files are made of", crates(report));
    }
    if let Some(bench) = bench {
        let reference = report.decision.as_ref().map_or(REFERENCE, |d| &d.reference);
        add(
            "bench",
            "Fuel and memory",
            bench_pictures(report, bench, reference),
        );
    }
    if report.decision.is_some() {
        add("decision", "Decision", decision(report));
    }
    found
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
    out.push_str(&table);
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
    out.push_str(&sections::baseline(gate).to_html("Sizes against the baseline"));
    for note in &gate.notes {
        let _ = writeln!(out, "<p>{}</p>", prose(note));
    }
    for (i, causes) in gate.causes.iter().enumerate() {
        let title = format!("What changed in {}", causes.artifact);
        let table = sections::causes(i, causes).to_html(&title);
        let _ = writeln!(out, "<div class=\"titled\">\n{table}</div>");
    }
    out
}

fn crates(report: &Report) -> String {
    let mut out = "<div class=\"pictures\">\n".to_owned();
    for (i, artifact) in report.artifacts.iter().enumerate() {
        let Some(rows) = &artifact.crates else {
            continue;
        };
        let picture = plot::crates(&artifact.name, rows);
        let caption = format!("Crates and parts of {}", artifact.name);
        let _ = write!(
            out,
            "<div>\n<h3>{}</h3>\n{}<details>\n<summary>All {} parts of {} as a table</summary>\n{}</details>\n</div>\n",
            escape(&artifact.name),
            figure(&picture),
            rows.len(),
            escape(&artifact.name),
            sections::crates(i, rows).to_html(&caption)
        );
    }
    out + "</div>\n"
}

fn bench_pictures(report: &Report, bench: &BenchReport, reference: &str) -> String {
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
    out.push_str(&pictures(&main, reference));
    if !others.is_empty() {
        let _ = write!(
            out,
            "<details>\n<summary>Pictures of the {} other forms</summary>\n{}</details>\n",
            others.len(),
            pictures(&others, reference)
        );
    }
    if let Some(summary) = &report.bench {
        let table = sections::bench(summary).to_html("Fuel and pages of every module and case");
        let _ = write!(
            out,
            "<details>\n<summary>All {} rows as a table</summary>\n{table}</details>\n",
            summary.rows.len()
        );
    }
    out
}

fn pictures(groups: &[&Group<'_>], reference: &str) -> String {
    let mut out = String::new();
    type Draw<'d> = &'d dyn Fn(&Group<'_>) -> Option<Picture>;
    let draw: [(&str, Draw<'_>); 3] = [
        ("Size against fuel", &|group| {
            plot::size_fuel(group, reference).ok()
        }),
        ("Memory over time", &|group| {
            plot::memory(group, LONG_CASE).ok()
        }),
        ("Pages grown", &|group| plot::pages(group, reference).ok()),
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

fn figure(picture: &Picture) -> String {
    format!(
        "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n{}</div>\n<figcaption><strong>{}.</strong> {}</figcaption>\n</figure>\n",
        escape(&picture.title.replace('`', "")),
        picture.to_inline(),
        prose(&picture.title),
        prose(&picture.caption)
    )
}
