//! Which of many is beaten by none.

/// The indices of the points that no other one beats in both numbers, by the first number. Less is
/// better. Of equal points all are kept.
#[must_use]
pub fn front(points: &[(f64, f64)]) -> Vec<usize> {
    let beats = |a: &(f64, f64), b: &(f64, f64)| a.0 <= b.0 && a.1 <= b.1 && a != b;
    let mut found: Vec<usize> = (0..points.len())
        .filter(|i| !points.iter().any(|other| beats(other, &points[*i])))
        .collect();
    found.sort_by(|a, b| {
        let (a, b) = (points[*a], points[*b]);
        a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1))
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_points_that_none_beats_are_on_the_front() {
        let points = [(3.0, 1.0), (1.0, 3.0), (2.0, 2.0), (2.5, 2.5), (3.0, 4.0)];
        assert_eq!(front(&points), [1, 2, 0]);
    }

    #[test]
    fn a_tie_in_one_number_is_won_by_the_other() {
        assert_eq!(front(&[(1.0, 2.0), (1.0, 1.0)]), [1]);
        assert_eq!(front(&[(1.0, 1.0), (1.0, 1.0)]), [0, 1]);
        assert!(front(&[]).is_empty());
    }
}
