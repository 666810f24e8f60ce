//! Areas for amounts: the squarified treemap of Bruls, Huizing and van Wijk (2000).

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Its area.
    #[must_use]
    pub fn area(self) -> f64 {
        self.width * self.height
    }
}

/// Divides `whole` among `amounts`, in their order: each gets a rectangle as large as its part of the
/// sum, and as near to a square as its neighbors allow. Largest first looks best. Amounts of 0 get
/// nothing.
#[must_use]
pub fn layout(amounts: &[u64], whole: Rect) -> Vec<Rect> {
    let sum: u64 = amounts.iter().sum();
    let mut found = vec![Rect::default(); amounts.len()];
    if sum == 0 {
        return found;
    }
    let scale = whole.area() / as_f64(sum);
    let mut left: Vec<(usize, f64)> = amounts
        .iter()
        .enumerate()
        .filter(|(_, amount)| **amount > 0)
        .map(|(i, amount)| (i, as_f64(*amount) * scale))
        .collect();
    let mut free = whole;
    while !left.is_empty() {
        let side = free.width.min(free.height);
        let mut count = 1;
        while count < left.len() && worst(&left[..=count], side) <= worst(&left[..count], side) {
            count += 1;
        }
        let last = count == left.len();
        free = row(&left[..count], free, last, &mut found);
        left.drain(..count);
    }
    found
}

/// How far from a square the least square one of a row is, along a side of this length.
fn worst(row: &[(usize, f64)], side: f64) -> f64 {
    let sum: f64 = row.iter().map(|(_, area)| area).sum();
    let depth = sum / side;
    row.iter()
        .map(|(_, area)| {
            let length = area / depth;
            (length / depth).max(depth / length)
        })
        .fold(0.0, f64::max)
}

/// Lays a row along the shorter side of `free`. Returns what is free then.
fn row(row: &[(usize, f64)], free: Rect, last: bool, found: &mut [Rect]) -> Rect {
    let sum: f64 = row.iter().map(|(_, area)| area).sum();
    let upright = free.width >= free.height;
    let side = if upright { free.height } else { free.width };
    // The last row takes what there is, so that rounding leaves no gap.
    let depth = match (last, upright) {
        (true, true) => free.width,
        (true, false) => free.height,
        (false, _) => sum / side,
    };
    let mut at = 0.0;
    for (i, area) in row {
        let length = side * area / sum;
        found[*i] = if upright {
            Rect {
                x: free.x,
                y: free.y + at,
                width: depth,
                height: length,
            }
        } else {
            Rect {
                x: free.x + at,
                y: free.y,
                width: length,
                height: depth,
            }
        };
        at += length;
    }
    if upright {
        Rect {
            x: free.x + depth,
            width: (free.width - depth).max(0.0),
            ..free
        }
    } else {
        Rect {
            y: free.y + depth,
            height: (free.height - depth).max(0.0),
            ..free
        }
    }
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

    const WHOLE: Rect = Rect {
        x: 10.0,
        y: 20.0,
        width: 600.0,
        height: 400.0,
    };

    fn overlap(a: Rect, b: Rect) -> f64 {
        let width = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
        let height = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
        width.max(0.0) * height.max(0.0)
    }

    /// Numbers that look random and are the same every time.
    fn amounts(seed: u64, count: usize) -> Vec<u64> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            1 + (state >> 33) % 10_000
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn areas_are_the_parts_of_the_whole_and_do_not_overlap() {
        for seed in 0..40 {
            let amounts = amounts(seed, 1 + usize::try_from(seed).expect("small"));
            let sum: u64 = amounts.iter().sum();
            let found = layout(&amounts, WHOLE);
            let area: f64 = found.iter().map(|rect| rect.area()).sum();
            assert!((area - WHOLE.area()).abs() < 1e-6, "seed {seed}: {area}");
            for (i, (rect, amount)) in found.iter().zip(&amounts).enumerate() {
                let part = WHOLE.area() * as_f64(*amount) / as_f64(sum);
                assert!((rect.area() - part).abs() < 1e-6, "seed {seed}, {i}");
                let inside = overlap(*rect, WHOLE);
                assert!(
                    (inside - rect.area()).abs() < 1e-6,
                    "seed {seed}, {i}: {rect:?}"
                );
                for other in &found[i + 1..] {
                    assert!(overlap(*rect, *other) < 1e-6, "seed {seed}, {i}");
                }
            }
        }
    }

    #[test]
    fn equal_amounts_of_a_square_are_squares() {
        let whole = Rect {
            width: 100.0,
            height: 100.0,
            ..Rect::default()
        };
        for rect in layout(&[1; 4], whole) {
            assert_eq!((rect.width, rect.height), (50.0, 50.0));
        }
    }

    #[test]
    fn nothing_gets_nothing() {
        assert!(layout(&[], WHOLE).is_empty());
        assert_eq!(layout(&[0, 0], WHOLE), [Rect::default(); 2]);
        let found = layout(&[0, 5], WHOLE);
        assert_eq!((found[0], found[1]), (Rect::default(), WHOLE));
    }
}
