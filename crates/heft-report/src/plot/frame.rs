//! What all pictures share: the canvas, the words on it, the axes.

use super::axis::{Axis, short};
use super::palette;
use super::palette::{AXIS, CLASS, GRID, GROUND, Ink, MUTED, TEXT};
use super::picture::Picture;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The height of most words, in pixels.
pub(super) const TEXT_SIZE: f64 = 13.0;

/// The plotting area of a chart.
pub(super) type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// Where to draw.
pub(super) type Canvas<'b> = DrawingArea<SVGBackend<'b>, Shift>;

/// Draws a picture of `size` pixels.
///
/// # Panics
///
/// Never: a picture in memory can't fail to be written.
pub(super) fn picture(
    title: &str,
    caption: String,
    size: (u32, u32),
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Picture {
    let mut svg = String::new();
    {
        let canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = canvas
            .fill(&GROUND.rgb())
            .map_err(|err| err.to_string())
            .and_then(|()| draw(&canvas))
            .and_then(|()| canvas.present().map_err(|err| err.to_string()));
        drawn.expect("drawing into memory does not fail");
    }
    // What a screen reader says, and the class that the colors go by.
    let label = crate::html::label(title).into_string();
    let opening = format!("<svg class=\"{CLASS}\" role=\"img\" aria-label=\"{label}\" ");
    Picture {
        title: title.to_owned(),
        caption,
        svg: svg.replacen("<svg ", &opening, 1),
    }
}

/// The result of drawing; an error is plotters', in words.
pub(super) type Drawn = Result<(), String>;

/// Words in a color.
pub(super) fn text_style<'a>(ink: Ink, size: f64, h: HPos, v: VPos) -> TextStyle<'a> {
    // NB: plotters writes 1 / 1.24 of the size it is given.
    ("sans-serif", size * 1.24)
        .into_font()
        .color(&ink.rgb())
        .pos(Pos::new(h, v))
}

/// Writes at a place in pixels.
#[expect(clippy::cast_possible_truncation, reason = "a picture has few pixels")]
pub(super) fn write(
    canvas: &Canvas<'_>,
    text: &str,
    style: &TextStyle<'_>,
    at: (f64, f64),
) -> Drawn {
    let at = (at.0.round() as i32, at.1.round() as i32);
    canvas
        .draw_text(&heft_data::escape::line(text), style, at)
        .map_err(|err| err.to_string())
}

/// Draws the axes and the lines behind the data.
pub(super) fn chart<'a, 'b>(
    canvas: &'a Canvas<'b>,
    (x, y): (&Axis, &Axis),
    (x_name, y_name): (&str, &str),
    right: u32,
    x_format: &dyn Fn(&f64) -> String,
) -> Result<Chart<'a, 'b>, String> {
    let mut chart = ChartBuilder::on(canvas)
        .margin_top(16)
        .margin_right(right)
        .margin_left(4)
        .margin_bottom(4)
        .x_label_area_size(46)
        .y_label_area_size(62)
        .build_cartesian_2d(x.clone(), y.clone())
        .map_err(|err| err.to_string())?;
    chart
        .configure_mesh()
        .axis_style(AXIS.rgb())
        .bold_line_style(GRID.rgb())
        .light_line_style(TRANSPARENT)
        .x_labels(x.ticks.len().max(1))
        .y_labels(y.ticks.len().max(1))
        .label_style(text_style(TEXT, TEXT_SIZE - 1.0, HPos::Left, VPos::Top))
        .axis_desc_style(text_style(MUTED, TEXT_SIZE, HPos::Left, VPos::Top))
        .x_label_formatter(x_format)
        .y_label_formatter(&|value| short(*value))
        .x_desc(heft_data::escape::line(x_name))
        .y_desc(heft_data::escape::line(y_name))
        .draw()
        .map_err(|err| err.to_string())?;
    Ok(chart)
}

/// The color of the series at `index`.
pub(super) fn series(index: usize) -> Ink {
    palette::SERIES[index % palette::SERIES.len()]
}

/// Places in pixels.
pub(super) fn pixels(chart: &Chart<'_, '_>, at: (f64, f64)) -> (f64, f64) {
    let (x, y) = chart.backend_coord(&at);
    (f64::from(x), f64::from(y))
}
