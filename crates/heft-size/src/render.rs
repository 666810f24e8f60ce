//! Sizes for people: text, Markdown, and what GitHub shows.

use crate::file_size::{FileSize, FunctionSize, SizeReport};
use crate::retained::{Garbage, Retained};
use crate::soundness::Soundness;
use crate::why::Why;
use heft_data::escape;
use heft_data::table::{Style, Table, or_dash};
use heft_wasm::bytes::Bytes;
use std::fmt::Write as _;

/// A table of the files, then the parts of each.
#[must_use]
pub fn tables(report: &SizeReport, style: Style) -> String {
    let mut out = files(report).render(style);
    for file in &report.files {
        let title = style.heading(&file.path);
        let _ = write!(out, "\n{title}\n\n{}", sections(file).render(style));
        match &file.names {
            None => out.push_str(
                "\ncrates, functions, allocators: not known, the file has no function names; pass its symbols file with `--names`\n",
            ),
            Some(names) => named_parts(&mut out, file, names, style),
        }
        if let Some(rows) = &file.dominators {
            let _ = write!(out, "\n{}", dominators(rows).render(style));
        }
        if let Some(garbage) = &file.garbage {
            unreachable_functions(&mut out, garbage, style);
        }
        if let Some(soundness) = &file.soundness {
            match soundness.text() {
                None => out.push_str("\nmemory: no mix of allocators found\n"),
                Some(words) => {
                    let kind = soundness.warning().map_or("note", |_| "warning");
                    let _ = writeln!(out, "\n{kind}: {}", style.say(&words));
                }
            }
        }
        for note in &file.notes {
            let _ = writeln!(out, "\nnote: {}", style.say(note));
        }
        if let Some(why) = &file.why {
            let _ = write!(out, "\n{}", path(why, style));
        }
    }
    out
}

/// A line for GitHub's log and the tables for its summary, the parts of each file folded.
#[must_use]
pub fn github(report: &SizeReport) -> String {
    let mut out = String::new();
    for file in &report.files {
        let _ = writeln!(
            out,
            "::notice title=wasm-heft size::{} {}",
            escape::github_message(&file.path),
            file.raw_bytes
        );
    }
    for file in &report.files {
        if let Some(warning) = file.soundness.as_ref().and_then(Soundness::warning) {
            let said = escape::github_message(&format!("{}: {warning}", file.path));
            let _ = writeln!(out, "::error title=wasm-heft size::{said}");
        }
    }
    let _ = write!(
        out,
        "\n{}\n<details><summary>Sections, crates, functions</summary>\n\n{}\n</details>\n",
        files(report).render(Style::Markdown),
        tables(report, Style::Markdown)
    );
    out
}

/// A path as one line per function; a list in Markdown, which would join the lines.
#[must_use]
pub fn path(why: &Why, style: Style) -> String {
    let function = style.say(&format!("why {}", why.function));
    let Some(root) = &why.root else {
        return format!(
            "{function}: nothing leads to it: no export, no start function, no table, no global\n"
        );
    };
    let (gap, first, next) = match style {
        Style::Text => ("", "  ", "  -> "),
        Style::Markdown => ("\n", "- ", "- "),
    };
    let mut out = format!("{function}:\n{gap}{first}{}\n", style.say(root));
    for name in &why.path {
        let _ = writeln!(out, "{next}{}", style.say(name));
    }
    out
}

fn files(report: &SizeReport) -> Table {
    let mut table = Table::new(&["file", "kind", ">raw", ">gzip", ">brotli"]);
    for file in &report.files {
        table.row([
            file.path.clone(),
            file.kind.to_string(),
            file.raw_bytes.to_string(),
            or_dash(file.gzip_bytes),
            or_dash(file.brotli_bytes),
        ]);
    }
    table
}

