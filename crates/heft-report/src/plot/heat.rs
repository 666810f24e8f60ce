//! Pages grown, as a table in colors: a row for each allocator, a column for each case.

use super::frame::{self, TEXT_SIZE, text_style};
use super::groups::{Group, Member, titled};
use super::palette::{HEAT, MUTED, TEXT};
use super::picture::{Picture, PlotError};
use heft_data::bench_result::Outcome;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

const NAMES: i32 = 128;
const CELL: (i32, i32) = (78, 30);
const HEAD: i32 = 34;
const FOOT: i32 = 46;

/// Draws the grown pages of every module and case of a group. A cell's color is its ratio to the
/// module labeled `reference`, or else the first that has pages.
///
/// # Errors
///
/// When no case has pages.
pub fn pages(group: &Group<'_>, reference: Option<&str>) -> Result<Picture, PlotError> {
    let has_pages = |member: &&Member<'_>| member.rows.iter().any(|row| row.grown_pages.is_some());
    let mut measured = group.members.iter().filter(has_pages);
    let is_reference = |member: &&Member<'_>| Some(member.label.as_str()) == reference;
    let of = measured.clone().find(is_reference).or(measured.next());
    let of = of.ok_or(PlotError::Nothing("pages"))?;
    let cases: Vec<&str> = of.rows.iter().map(|row| row.case.as_str()).collect();
    let (columns, rows) = (count(cases.len()), count(group.members.len()));
    let size = (
        (NAMES + CELL.0 * columns + 8)
            .max(NAMES + 430)
            .unsigned_abs(),
        (HEAD + CELL.1 * rows + FOOT).unsigned_abs(),
    );
    let caption = format!(
        "Pages of 64 KiB that were added to the initial ones. Blue is less than {0}, orange is more.",
        of.label
    );
    let title = titled("Pages grown", group);
    Ok(frame::picture(&title, caption, size, |canvas| {
        for (column, case) in (0..).zip(&cases) {
            let x = f64::from(NAMES + CELL.0 * column) + f64::from(CELL.0) / 2.0;
            let style = text_style(MUTED, TEXT_SIZE - 1.0, HPos::Center, VPos::Center);
            frame::write(canvas, case, &style, (x, f64::from(HEAD) / 2.0))?;
        }
        for (row, member) in (0..).zip(&group.members) {
            let top = HEAD + CELL.1 * row;
            let middle = f64::from(top) + f64::from(CELL.1) / 2.0;
            let style = text_style(TEXT, TEXT_SIZE, HPos::Right, VPos::Center);
            frame::write(
                canvas,
                &member.label,
                &style,
                (f64::from(NAMES) - 10.0, middle),
            )?;
            for (column, case) in (0..).zip(&cases) {
                let own = member.row(case);
                let unit = of.row(case).and_then(|row| row.grown_pages);
                let pages = own.and_then(|row| row.grown_pages);
                let left = NAMES + CELL.0 * column;
                if let (Some(pages), Some(unit)) = (pages, unit) {
                    let corners = [(left + 1, top + 1), (left + CELL.0 - 1, top + CELL.1 - 1)];
                    let ink = HEAT[bin(pages, unit)];
                    canvas
                        .draw(&Rectangle::new(corners, ink.rgb().filled()))
                        .map_err(|err| err.to_string())?;
                }
                let text = match (pages, own) {
                    (Some(pages), _) => heft_wasm::bytes::group_thousands(pages),
                    (None, Some(row)) => short_outcome(row.outcome).to_owned(),
                    (None, None) => "-".to_owned(),
                };
                let style = text_style(TEXT, TEXT_SIZE, HPos::Center, VPos::Center);
                let x = f64::from(left) + f64::from(CELL.0) / 2.0;
                frame::write(canvas, &text, &style, (x, middle))?;
            }
        }
        legend(canvas, HEAD + CELL.1 * rows + 14, &of.label)
    }))
}

/// The upper ends of the bins, as ratios; the last one has none.
const ENDS: [f64; 6] = [0.5, 0.8, 0.98, 1.02, 1.25, 2.0];

/// The color for a number against another; 0 is taken as 1.
#[expect(clippy::cast_precision_loss, reason = "pages are few")]
fn bin(own: u64, unit: u64) -> usize {
    let ratio = own.max(1) as f64 / unit.max(1) as f64;
    ENDS.iter().filter(|end| ratio > **end).count()
}

fn legend(canvas: &frame::Canvas<'_>, top: i32, reference: &str) -> frame::Drawn {
    let names = ["≤ 0.5", "≤ 0.8", "≤ 0.98", "same", "≤ 1.25", "≤ 2", "> 2"];
    let style = text_style(MUTED, TEXT_SIZE - 1.0, HPos::Right, VPos::Center);
    let middle = f64::from(top) + 10.0;
    let text = format!("by {reference}");
    frame::write(canvas, &text, &style, (f64::from(NAMES) - 10.0, middle))?;
    for ((i, ink), name) in (0..).zip(HEAT).zip(names) {
        let left = NAMES + 60 * i;
        let corners = [(left + 1, top), (left + 59, top + 20)];
        canvas
            .draw(&Rectangle::new(corners, ink.rgb().filled()))
            .map_err(|err| err.to_string())?;
        let style = text_style(TEXT, TEXT_SIZE - 1.0, HPos::Center, VPos::Center);
        frame::write(canvas, name, &style, (f64::from(left) + 30.0, middle))?;
    }
    Ok(())
}

/// A word that fits a cell.
fn short_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "-",
        Outcome::Trapped => "trap",
        Outcome::Failed => "failed",
        Outcome::WrongOutput => "wrong",
        Outcome::OutOfMemory => "memory",
        Outcome::TimedOut => "time",
        Outcome::TooMuchOutput => "output",
        Outcome::NotRunnable => "not run",
    }
}

/// How many rows or columns; a picture has few.
fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_go_from_much_better_over_the_same_to_much_worse() {
        let bins = [
            (1, 2),
            (8, 10),
            (98, 100),
            (100, 100),
            (5, 4),
            (2, 1),
            (3, 1),
        ];
        assert_eq!(
            bins.map(|(own, unit)| bin(own, unit)),
            [0, 1, 2, 3, 4, 5, 6]
        );
        assert_eq!(bin(0, 1), 3);
    }
}
