//! Memory over fuel.

/// Points kept; when there are twice as many, every second one goes.
const MAX_POINTS: usize = 512;

/// Points of (fuel used so far, pages grown by then).
#[derive(Clone, Debug, Default)]
pub(super) struct Curve {
    points: Vec<(u64, u64)>,
    /// Keep one growth of this many.
    stride: usize,
    /// Growths since the last that was kept.
    skipped: usize,
    grew: bool,
}

impl Curve {
    /// Memory grew. The engine can't tell the fuel at this moment; the next [`Curve::record`] does.
    pub(super) fn grew(&mut self) {
        self.grew = true;
    }

    /// Adds a point if memory grew since the last call.
    pub(super) fn record(&mut self, fuel: u64, pages: u64) {
        if !std::mem::take(&mut self.grew) {
            return;
        }
        self.skipped += 1;
        if self.skipped < self.stride.max(1) {
            return;
        }
        self.skipped = 0;
        self.points.push((fuel, pages));
        if self.points.len() >= 2 * MAX_POINTS {
            let mut keep = false;
            self.points.retain(|_| {
                keep = !keep;
                !keep
            });
            self.stride = self.stride.max(1) * 2;
        }
    }

    /// The points between a start with nothing grown and an end.
    pub(super) fn finish(mut self, fuel: u64, pages: u64) -> Vec<(u64, u64)> {
        self.points.insert(0, (0, 0));
        self.points.push((fuel, pages));
        self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(times: u64) -> Vec<(u64, u64)> {
        let mut curve = Curve::default();
        for n in 1..=times {
            curve.grew();
            curve.record(10 * n, n);
            curve.record(10 * n + 5, n);
        }
        curve.finish(10 * times + 9, times)
    }

    #[test]
    fn each_growth_is_a_point_between_start_and_end() {
        assert_eq!(grown(2), [(0, 0), (10, 1), (20, 2), (29, 2)]);
    }

    #[test]
    fn a_long_curve_is_thinned_evenly_and_never_falls() {
        let points = grown(100_000);
        assert!(points.len() <= 2 * MAX_POINTS + 2, "{}", points.len());
        assert!(points.len() >= MAX_POINTS / 2, "{}", points.len());
        assert!(
            points
                .windows(2)
                .all(|w| w[0].0 <= w[1].0 && w[0].1 <= w[1].1)
        );
        assert_eq!(points.last(), Some(&(1_000_009, 100_000)));
        let steps: Vec<u64> = points[1..points.len() - 2]
            .windows(2)
            .map(|w| w[1].1 - w[0].1)
            .collect();
        assert!(steps.iter().all(|step| *step == steps[0]), "{steps:?}");
    }
}
