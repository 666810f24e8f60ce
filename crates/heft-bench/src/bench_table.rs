//! A benchmark's result as tables for people.

use heft_data::bench_result::{BenchReport, BenchRow, Outcome, Statistics};
use heft_data::counter::Counter;
use heft_data::statistics::geometric_mean;
use heft_data::table::{Style, Table, or_dash};
use std::fmt::Write as _;

/// The rows, a line about each that did not end well, and, with `baseline`, every module in relation
/// to the module of that name.
#[must_use]
pub fn render(report: &BenchReport, baseline: Option<&str>, style: Style) -> String {
    let mut out = rows(report, baseline).render(style);
    let bullet = match style {
        Style::Text => "",
        Style::Markdown => "- ",
    };
    let notes: Vec<String> = report.rows.iter().filter_map(note).collect();
    if !notes.is_empty() {
        out.push('\n');
        for note in notes {
            let _ = writeln!(out, "{bullet}{}", style.say(&note));
        }
    }
    if let Some(baseline) = baseline {
        let title = format!("geometric means over the cases, relative to `{baseline}`");
        let _ = write!(
            out,
            "\n{}\n\n{}",
            style.say(&title),
            means(report, baseline).render(style)
        );
    }
    out
}

/// What is said of a row beneath the table.
fn note(row: &BenchRow) -> Option<String> {
    let detail = row.detail.as_deref();
    if row.outcome == Outcome::Ok && detail.is_none() {
        return None;
    }
    Some(format!(
        "`{}` {}: {}: {}",
        row.module,
        row.case,
        row.outcome,
        detail.unwrap_or("no more is known")
    ))
}

fn rows(report: &BenchReport, baseline: Option<&str>) -> Table {
    let timed = report.rows.iter().any(|row| row.wall_ns.is_some());
    let rated = report.rows.iter().any(|row| row.operations.is_some());
    let has = |counter: Counter| report.rows.iter().any(|row| counter.of(row).is_some());
    let shown: Vec<(Counter, &str)> = Counter::shown(has).collect();
    let mut columns = vec!["module".to_owned(), "case".to_owned(), "outcome".to_owned()];
    columns.extend(shown.iter().map(|(_, name)| right(name)));
    if baseline.is_some() {
        columns.extend(Counter::compared().map(|(_, name)| right(name)));
    }
    if timed {
        columns.extend(["time", "MAD", "instantiate"].map(right));
        if baseline.is_some() {
            columns.push(right("time x"));
        }
        if rated {
            columns.push(right("ops/s"));
        }
    }
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &report.rows {
        let mut cells = vec![
            row.module.clone(),
            row.case.clone(),
            row.outcome.to_string(),
        ];
        cells.extend(shown.iter().map(|(counter, _)| number(*counter, row)));
        let base = baseline.and_then(|name| row_of(report, name, &row.case));
        if baseline.is_some() {
            let compared = Counter::compared().map(|(counter, _)| Measure::Count(counter));
            cells.extend(compared.map(|measure| times(ratio(row, base, measure))));
        }
        if timed {
            cells.push(time(row.wall_ns.map(|statistics| statistics.median)));
            cells.push(or_dash(row.wall_ns.map(deviation)));
            cells.push(time(row.instantiate_ns.map(|statistics| statistics.median)));
            if baseline.is_some() {
                cells.push(times(ratio(row, base, Measure::Time)));
            }
            if rated {
                cells.push(or_dash(row.operations_per_second.map(rate)));
            }
        }
        table.row(cells);
    }
    table
}

