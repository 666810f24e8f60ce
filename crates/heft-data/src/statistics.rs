//! Describing a sample of times so that a few slow runs do not move the numbers.
//!
//! A time is a machine's best effort plus noise that only ever adds: interrupts, a cold cache,
//! another program. So the middle is the median, and the deviation is the median absolute deviation
//! (MAD); both stand still when up to half of the sample is disturbed.
//!
//! A run is an outlier when its modified z-score `0.6745 * |x - median| / MAD` is above 3.5, the
//! rule of B. Iglewicz and D. C. Hoaglin, *How to Detect and Handle Outliers*, ASQC Basic
//! References in Quality Control 16 (1993). Outliers are counted and stay in the sample.

use crate::bench_result::Statistics;

/// The 75 % quantile of the standard normal distribution, which makes a MAD comparable to a standard
/// deviation.
const NORMAL_QUARTILE: f64 = 0.6745;
/// Modified z-scores above this are outliers (Iglewicz and Hoaglin, 1993).
const OUTLIER_SCORE: f64 = 3.5;

impl Statistics {
    /// Describes `sample`; `None` when it is empty.
    ///
    /// The unit is the sample's. Where half of the values are equal the MAD is zero, and every value
    /// that differs from them is an outlier.
    ///
    /// # Panics
    ///
    /// When a value is not a number, or there are more than 2^32 values.
    #[must_use]
    pub fn of(sample: &[f64]) -> Option<Self> {
        let median = median(sample)?;
        let distances: Vec<f64> = sample.iter().map(|x| (x - median).abs()).collect();
        let mad = self::median(&distances)?;
        let far_out = |distance: &&f64| NORMAL_QUARTILE * **distance > OUTLIER_SCORE * mad;
        let count = |n: usize| u32::try_from(n).expect("fewer than 2^32 runs");
        Some(Self {
            median,
            mad,
            min: sample.iter().copied().fold(f64::INFINITY, f64::min),
            max: sample.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            runs: count(sample.len()),
            outliers: count(distances.iter().filter(far_out).count()),
        })
    }
}

/// The middle value, or the mean of the two in the middle; `None` of nothing.
fn median(sample: &[f64]) -> Option<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("a time is a number"));
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// The geometric mean of ratios; `None` of nothing, or when one of them is not above zero.
#[must_use]
pub fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    if ratios.is_empty() || ratios.iter().any(|ratio| *ratio <= 0.0) {
        return None;
    }
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    #[allow(
        clippy::cast_precision_loss,
        reason = "a table has fewer than 2^52 rows"
    )]
    Some((logarithms / ratios.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_statistics() {
        assert_eq!(Statistics::of(&[]), None);
        assert_eq!(geometric_mean(&[]), None);
    }

    #[test]
    fn one_run_is_its_own_median() {
        let statistics = Statistics::of(&[7.0]).expect("a sample");
        assert_eq!(
            (
                statistics.median,
                statistics.mad,
                statistics.min,
                statistics.max
            ),
            (7.0, 0.0, 7.0, 7.0)
        );
        assert_eq!((statistics.runs, statistics.outliers), (1, 0));
    }

    #[test]
    fn one_slow_run_moves_neither_median_nor_mad_and_is_counted() {
        let quiet = Statistics::of(&[10.0, 11.0, 9.0, 12.0, 10.0]).expect("a sample");
        let noisy = Statistics::of(&[10.0, 11.0, 9.0, 1000.0, 10.0]).expect("a sample");
        assert_eq!((quiet.median, quiet.mad), (noisy.median, noisy.mad));
        assert_eq!((quiet.outliers, noisy.outliers), (0, 1));
        assert_eq!(noisy.max, 1000.0);
    }

    #[test]
    fn the_limit_of_outliers_is_where_the_source_says() {
        // Median 10, MAD 1: a distance d scores 0.6745 d, so 5.18 is inside and 5.20 outside.
        let with = |last: f64| {
            Statistics::of(&[8.0, 9.0, 9.0, 10.0, 10.0, 11.0, 11.0, 12.0, last]).expect("a sample")
        };
        assert_eq!((with(15.18).median, with(15.18).mad), (10.0, 1.0));
        assert_eq!(with(15.18).outliers, 0);
        assert_eq!(with(15.20).outliers, 1);
    }

    #[test]
    fn an_even_sample_has_the_mean_of_its_middle() {
        assert_eq!(
            Statistics::of(&[4.0, 1.0, 3.0, 2.0])
                .expect("a sample")
                .median,
            2.5
        );
    }

    #[test]
    fn the_mean_of_twice_and_half_is_one() {
        let mean = geometric_mean(&[2.0, 0.5]).expect("a mean");
        assert!((mean - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean(&[1.0, 0.0]), None);
    }
}
