//! Size against fuel, with the front of those that none beats in both.

use super::axis::{Axis, short};
use super::frame::{self, TEXT_SIZE, text_style};
use super::groups::titled;
use super::groups::{Group, Member};
use super::labels::{self, Area};
use super::palette::{AXIS, MUTED, TEXT};
use super::pareto;
use super::picture::{Picture, PlotError};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

const SIZE: (u32, u32) = (560, 420);

/// A module as a point.
struct Point {
    index: usize,
    label: String,
    size: f64,
    fuel: f64,
}

/// Draws the raw size and the fuel of every module of a group whose cases all ended well. Fuel is the
/// geometric mean over all cases, by that of the module labeled `reference`, or else of the first that has it.
///
/// # Errors
///
/// When no module has fuel in all its cases.
pub fn size_fuel(group: &Group<'_>, reference: Option<&str>) -> Result<Picture, PlotError> {
    let means: Vec<Option<f64>> = group.members.iter().map(mean_fuel).collect();
    let is_reference =
        |i: &usize| Some(group.members[*i].label.as_str()) == reference && means[*i].is_some();
    let measured = |i: &usize| means[*i].is_some();
    let indices = 0..group.members.len();
    let of = indices
        .clone()
        .find(is_reference)
        .or_else(|| indices.clone().find(measured));
    let (of, unit) = of
        .and_then(|i| means[i].map(|mean| (i, mean)))
        .ok_or(PlotError::Nothing("fuel"))?;
    let point = |index: usize| {
        let member = &group.members[index];
        means[index].map(|mean| Point {
            index,
            label: member.label.clone(),
            size: as_f64(member.module.raw_bytes.0),
            fuel: mean / unit,
        })
    };
    let points: Vec<Point> = indices.filter_map(point).collect();
    let cases = group.members[of].rows.len();
    let fuel_name = format!(
        "fuel, {} = 1 (mean of {cases} cases)",
        group.members[of].label
    );
    Ok(frame::picture(
        &titled("Size against fuel", group),
        caption(group, &means),
        SIZE,
        |canvas| draw(canvas, &points, &fuel_name),
    ))
}

/// The geometric mean of a module's fuel. `None` when a case did not end well.
fn mean_fuel(member: &Member<'_>) -> Option<f64> {
    if member.failure().is_some() || member.rows.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    for row in &member.rows {
        sum += as_f64(row.fuel?.max(1)).ln();
    }
    Some((sum / as_f64(member.rows.len() as u64)).exp())
}

fn caption(group: &Group<'_>, means: &[Option<f64>]) -> String {
    let missing = group
        .members
        .iter()
        .zip(means)
        .filter(|(_, mean)| mean.is_none());
    let names: Vec<&str> = missing.map(|(member, _)| member.label.as_str()).collect();
    let mut words = "Further left is smaller, further down is quicker. The line and the filled dots are those that no other beats in both.".to_owned();
    if !names.is_empty() {
        words.push_str(&format!(
            " Not drawn, since a case did not end well: {}.",
            names.join(", ")
        ));
    }
    words
}

fn draw(canvas: &frame::Canvas<'_>, points: &[Point], fuel_name: &str) -> frame::Drawn {
    let x = Axis::fitting(points.iter().map(|p| p.size), 0.12);
    let y = Axis::fitting(points.iter().map(|p| p.fuel), 0.10);
    let logarithmic = if y.is_log() { ", logarithmic" } else { "" };
    let names = ("raw size in bytes", format!("{fuel_name}{logarithmic}"));
    let mut chart = frame::chart(canvas, (&x, &y), (names.0, &names.1), 16, &|v| short(*v))?;
    let places: Vec<(f64, f64)> = points.iter().map(|p| (p.size, p.fuel)).collect();
    let front = pareto::front(&places);
    let line: Vec<(f64, f64)> = stairs(&front.iter().map(|i| places[*i]).collect::<Vec<_>>());
    chart
        .draw_series([PathElement::new(line, AXIS.rgb().stroke_width(2))])
        .map_err(|err| err.to_string())?;
    let dot = |i: usize| {
        let color = frame::series(points[i].index).rgb();
        let style = if front.contains(&i) {
            color.filled()
        } else {
            color.stroke_width(2)
        };
        Circle::new(places[i], 5, style)
    };
    chart
        .draw_series((0..points.len()).map(dot))
        .map_err(|err| err.to_string())?;
    let at: Vec<(f64, f64, &str)> = places
        .iter()
        .zip(points)
        .map(|(place, point)| {
            let (x, y) = frame::pixels(&chart, *place);
            (x, y, point.label.as_str())
        })
        .collect();
    let bounds = Area {
        left: 68.0,
        top: 8.0,
        right: f64::from(SIZE.0) - 4.0,
        bottom: f64::from(SIZE.1) - 52.0,
    };
    for (i, corner) in labels::place(&at, TEXT_SIZE, bounds)
        .into_iter()
        .enumerate()
    {
        let ink = if front.contains(&i) { TEXT } else { MUTED };
        let style = text_style(ink, TEXT_SIZE, HPos::Left, VPos::Top);
        frame::write(canvas, at[i].2, &style, corner)?;
    }
    Ok(())
}

/// The border of what the front beats: steps, since nothing lies between two of its points.
fn stairs(front: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut line = Vec::new();
    for (i, point) in front.iter().enumerate() {
        if i > 0 {
            line.push((point.0, front[i - 1].1));
        }
        line.push(*point);
    }
    line
}

#[expect(
    clippy::cast_precision_loss,
    reason = "far more digits than a picture shows"
)]
fn as_f64(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_drawn_as_steps() {
        let line = stairs(&[(1.0, 3.0), (2.0, 1.0)]);
        assert_eq!(line, [(1.0, 3.0), (2.0, 3.0), (2.0, 1.0)]);
    }
}
