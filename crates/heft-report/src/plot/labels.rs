//! Words beside points, so that none covers another.

/// A box in pixels: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    /// How much of it another covers, in square pixels.
    fn overlap(self, other: Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }
}

/// The width of a text in pixels, nearly: no font is at hand.
#[expect(clippy::cast_precision_loss, reason = "a label is short")]
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.56
}

/// The width of a text in pixels in a wide font: a letter of a monospaced one is 0.6 of its height.
#[expect(clippy::cast_precision_loss, reason = "a label is short")]
pub(super) fn widest(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.62
}

/// For each point with its label, where the label's left top corner goes: beside, above or below the
/// point, where the least is covered. `bounds` is where labels may be.
pub(super) fn place(points: &[(f64, f64, &str)], size: f64, bounds: Area) -> Vec<(f64, f64)> {
    const GAP: f64 = 9.0;
    let dots = points.iter().map(|(x, y, _)| Area {
        left: x - 5.0,
        top: y - 5.0,
        right: x + 5.0,
        bottom: y + 5.0,
    });
    let mut taken: Vec<Area> = dots.collect();
    let mut found = Vec::new();
    for (x, y, text) in points {
        let (width, height) = (width_of(text, size), size * 1.15);
        let corners = [
            (x + GAP, y - height / 2.0),
            (x - GAP - width, y - height / 2.0),
            (x - width / 2.0, y - GAP - height),
            (x - width / 2.0, y + GAP),
            (x + GAP, y - GAP - height),
            (x + GAP, y + GAP),
            (x - GAP - width, y - GAP - height),
            (x - GAP - width, y + GAP),
        ];
        let area = |(left, top): (f64, f64)| Area {
            left,
            top,
            right: left + width,
            bottom: top + height,
        };
        let cost = |corner: (f64, f64)| {
            let own = area(corner);
            let covered: f64 = taken.iter().map(|other| own.overlap(*other)).sum();
            covered + width * height - own.overlap(bounds)
        };
        let best = corners
            .into_iter()
            .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
            .unwrap_or(corners[0]);
        taken.push(area(best));
        found.push(best);
    }
    found
}

/// Moves labels on a vertical line apart, so that each has `height` to itself and all stay between
/// `top` and `bottom` where they fit. Keeps their order.
pub(super) fn distribute(wished: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wished.len()).collect();
    order.sort_by(|a, b| wished[*a].total_cmp(&wished[*b]));
    let mut at: Vec<f64> = order.iter().map(|i| wished[*i]).collect();
    let mut limit = f64::MIN;
    for y in &mut at {
        *y = y.max(limit).max(top);
        limit = *y + height;
    }
    let mut limit = bottom;
    for y in at.iter_mut().rev() {
        *y = y.min(limit);
        limit = *y - height;
    }
    let mut found = vec![0.0; wished.len()];
    for (i, y) in order.into_iter().zip(at) {
        found[i] = y;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Area = Area {
        left: 0.0,
        top: 0.0,
        right: 400.0,
        bottom: 300.0,
    };

    #[test]
    fn labels_of_neighbors_do_not_cover_each_other() {
        let points = [
            (100.0, 100.0, "talc"),
            (104.0, 103.0, "talc-claim"),
            (102.0, 99.0, "dlmalloc"),
        ];
        let found = place(&points, 13.0, BOUNDS);
        let areas: Vec<Area> = found
            .iter()
            .zip(&points)
            .map(|((left, top), (_, _, text))| Area {
                left: *left,
                top: *top,
                right: left + width_of(text, 13.0),
                bottom: top + 13.0,
            })
            .collect();
        for (i, a) in areas.iter().enumerate() {
            for b in &areas[i + 1..] {
                assert!(a.overlap(*b) < 1.0, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_label_stays_in_the_picture() {
        let found = place(&[(395.0, 100.0, "dlmalloc")], 13.0, BOUNDS);
        assert!(found[0].0 + width_of("dlmalloc", 13.0) <= 400.0);
    }

    #[test]
    fn labels_on_a_line_move_apart_and_keep_their_order() {
        let found = distribute(&[50.0, 52.0, 51.0, 299.0], 16.0, 0.0, 300.0);
        assert_eq!(found, [50.0, 82.0, 66.0, 299.0]);
        let found = distribute(&[299.0, 300.0], 16.0, 0.0, 300.0);
        assert_eq!(found, [284.0, 300.0]);
    }
}
