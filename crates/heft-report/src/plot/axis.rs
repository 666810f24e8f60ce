//! Where on an axis a number belongs, and which round numbers are written beside it.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// How numbers are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios. Numbers are above 0.
    Log,
}

/// An axis: a range with some room at both ends, and round numbers in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    scale: Scale,
    /// From and to.
    range: Range<f64>,
    /// The round numbers.
    pub ticks: Vec<f64>,
}

/// Beyond this ratio of largest to smallest, small differences would drown on a linear axis.
const LOG_FROM: f64 = 8.0;

impl Axis {
    /// An axis that shows all `values`; logarithmic where they are far apart.
    pub(super) fn fitting(values: impl Iterator<Item = f64>, room: f64) -> Self {
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return Self::new(Scale::Linear, 0.0, 1.0, 0.0);
        }
        let far = low > 0.0 && high / low > LOG_FROM;
        Self::new(
            if far { Scale::Log } else { Scale::Linear },
            low,
            high,
            room,
        )
    }

    /// An axis from `low` to `high` with `room`, a part of the range, at both ends.
    pub(super) fn new(scale: Scale, low: f64, high: f64, room: f64) -> Self {
        let of = |value: f64| position(scale, value);
        let (mut from, mut to) = (of(low), of(high));
        if to - from < 1e-9 {
            let half = if scale == Scale::Log {
                0.1
            } else {
                (high.abs() * 0.1).max(0.5)
            };
            (from, to) = (from - half, to + half);
        }
        let room = (to - from) * room;
        // Nothing that is counted here is below zero.
        let floor = if scale == Scale::Linear && low >= 0.0 {
            0.0
        } else {
            f64::MIN
        };
        let range = (from - room).max(floor)..to + room;
        let range = match scale {
            Scale::Linear => range,
            Scale::Log => range.start.exp()..range.end.exp(),
        };
        let inside = |v: &f64| {
            let slack = (range.end - range.start) * 1e-9;
            (range.start - slack..=range.end + slack).contains(v)
        };
        let ticks = match scale {
            Scale::Linear => linear_ticks(range.start, range.end),
            Scale::Log => log_ticks(range.start, range.end),
        };
        Self {
            scale,
            ticks: ticks.into_iter().filter(inside).collect(),
            range,
        }
    }

    /// Where it begins.
    pub(super) fn low(&self) -> f64 {
        self.range.start
    }

    pub(super) fn is_log(&self) -> bool {
        self.scale == Scale::Log
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    #[expect(clippy::cast_possible_truncation, reason = "a picture has few pixels")]
    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let of = |value| position(self.scale, value);
        let (low, high) = (of(self.range.start), of(self.range.end));
        let part = (of(*value) - low) / (high - low);
        (f64::from(from) + f64::from(to - from) * part).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

fn position(scale: Scale, value: f64) -> f64 {
    match scale {
        Scale::Linear => value,
        Scale::Log => value.max(f64::MIN_POSITIVE).ln(),
    }
}

/// About five round numbers.
fn linear_ticks(low: f64, high: f64) -> Vec<f64> {
    let step = round_step((high - low) / 5.0);
    let mut ticks = Vec::new();
    let mut index = (low / step).ceil();
    while index * step <= high + step * 1e-6 && ticks.len() < 20 {
        ticks.push(index * step);
        index += 1.0;
    }
    ticks
}

/// The powers of ten with 2 and 5 between them; round steps where that would be too few.
fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let decades = (high / low).log10();
    let parts: &[f64] = if decades > 4.0 {
        &[1.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let mut ticks = Vec::new();
    let mut power = low.log10().floor();
    while power <= high.log10().ceil() {
        let all = parts.iter().map(|part| part * 10_f64.powf(power));
        ticks.extend(all.filter(|tick| (low..=high).contains(tick)));
        power += 1.0;
    }
    if ticks.len() < 3 {
        linear_ticks(low, high)
    } else {
        ticks
    }
}

/// 1, 2 or 5 times a power of ten, at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let rounds = [1.0, 2.0, 5.0, 10.0];
    let round = rounds.into_iter().find(|part| part * power >= step * 0.999);
    round.unwrap_or(10.0) * power
}

/// A number in few characters.
pub(super) fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        v if v >= 1e9 => (value / 1e9, " G"),
        v if v >= 1e6 => (value / 1e6, " M"),
        v if v >= 1e4 => (value / 1e3, " k"),
        _ => (value, ""),
    };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_shows_all_its_values_and_round_numbers() {
        let axis = Axis::fitting([90_000.0, 100_000.0].into_iter(), 0.05);
        assert!(!axis.is_log());
        assert_eq!(axis.ticks, [90_000.0, 95_000.0, 100_000.0]);
        assert!(axis.range.start < 90_000.0 && axis.range.end > 100_000.0);
    }

    #[test]
    fn numbers_far_apart_make_it_logarithmic() {
        let axis = Axis::fitting([0.5, 30.0].into_iter(), 0.0);
        assert!(axis.is_log());
        assert_eq!(axis.map(&(0.5_f64 * 30.0).sqrt(), (0, 100)), 50);
        assert_eq!(axis.ticks, [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
    }

    #[test]
    fn a_zero_keeps_it_linear_and_one_value_is_enough() {
        assert!(!Axis::fitting([0.0, 1_000.0].into_iter(), 0.0).is_log());
        let axis = Axis::fitting([7.0].into_iter(), 0.05);
        assert!(axis.range.start < 7.0 && axis.range.end > 7.0);
        assert!(!Axis::fitting(std::iter::empty(), 0.05).ticks.is_empty());
    }

    #[test]
    fn large_numbers_are_short() {
        let shown = [0.5, 1.0, 9_999.0, 125_000.0, 1_500_000.0].map(short);
        assert_eq!(shown, ["0.5", "1", "9999", "125 k", "1.5 M"]);
    }
}