fn named_parts(out: &mut String, file: &FileSize, names: &str, style: Style) {
    let _ = write!(out, "\n{}", crates(file).render(style));
    let (code, ours) = (
        file.code_bytes.unwrap_or_default(),
        file.attributed_code_bytes.unwrap_or_default(),
    );
    let _ = writeln!(
        out,
        "\n{ours} of {code} of code belong to a crate or library; names: {}",
        style.say(names)
    );
    let listed = file.functions.iter().flatten();
    let _ = write!(out, "\n{}", functions(listed).render(style));
    if let Some(others) = file.other_functions.filter(|others| others.count > 0) {
        let _ = writeln!(out, "\n{} more functions, {}", others.count, others.bytes);
    }
    match &file.allocators {
        Some(found) if found.is_empty() => out.push_str("\nallocators: none found\n"),
        _ => {
            let _ = write!(out, "\n{}", allocators(file).render(style));
        }
    }
    if let Some(hint) = &file.hint {
        let _ = writeln!(out, "\nhint: {}", style.say(hint));
    }
}

fn sections(file: &FileSize) -> Table {
    let mut table = Table::new(&["section", ">size"]);
    for section in &file.sections {
        table.row([section.name.clone(), section.bytes.to_string()]);
    }
    table
}

fn crates(file: &FileSize) -> Table {
    let mut table = Table::new(&["crate", ">size", ">code", ">data"]);
    for row in file.crates.iter().flatten() {
        table.row([
            row.name.clone(),
            row.bytes.to_string(),
            bytes_cell(row.code_bytes),
            bytes_cell(row.data_bytes),
        ]);
    }
    table
}

fn functions<'f>(rows: impl Iterator<Item = &'f FunctionSize>) -> Table {
    let mut table = Table::new(&[
        ">size",
        ">instances",
        "module",
        ">index",
        "crate",
        "function",
    ]);
    for row in rows {
        table.row([
            row.bytes.to_string(),
            row.instances.to_string(),
            or_dash(row.module.as_ref()),
            or_dash(row.index),
            row.krate.clone(),
            row.name.clone(),
        ]);
    }
    table
}

/// A cell for bytes; `-` for none.
pub(crate) fn bytes_cell(bytes: Bytes) -> String {
    or_dash((bytes != Bytes(0)).then_some(bytes))
}

fn dominators(rows: &[Retained]) -> Table {
    let mut table = Table::new(&[
        ">retained",
        ">size",
        "module",
        ">index",
        "crate",
        "function",
        "kept by",
    ]);
    for row in rows {
        table.row([
            row.retained_bytes.to_string(),
            row.bytes.to_string(),
            row.module.to_string(),
            or_dash(row.index),
            or_dash(row.krate.as_ref()),
            row.name.clone(),
            or_dash(row.kept_by.as_ref()),
        ]);
    }
    table
}

fn unreachable_functions(out: &mut String, garbage: &Garbage, style: Style) {
    let count = garbage.functions.len() as u64 + garbage.others.count;
    if count == 0 {
        out.push_str("\ngarbage: none, something leads to every function\n");
        return;
    }
    let functions_of = if count == 1 { "function" } else { "functions" };
    let _ = writeln!(
        out,
        "\ngarbage: {} in {count} {functions_of} that nothing leads to\n\n{}",
        garbage.bytes,
        functions(garbage.functions.iter()).render(style)
    );
    if garbage.others.count > 0 {
        let _ = writeln!(
            out,
            "{} more functions, {}",
            garbage.others.count, garbage.others.bytes
        );
    }
}

fn allocators(file: &FileSize) -> Table {
    let mut table = Table::new(&["allocator", ">functions", ">code", ">reachable"]);
    for allocator in file.allocators.iter().flatten() {
        let reachable = allocator.reachable_functions;
        table.row([
            allocator.family.to_owned(),
            allocator.functions.to_string(),
            allocator.code_bytes.to_string(),
            reachable.map_or_else(|| "not known".to_owned(), |count| count.to_string()),
        ]);
    }
    table
}