/// Geometric means over the cases, and the worst case of the first counter of each unit.
fn means(report: &BenchReport, baseline: &str) -> Table {
    let timed = report.rows.iter().any(|row| row.wall_ns.is_some());
    let compared: Vec<(Counter, &str)> = Counter::compared().collect();
    let is_first = |(i, (counter, _)): &(usize, &(Counter, _))| {
        let mut before = compared[..*i].iter();
        !before.any(|(other, _)| other.unit() == counter.unit())
    };
    let firsts: Vec<&(Counter, &str)> = compared
        .iter()
        .enumerate()
        .filter(is_first)
        .map(|(_, first)| first)
        .collect();
    let mut columns = vec!["module".to_owned(), right("cases")];
    columns.extend(compared.iter().map(|(_, name)| right(name)));
    columns.extend(firsts.iter().map(|(_, name)| format!(">worst {name}")));
    if timed {
        columns.push(right("time x"));
    }
    let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for module in &report.modules {
        let ratios = |measure: Measure| -> Vec<f64> {
            let rows = report.rows.iter().filter(|row| row.module == module.name);
            rows.filter_map(|row| ratio(row, row_of(report, baseline, &row.case), measure))
                .collect()
        };
        let mean = |measure| times(geometric_mean(&ratios(measure)));
        let worst = |measure| times(ratios(measure).into_iter().reduce(f64::max));
        let cases = ratios(Measure::Count(Counter::Fuel)).len();
        let mut cells = vec![module.name.clone(), cases.to_string()];
        cells.extend(
            compared
                .iter()
                .map(|(counter, _)| mean(Measure::Count(*counter))),
        );
        cells.extend(
            firsts
                .iter()
                .map(|(counter, _)| worst(Measure::Count(*counter))),
        );
        if timed {
            cells.push(mean(Measure::Time));
        }
        table.row(cells);
    }
    table
}

/// A column of numbers.
fn right(name: &str) -> String {
    format!(">{name}")
}

fn row_of<'a>(report: &'a BenchReport, module: &str, case: &str) -> Option<&'a BenchRow> {
    let mut rows = report.rows.iter();
    rows.find(|row| row.module == module && row.case == case)
}

/// What rows are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A counter.
    Count(Counter),
    /// Median of the time.
    Time,
}

/// A row in relation to another by one measure.
///
/// `None` when either is not known or the other one is zero and this one is not. Two zeros are equal:
/// a ratio of one.
#[must_use]
pub fn ratio(row: &BenchRow, base: Option<&BenchRow>, measure: Measure) -> Option<f64> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a ratio is shown with three digits"
    )]
    let of = |row: &BenchRow| match measure {
        Measure::Count(counter) => counter.of(row).map(|n| n as f64),
        Measure::Time => row.wall_ns.map(|statistics| statistics.median),
    };
    match (of(row)?, of(base?)?) {
        (0.0, 0.0) => Some(1.0),
        (_, 0.0) => None,
        (this, base) => Some(this / base),
    }
}

fn number(counter: Counter, row: &BenchRow) -> String {
    or_dash(counter.of(row).map(|n| counter.unit().text(n)))
}

fn times(ratio: Option<f64>) -> String {
    or_dash(ratio.map(|ratio| format!("{ratio:.3}")))
}

/// A time with four digits and the unit that suits it.
fn time(nanoseconds: Option<f64>) -> String {
    or_dash(nanoseconds.map(|ns| match ns {
        ..1e3 => format!("{ns:.0} ns"),
        1e3..1e6 => format!("{:.1} us", ns / 1e3),
        1e6..1e9 => format!("{:.2} ms", ns / 1e6),
        _ => format!("{:.3} s", ns / 1e9),
    }))
}

/// The MAD in percent of the median, and how many runs are far out.
fn deviation(statistics: Statistics) -> String {
    let percent = 100.0 * statistics.mad / statistics.median;
    match statistics.outliers {
        0 => format!("{percent:.1} %"),
        n => format!("{percent:.1} % ({n} out)"),
    }
}

