//! Memory over time: a line for each allocator.

use super::axis::{Axis, Scale};
use super::frame::{self, TEXT_SIZE, text_style};
use super::groups::{Group, titled};
use super::labels;
use super::memory_case::{curve_of, memory_case};
use super::palette::TEXT;
use super::picture::{Picture, PlotError};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

const SIZE: (u32, u32) = (640, 400);
/// From the end of the plotting area to a line's name.
const LEAD: f64 = 22.0;

/// A module's memory: parts of the run in percent, and pages.
struct Line {
    index: usize,
    label: String,
    steps: Vec<(f64, f64)>,
}

impl Line {
    /// What the memory has grown to when the program ends.
    fn end(&self) -> f64 {
        self.steps.last().map_or(0.0, |(_, pages)| *pages)
    }

    /// What stands at the line's end.
    fn name(&self) -> String {
        format!("{} {}", self.label, super::axis::short(self.end()))
    }
}

/// Draws the pages of every module of a group while it runs a case: `case`, or else that of [`memory_case`].
/// Time is the part of the module's own fuel, so that the same place is about the same work.
///
/// # Errors
///
/// When no module has a memory curve, or none of that case.
pub fn memory(group: &Group<'_>, case: Option<&str>) -> Result<Picture, PlotError> {
    let rows = group.members.iter().flat_map(|member| &member.rows);
    let case = memory_case(rows.copied(), case)?;
    let line = |(index, member): (usize, &super::groups::Member<'_>)| {
        let row = member.row(case)?;
        Some(Line {
            index,
            label: member.label.clone(),
            steps: steps(curve_of(row)?, row.fuel.unwrap_or(0)),
        })
    };
    let lines: Vec<Line> = group.members.iter().enumerate().filter_map(line).collect();
    let drawn = |label: &str| lines.iter().any(|line| line.label == label);
    let missing: Vec<&str> = group
        .members
        .iter()
        .map(|member| member.label.as_str())
        .filter(|label| !drawn(label))
        .collect();
    let mut caption =
        "Memory only grows: what a line reaches is what the program costs until it ends."
            .to_owned();
    if !missing.is_empty() {
        caption.push_str(&format!(" Without a curve: {}.", missing.join(", ")));
    }
    let title = titled(&format!("Memory over time in `{case}`"), group);
    Ok(frame::picture(&title, caption, SIZE, |canvas| {
        draw(canvas, &lines)
    }))
}

/// The corners of a line that jumps when memory grows, and goes on to the end of the run.
#[expect(
    clippy::cast_precision_loss,
    reason = "far more digits than a picture shows"
)]
fn steps(curve: &[(u64, u64)], fuel: u64) -> Vec<(f64, f64)> {
    let last = curve.last().map_or(0, |(fuel, _)| *fuel);
    let end = fuel.max(last).max(1) as f64;
    let percent = |fuel: u64| fuel as f64 * 100.0 / end;
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for (fuel, pages) in curve {
        let (x, y) = (percent(*fuel), *pages as f64);
        if let Some((_, before)) = corners.last().copied() {
            corners.push((x, before));
        }
        corners.push((x, y));
    }
    if let Some((_, pages)) = corners.last().copied() {
        corners.push((100.0, pages));
    }
    corners
}

fn draw(canvas: &frame::Canvas<'_>, lines: &[Line]) -> frame::Drawn {
    let x = Axis::new(Scale::Linear, 0.0, 100.0, 0.0);
    let pages = lines
        .iter()
        .flat_map(|line| line.steps.iter().map(|(_, pages)| *pages));
    let ends = lines.iter().map(Line::end);
    let (low, high) = ends.fold((f64::MAX, 1.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let y = if high > 8.0 * low.max(1.0) {
        Axis::new(
            Scale::Log,
            pages.fold(f64::MAX, f64::min).max(1.0),
            high,
            0.04,
        )
    } else {
        Axis::new(Scale::Linear, 0.0, high, 0.04)
    };
    // A logarithmic axis has no 0.
    let floor = f64::from(u8::from(y.is_log()));
    let logarithmic = if y.is_log() { ", logarithmic" } else { "" };
    let names = (
        "part of the run, by fuel",
        format!("pages grown{logarithmic}"),
    );
    let format = |v: &f64| format!("{v:.0} %");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture"
    )]
    let right = (names_width(lines) + LEAD) as u32;
    let mut chart = frame::chart(canvas, (&x, &y), (names.0, &names.1), right, &format)?;
    for line in lines {
        let place = |(part, pages): &(f64, f64)| (*part, pages.max(floor));
        let path: Vec<(f64, f64)> = line.steps.iter().map(place).collect();
        let style = frame::series(line.index).rgb().stroke_width(2);
        chart
            .draw_series([PathElement::new(path, style)])
            .map_err(|err| err.to_string())?;
    }
    let wished: Vec<f64> = lines
        .iter()
        .map(|line| frame::pixels(&chart, (100.0, line.end().max(floor))).1)
        .collect();
    let edge = f64::from(SIZE.0 - right);
    let places = labels::distribute(&wished, TEXT_SIZE + 4.0, 16.0, f64::from(SIZE.1) - 56.0);
    for ((line, wished), at) in lines.iter().zip(&wished).zip(places) {
        let color = frame::series(line.index).rgb();
        // From the line's end to its name.
        let bend = [(edge, *wished), (edge + 12.0, at), (edge + 18.0, at)];
        #[expect(clippy::cast_possible_truncation, reason = "a picture has few pixels")]
        let bend = bend.map(|(x, y)| (x.round() as i32, y.round() as i32));
        canvas
            .draw(&PathElement::new(bend.to_vec(), color.stroke_width(2)))
            .map_err(|err| err.to_string())?;
        let style = text_style(TEXT, TEXT_SIZE, HPos::Left, VPos::Center);
        frame::write(canvas, &line.name(), &style, (edge + LEAD, at))?;
    }
    Ok(())
}

/// The room that the names at the lines' ends take, in pixels, and a little air.
fn names_width(lines: &[Line]) -> f64 {
    let width = |line: &Line| labels::widest(&line.name(), TEXT_SIZE);
    lines.iter().map(width).fold(0.0, f64::max).ceil() + 4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_jumps_and_stays_until_the_end() {
        let found = steps(&[(0, 1), (50, 4)], 200);
        assert_eq!(found, [(0.0, 1.0), (25.0, 1.0), (25.0, 4.0), (100.0, 4.0)]);
    }
}
