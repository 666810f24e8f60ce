//! A profile's memory over the allocator's operations: two lines for each module.

use super::axis::{Axis, Scale};
use super::frame::{self, TEXT_SIZE, text_style};
use super::labels;
use super::palette::TEXT;
use super::picture::{Picture, PlotError};
use heft_data::profile::{Profile, ProfileReport};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

const SIZE: (u32, u32) = (720, 420);
const RIGHT: u32 = 190;
const MIB: f64 = 1_048_576.0;
/// Where a logarithmic axis begins at the least, in MiB: a page.
const FLOOR: f64 = 1.0 / 16.0;
/// Beyond this ratio of the memories at the end the axis is logarithmic.
const FAR: f64 = 8.0;

/// Operations, and MiB.
type Points = Vec<(f64, f64)>;

/// A module's lines.
struct Lines {
    index: usize,
    label: String,
    memory: Points,
    live: Points,
}

/// Draws the memory and the live bytes of every module that has a profile.
///
/// # Errors
///
/// When none has.
pub fn time_line(report: &ProfileReport) -> Result<Picture, PlotError> {
    let lines = |(index, module): (usize, &heft_data::profile::ProfiledModule)| {
        let profile = module.profile.as_ref()?;
        Some(Lines {
            index,
            label: module.name.clone(),
            memory: memory(profile),
            live: live(profile),
        })
    };
    let lines: Vec<Lines> = report
        .modules
        .iter()
        .enumerate()
        .filter_map(lines)
        .collect();
    if lines.is_empty() {
        return Err(PlotError::NoProfile);
    }
    let title = match report.arguments.join(" ") {
        empty if empty.is_empty() => "Memory over the allocator's operations".to_owned(),
        words => format!("Memory over the allocator's operations in `{words}`"),
    };
    let caption = "The thick line is the program's whole memory, the thin one below it what its \
                   live blocks take. Memory that goes on growing while the live bytes do not is lost."
        .to_owned();
    Ok(frame::picture(&title, caption, SIZE, |canvas| {
        draw(canvas, &lines)
    }))
}

/// The corners of the line that jumps when memory grows.
fn memory(profile: &Profile) -> Points {
    let first = profile.samples.first();
    let start = if profile.first_pages > 0 {
        Some((0.0, pages(profile.first_pages)))
    } else {
        first.map(|sample| (0.0, pages(sample.pages)))
    };
    let mut corners: Points = start.into_iter().collect();
    for sample in &profile.samples {
        let (x, y) = (number(sample.operations), pages(sample.pages));
        if let Some((_, before)) = corners.last().copied()
            && before < y
        {
            corners.push((x, before));
        }
        corners.push((x, y));
    }
    corners
}

fn live(profile: &Profile) -> Points {
    let of = |sample: &heft_data::profile::Sample| {
        (number(sample.operations), number(sample.live_bytes.0) / MIB)
    };
    profile.samples.iter().map(of).collect()
}

/// Pages in MiB.
fn pages(pages: u64) -> f64 {
    number(pages) / 16.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "far more digits than a picture shows"
)]
fn number(n: u64) -> f64 {
    n as f64
}

/// The last value of a line.
fn end(points: &Points) -> f64 {
    points.last().map_or(0.0, |(_, value)| *value)
}

fn draw(canvas: &frame::Canvas<'_>, lines: &[Lines]) -> frame::Drawn {
    let operations = lines.iter().filter_map(|line| line.memory.last());
    let operations = operations.map(|(x, _)| *x).fold(1.0, f64::max);
    let ends = lines.iter().map(|line| end(&line.memory));
    let (low, high) = ends.fold((f64::MAX, FLOOR), |(l, h), v| (l.min(v), h.max(v)));
    let y = if high > FAR * low {
        let live = lines
            .iter()
            .flat_map(|line| line.live.iter())
            .map(|(_, v)| *v);
        let most = live.fold(0.0, f64::max).min(low);
        Axis::new(Scale::Log, (most / FAR).max(FLOOR), high, 0.04)
    } else {
        Axis::new(Scale::Linear, 0.0, high, 0.04)
    };
    let x = Axis::new(Scale::Linear, 0.0, operations, 0.0);
    let floor = if y.is_log() { y.low() } else { 0.0 };
    let name = if y.is_log() {
        "MiB, logarithmic"
    } else {
        "MiB"
    };
    let format = |v: &f64| super::axis::short(*v);
    let names = ("operations of the allocator", name);
    let mut chart = frame::chart(canvas, (&x, &y), names, RIGHT, &format)?;
    for line in lines {
        let color = frame::series(line.index).rgb();
        for (points, width) in [(&line.live, 1), (&line.memory, 3)] {
            let path: Points = points.iter().map(|(x, y)| (*x, y.max(floor))).collect();
            chart
                .draw_series([PathElement::new(path, color.stroke_width(width))])
                .map_err(|err| err.to_string())?;
        }
    }
    let place = |line: &Lines| {
        let (x, y) = line.memory.last().copied().unwrap_or_default();
        frame::pixels(&chart, (x, y.max(floor)))
    };
    let places: Vec<(f64, f64)> = lines.iter().map(place).collect();
    let wished: Vec<f64> = places.iter().map(|(_, y)| *y).collect();
    let edge = f64::from(SIZE.0 - RIGHT);
    let distributed = labels::distribute(&wished, TEXT_SIZE + 4.0, 16.0, f64::from(SIZE.1) - 56.0);
    for ((line, from), at) in lines.iter().zip(places).zip(distributed) {
        let color = frame::series(line.index).rgb();
        // From the line's end to its name.
        let bend = [from, (edge + 12.0, at), (edge + 18.0, at)];
        #[expect(clippy::cast_possible_truncation, reason = "a picture has few pixels")]
        let bend = bend.map(|(x, y)| (x.round() as i32, y.round() as i32));
        canvas
            .draw(&PathElement::new(bend.to_vec(), color.stroke_width(1)))
            .map_err(|err| err.to_string())?;
        let style = text_style(TEXT, TEXT_SIZE, HPos::Left, VPos::Center);
        let text = format!("{} {}", line.label, super::axis::short(end(&line.memory)));
        frame::write(canvas, &text, &style, (edge + 22.0, at))?;
    }
    Ok(())
}
