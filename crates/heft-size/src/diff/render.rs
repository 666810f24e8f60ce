//! A difference for people: text, Markdown, and what GitHub shows.

use super::{Change, Diff, Fingerprints, FunctionChange};
use crate::render::bytes_cell;
use heft_data::escape;
use heft_data::table::{Style, Table, or_dash};
use std::fmt::Write as _;

/// The totals, then sections, crates and the `top` functions as tables.
#[must_use]
pub fn tables(diff: &Diff, fingerprints: &Fingerprints, top: usize, style: Style) -> String {
    let mut out = format!("fingerprint: {}\n\n", style.say(&fingerprints.verdict));
    let mut table = Table::new(&["file", ">old", ">new", ">change"]);
    table.row([
        diff.kind.to_string(),
        diff.old_bytes.to_string(),
        diff.new_bytes.to_string(),
        diff.delta_bytes.to_string(),
    ]);
    out.push_str(&table.render(style));
    if is_nothing(diff) {
        out.push_str("\nnothing differs\n");
        return out;
    }
    section(&mut out, &changes("section", &diff.sections), style);
    let (Some(crates), Some(functions)) = (&diff.crates, &diff.functions) else {
        out.push_str("\ncrates and functions: not known, a file has no function names\n");
        return out;
    };
    section(&mut out, &changes("crate", crates), style);
    section(&mut out, &function_table(functions, top), style);
    let left: Vec<&FunctionChange> = functions.iter().skip(top).collect();
    let (rest, unchanged) = (diff.elsewhere_delta_bytes, diff.unchanged_functions);
    let left_delta = left.iter().map(|change| change.delta_bytes.0).sum();
    let _ = writeln!(
        out,
        "\n{} more functions differ, {}; {} have the same name and size; outside functions {}",
        left.len(),
        heft_wasm::bytes::ByteDelta(left_delta),
        unchanged.unwrap_or(0),
        rest.unwrap_or_default(),
    );
    out
}

/// An annotation for GitHub's log, and a summary with the ten first causes and the rest folded.
#[must_use]
pub fn github(diff: &Diff, fingerprints: &Fingerprints, top: usize) -> String {
    let level = if diff.delta_bytes.0 > 0 {
        "warning"
    } else {
        "notice"
    };
    let causes: Vec<String> = diff
        .crates
        .iter()
        .flatten()
        .take(3)
        .map(|change| format!("{} {}", change.name, change.delta_bytes))
        .collect();
    let causes = if causes.is_empty() {
        String::new()
    } else {
        format!(" ({})", causes.join(", "))
    };
    let line = format!(
        "{} -> {}, {}{causes}",
        diff.old_bytes, diff.new_bytes, diff.delta_bytes
    );
    let mut out = format!(
        "::{level} title=wasm-heft diff::{}\n\n",
        escape::github_message(&line)
    );
    let _ = writeln!(
        out,
        "**{}**: {} -> {}\n",
        diff.delta_bytes, diff.old_bytes, diff.new_bytes
    );
    let ten = |rows: &[Change]| rows.iter().take(10).cloned().collect::<Vec<_>>();
    let causes = diff.crates.as_ref().unwrap_or(&diff.sections);
    if !causes.is_empty() {
        out.push_str(&changes("cause", &ten(causes)).render(Style::Markdown));
    }
    let _ = write!(
        out,
        "\n<details><summary>Sections, crates, functions</summary>\n\n{}\n</details>\n",
        tables(diff, fingerprints, top, Style::Markdown)
    );
    out
}

/// Whether no section, crate or function differs: equal sizes may hide two changes.
fn is_nothing(diff: &Diff) -> bool {
    diff.delta_bytes.0 == 0
        && diff.sections.is_empty()
        && diff.crates.as_ref().is_none_or(Vec::is_empty)
        && diff.functions.as_ref().is_none_or(Vec::is_empty)
}

/// A table, unless there is nothing in it.
fn section(out: &mut String, table: &Table, style: Style) {
    if table.rows().next().is_none() {
        return;
    }
    out.push('\n');
    out.push_str(&table.render(style));
}

fn changes(what: &str, rows: &[Change]) -> Table {
    let mut table = Table::new(&[what, ">old", ">new", ">change"]);
    for row in rows {
        table.row([
            row.name.clone(),
            bytes_cell(row.old_bytes),
            bytes_cell(row.new_bytes),
            row.delta_bytes.to_string(),
        ]);
    }
    table
}

fn function_table(rows: &[FunctionChange], top: usize) -> Table {
    let mut table = Table::new(&[
        "", ">old", ">new", ">change", "module", ">index", "crate", "function",
    ]);
    for row in rows.iter().take(top) {
        let place = row.new_place.as_ref().or(row.old_place.as_ref());
        let name = match &row.old_name {
            Some(old) => format!("{} (was {old})", row.name),
            None => row.name.clone(),
        };
        table.row([
            row.fate.to_string(),
            bytes_cell(row.old_bytes),
            bytes_cell(row.new_bytes),
            row.delta_bytes.to_string(),
            or_dash(place.map(|place| &place.module)),
            or_dash(place.map(|place| place.index)),
            row.krate.clone(),
            name,
        ]);
    }
    table
}
