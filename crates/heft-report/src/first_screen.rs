//! The answer before the tables: what needs a look, the sizes, size against fuel.

use crate::attention::{self, Line, Tone};
use crate::bars;
use crate::html::{escape, prose};
use crate::pictures::Pictures;
use crate::plot::{self, Group, Picture};
use crate::report::Report;
use std::fmt::Write as _;

/// Pictures of size against fuel that the first screen has room for: one for each WASI target.
const FUEL_PICTURES: usize = 2;

/// Writes the part.
pub(crate) fn html(report: &Report, pictures: Option<Pictures<'_>>) -> String {
    let mut out = attention_list(&attention::lines(report));
    let fuel = pictures.map_or_else(String::new, fuel);
    let sizes = sizes(report);
    let class = if fuel.is_empty() || sizes.is_empty() {
        "answer one"
    } else {
        "answer"
    };
    let _ = write!(out, "<div class=\"{class}\">\n{sizes}{fuel}</div>\n");
    out
}

fn attention_list(lines: &[Line]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut out = "<ul class=\"attention\">\n".to_owned();
    for line in lines {
        // A word says what the color says.
        let (class, mark) = match line.tone {
            Tone::Bad => ("bad", "No: "),
            Tone::Note => ("look", "Look: "),
            Tone::Good => ("good", "Fine: "),
        };
        let _ = writeln!(
            out,
            "<li class=\"{class}\"><strong>{mark}</strong>{}</li>",
            prose(&line.text)
        );
    }
    out + "</ul>\n"
}

fn sizes(report: &Report) -> String {
    if report.artifacts.is_empty() {
        return String::new();
    }
    let recommended = report.recommended();
    let name = recommended.map_or("", |index| &report.artifacts[index].name);
    let why = if report.decision.is_some() {
        "the form of the chosen allocator"
    } else {
        "the smallest"
    };
    let marks = if report.budgets.is_some() {
        " The line is the limit, the dotted one the wish below it."
    } else {
        ""
    };
    format!(
        "<div class=\"sizes\">\n{}<p class=\"note\">Raw sizes, all on one scale.{marks} Full color: {}, {why}.</p>\n</div>\n",
        bars::html(report, recommended),
        escape(name)
    )
}

fn fuel(pictures: Pictures<'_>) -> String {
    let groups = plot::groups(pictures.bench);
    let drawn = fuel_groups(&groups)
        .into_iter()
        .filter_map(|group| plot::size_fuel(group, pictures.reference).ok());
    let figures: String = drawn.map(|picture| figure(&picture)).collect();
    if figures.is_empty() {
        return figures;
    }
    format!("<div class=\"fuel\">\n{figures}</div>\n")
}

/// The groups whose size against fuel is on the first screen.
pub(crate) fn fuel_groups<'a>(groups: &'a [Group<'a>]) -> Vec<&'a Group<'a>> {
    let several = |group: &&Group<'_>| group.members.len() > 1;
    // Forms that do not ship have a `-` in their names.
    let ships = |group: &&Group<'_>| several(group) && !group.name.contains('-');
    let mut found: Vec<_> = groups.iter().filter(ships).collect();
    if found.is_empty() {
        found = groups.iter().filter(several).collect();
    }
    found.truncate(FUEL_PICTURES);
    found
}

/// A picture with its words.
pub(crate) fn figure(picture: &Picture) -> String {
    format!(
        "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n{}</div>\n<figcaption><strong>{}.</strong> {}</figcaption>\n</figure>\n",
        escape(&picture.title.replace('`', "")),
        picture.to_inline(),
        prose(&picture.title),
        prose(&picture.caption)
    )
}
