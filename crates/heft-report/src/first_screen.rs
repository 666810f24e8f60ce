//! The answer before the tables: what needs a look, the sizes, size against fuel.

use crate::attention::{self, Line, Tone};
use crate::bars;
use crate::html::{Shown, label, prose};
use crate::pictures::Pictures;
use crate::plot::{self, Group, Picture};
use crate::report::Report;
use maud::{Markup, html};

/// Pictures of size against fuel that the first screen has room for: one for each WASI target.
const FUEL_PICTURES: usize = 2;

/// Writes the part.
pub(crate) fn html(report: &Report, pictures: Option<Pictures<'_>>) -> Markup {
    let fuel = pictures.and_then(fuel);
    let sizes = (!report.artifacts.is_empty()).then(|| sizes(report));
    let is_one = fuel.is_none() || sizes.is_none();
    html! {
        (attention_list(&attention::lines(report)))
        div.answer.one[is_one] { (sizes.unwrap_or_default()) (fuel.unwrap_or_default()) }
    }
}

fn attention_list(lines: &[Line]) -> Markup {
    // A word says what the color says.
    let sign = |line: &Line| match line.tone {
        Tone::Bad => ("bad", "No: "),
        Tone::Note => ("look", "Look: "),
        Tone::Good => ("good", "Fine: "),
    };
    html! {
        @if !lines.is_empty() {
            ul.attention {
                @for line in lines {
                    @let (class, word) = sign(line);
                    li class=(class) { strong { (word) } (prose(&line.text)) }
                }
            }
        }
    }
}

fn sizes(report: &Report) -> Markup {
    let recommended = report.recommended();
    let name = recommended.map_or("", |index| &report.artifacts[index].name);
    let why = if report.decision.is_some() {
        "the form of the chosen allocator"
    } else {
        "the smallest"
    };
    html! {
        div.sizes {
            (bars::html(report, recommended))
            p.note {
                "Raw sizes, all on one scale."
                @if report.budgets.is_some() { " The line is the limit, the dotted one the wish below it." }
                " Full color: " (Shown(name)) ", " (why) "."
            }
        }
    }
}

/// Size against fuel; nothing where no picture can be drawn.
fn fuel(pictures: Pictures<'_>) -> Option<Markup> {
    let groups = plot::groups(pictures.bench);
    let drawn: Vec<Picture> = fuel_groups(&groups)
        .into_iter()
        .filter_map(|group| plot::size_fuel(group, pictures.reference).ok())
        .collect();
    let figures = html! { @for picture in &drawn { (figure(picture)) } };
    (!drawn.is_empty()).then(|| html! { div.fuel { (figures) } })
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
pub(crate) fn figure(picture: &Picture) -> Markup {
    html! {
        figure {
            div.scroll role="region" tabindex="0" aria-label=(label(&picture.title)) { (picture.to_inline()) }
            figcaption { strong { (prose(&picture.title)) "." } " " (prose(&picture.caption)) }
        }
        "\n"
    }
}
