//! The part of the page about fuel and memory: pictures of the bench, and its table.

use crate::first_screen::{self, figure};
use crate::folded::folded;
use crate::html::Shown;
use crate::pictures::Pictures;
use crate::plot::{self, Group, Picture};
use crate::report::Report;
use crate::sections;
use maud::{Markup, html};

/// Writes the part.
pub(crate) fn html(report: &Report, wanted: Pictures<'_>) -> Markup {
    let engine = &wanted.bench.engine;
    let groups = plot::groups(wanted.bench);
    // Forms that do not ship are looked at less often.
    let is_main = |group: &&Group<'_>| !group.name.contains('-') && !group.name.is_empty();
    let (mut main, mut others): (Vec<_>, Vec<_>) = groups.iter().partition(is_main);
    if main.is_empty() {
        std::mem::swap(&mut main, &mut others);
    }
    let above = first_screen::fuel_groups(&groups);
    let above: Vec<&str> = above.iter().map(|group| group.name.as_str()).collect();
    html! {
        p.note {
            "Fuel counts executed instructions and is the same in every run. Measured with wasmtime "
            (Shown(&engine.wasmtime)) " on " (Shown(&engine.platform)) "."
        }
        (pictures(&main, wanted, &above))
        @if !others.is_empty() {
            details {
                summary { "Pictures of the " (others.len()) " other forms" }
                (pictures(&others, wanted, &above))
            }
        }
        @if let Some(summary) = &report.bench {
            @let table = sections::bench(summary).to_html("Fuel and pages of every module and case");
            (folded(summary.rows.len(), "runs", &table))
        }
    }
}

/// `above`: the groups whose size against fuel is on the first screen.
fn pictures(groups: &[&Group<'_>], wanted: Pictures<'_>, above: &[&str]) -> Markup {
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
    html! {
        @for (title, draw) in draw {
            // What can't be drawn of a group is not there: the table below says why.
            @let drawn: Vec<Picture> = groups.iter().filter_map(|group| draw(group)).collect();
            @if !drawn.is_empty() {
                h3 { (title) }
                div.pictures { @for picture in &drawn { (figure(picture)) } }
            }
        }
    }
}
