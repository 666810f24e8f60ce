//! A profile as tables for people.

use heft_data::bench_result::Outcome;
use heft_data::profile::{Profile, ProfileReport, ProfiledModule};
use heft_data::table::{Style, Table, or_dash};
use heft_wasm::bytes::{Bytes, group_thousands};
use std::fmt::Write as _;

/// Moments of a run in the table of the time line.
const PARTS: u64 = 10;

/// The counts, the memory, the sizes of requests, the time line, and a line about each program that
/// did not end well.
#[must_use]
pub fn render(report: &ProfileReport, style: Style) -> String {
    let read: Vec<(&str, &Profile)> = report.modules.iter().filter_map(profile).collect();
    let mut out = operations(report).render(style);
    if !read.is_empty() {
        for table in [memory(report), sizes(&read), time_line(&read)] {
            let _ = write!(out, "\n{}", table.render(style));
        }
    }
    let bullet = match style {
        Style::Text => "",
        Style::Markdown => "- ",
    };
    let notes: Vec<String> = report.modules.iter().filter_map(note).collect();
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        let _ = writeln!(out, "{bullet}{}", style.say(&note));
    }
    out
}

fn profile(module: &ProfiledModule) -> Option<(&str, &Profile)> {
    Some((module.name.as_str(), module.profile.as_ref()?))
}

/// What is said of a module beneath the tables.
fn note(module: &ProfiledModule) -> Option<String> {
    let detail = module.detail.as_deref();
    if module.outcome == Outcome::Ok && detail.is_none() {
        return None;
    }
    let detail = detail.unwrap_or("no more is known");
    Some(format!("`{}`: {}: {detail}", module.name, module.outcome))
}

fn operations(report: &ProfileReport) -> Table {
    let mut table = Table::new(&[
        "module",
        "outcome",
        ">allocated",
        ">freed",
        ">resized",
        ">failed",
        ">requested",
    ]);
    for module in &report.modules {
        let number = |of: fn(&Profile) -> u64| {
            let found = module.profile.as_ref().map(of);
            or_dash(found.map(group_thousands))
        };
        let requested = module.profile.as_ref().map(|p| p.requested_bytes);
        table.row([
            module.name.clone(),
            module.outcome.to_string(),
            number(|p| p.allocations),
            number(|p| p.frees),
            number(|p| p.reallocations),
            number(|p| p.failures),
            or_dash(requested),
        ]);
    }
    table
}

fn memory(report: &ProfileReport) -> Table {
    let mut table = Table::new(&[
        "module",
        ">live at end",
        ">in blocks",
        ">live at most",
        ">pages at start",
        ">pages at end",
        ">memory",
        ">live of memory",
        ">stack",
    ]);
    for module in &report.modules {
        let Some((name, profile)) = profile(module) else {
            continue;
        };
        table.row([
            name.to_owned(),
            profile.live_bytes.to_string(),
            group_thousands(profile.live_blocks),
            profile.peak_live_bytes.to_string(),
            group_thousands(profile.first_pages),
            group_thousands(profile.pages),
            profile.memory_bytes.to_string(),
            format!("{:.1} %", profile.peak_live_percent),
            or_dash(module.stack_bytes),
        ]);
    }
    table
}

/// A row for each size class from the smallest to the largest that anybody asked for.
fn sizes(read: &[(&str, &Profile)]) -> Table {
    let mut columns = vec![">request up to".to_owned()];
    columns.extend(read.iter().map(|(name, _)| format!(">{name}")));
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let classes = read.iter().map(|(_, profile)| profile.size_classes.len());
    let requests = |index: usize| {
        read.iter()
            .map(move |(_, profile)| profile.size_classes.get(index).map_or(0, |c| c.requests))
    };
    let used = |index: &usize| requests(*index).any(|n| n > 0);
    let all = 0..classes.max().unwrap_or(0);
    let first = all.clone().find(used).unwrap_or(0);
    let last = all.rev().find(used).map_or(0, |last| last + 1);
    for index in first..last {
        let end = read[0]
            .1
            .size_classes
            .get(index)
            .and_then(|c| c.up_to_bytes);
        let mut cells = vec![end.map_or_else(|| "more".to_owned(), |end| end.to_string())];
        cells.extend(requests(index).map(group_thousands));
        table.row(cells);
    }
    table
}

fn time_line(read: &[(&str, &Profile)]) -> Table {
    let mut columns = vec![">operations".to_owned()];
    for (name, _) in read {
        columns.extend([format!(">{name}: live"), ">pages".to_owned()]);
    }
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for part in 0..=PARTS {
        let mut cells = vec![format!("{} %", part * 100 / PARTS)];
        for (_, profile) in read {
            let sample = profile.at(part, PARTS);
            let live = sample.map_or(Bytes(0), |sample| sample.live_bytes);
            let pages = sample.map_or(0, |sample| sample.pages);
            cells.extend([live.to_string(), group_thousands(pages)]);
        }
        table.row(cells);
    }
    table
}