fn rate(per_second: f64) -> String {
    match per_second {
        ..1e6 => format!("{:.1} k", per_second / 1e3),
        _ => format!("{:.2} M", per_second / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heft_data::bench_result::{BenchedModule, Engine, OperationFuel, SCHEMA};
    use heft_wasm::binary::Kind;
    use heft_wasm::bytes::Bytes;

    fn row(module: &str, case: &str, fuel: u64, grown: u64) -> BenchRow {
        BenchRow {
            fuel: Some(fuel),
            fuel_bulk_once: Some(fuel),
            startup_fuel: Some(7),
            startup_fuel_bulk_once: Some(7),
            initial_pages: Some(17),
            grown_pages: Some(grown),
            total_pages: Some(17 + grown),
            stack_bytes: Some(Bytes(5_000)),
            ..BenchRow::ended(module, case, Outcome::Ok, None)
        }
    }

    fn report() -> BenchReport {
        let module = |name: &str| BenchedModule::bare(name, Kind::Module);
        BenchReport {
            schema: SCHEMA,
            engine: Engine {
                wasmtime: "46.0.1".to_owned(),
                platform: "x86_64-linux".to_owned(),
            },
            modules: vec![module("a"), module("b")],
            cases: Vec::new(),
            rows: vec![
                row("a", "one", 1_000, 4),
                row("a", "two", 100, 0),
                row("b", "one", 2_000, 8),
                row("b", "two", 50, 0),
            ],
        }
    }

    #[test]
    fn ratios_and_their_geometric_means_are_relative_to_the_named_module() {
        let text = render(&report(), Some("a"), Style::Text);
        let expected = "\
module | case | outcome | fuel | bulk once | start-up | pages | grown | total | stack | fuel x | once x | grown x
a | one | ok | 1,000 | 1,000 | 7 | 17 | 4 | 21 | 5,000 B | 1.000 | 1.000 | 1.000
a | two | ok | 100 | 100 | 7 | 17 | 0 | 17 | 5,000 B | 1.000 | 1.000 | 1.000
b | one | ok | 2,000 | 2,000 | 7 | 17 | 8 | 25 | 5,000 B | 2.000 | 2.000 | 2.000
b | two | ok | 50 | 50 | 7 | 17 | 0 | 17 | 5,000 B | 0.500 | 0.500 | 1.000

geometric means over the cases, relative to `a`

module | cases | fuel x | once x | grown x | worst fuel x | worst grown x
a | 2 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000
b | 2 | 1.000 | 1.000 | 1.414 | 2.000 | 2.000";
        assert_eq!(measured(&text), expected, "{text}");
    }

    /// A text with its tables' cells apart by bars, without columns in which nothing was measured. So a counter
    /// that these rows do not have changes nothing here.
    fn measured(text: &str) -> String {
        let paragraph = |lines: &str| {
            let rows: Vec<Vec<&str>> = lines.lines().map(cells).collect();
            let is_measured = |column: &usize| rows[1..].iter().any(|row| row[*column] != "-");
            let is_shown = |column: &usize| rows.len() == 1 || is_measured(column);
            let columns: Vec<usize> = (0..rows[0].len()).filter(is_shown).collect();
            let line = |row: &Vec<&str>| {
                let cells: Vec<&str> = columns.iter().map(|column| row[*column]).collect();
                cells.join(" | ")
            };
            rows.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        let paragraphs: Vec<String> = text.split("\n\n").map(paragraph).collect();
        paragraphs.join("\n\n")
    }

    /// The cells of a line: at least two spaces are between each two.
    fn cells(line: &str) -> Vec<&str> {
        let cells = line.split("  ").map(str::trim);
        cells.filter(|cell| !cell.is_empty()).collect()
    }

    #[test]
    fn single_operations_are_shown_where_a_program_marks_any() {
        let mut report = report();
        report.rows[0].operation_fuel = Some(OperationFuel {
            count: 10_000,
            percentile_99_99: 4_321,
            worst: 54_321,
        });
        let text = measured(&render(&report, None, Style::Text));
        let lines: Vec<&str> = text.lines().take(3).collect();
        assert!(lines[0].ends_with("| stack | worst | 99.99 %"), "{text}");
        assert!(lines[1].ends_with("| 5,000 B | 54,321 | 4,321"), "{text}");
        assert!(lines[2].ends_with("| 5,000 B | - | -"), "{text}");
    }

    #[test]
    fn a_row_that_did_not_end_well_is_explained_beneath() {
        let mut report = report();
        let detail = Some("unreachable".to_owned());
        report.rows[3] = BenchRow::ended("b", "two", Outcome::Trapped, detail);
        let text = render(&report, None, Style::Text);
        assert!(
            text.ends_with("\n\n`b` two: trapped: unreachable\n"),
            "{text}"
        );
        assert!(text.contains("b       two   trapped"), "{text}");
    }

    #[test]
    fn times_are_shown_in_the_unit_that_suits_them() {
        let shown = [5.0, 5_400.0, 5_432_100.0, 5_432_100_000.0].map(|ns| time(Some(ns)));
        assert_eq!(shown, ["5 ns", "5.4 us", "5.43 ms", "5.432 s"]);
    }
}
