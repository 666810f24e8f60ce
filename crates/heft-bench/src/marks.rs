//! Operations that a program marks by looking at the monotonic clock right before and right after each.
//!
//! WASI has no call for marks, and that one is in every program's reach: `Instant::now()`, on both targets
//! one import, which changes nothing. The fuel in between has that of the call itself, some eighty units.

use heft_data::bench_result::OperationFuel;
use std::collections::BTreeMap;

/// The fuel of each marked operation.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Fuel that was left at the look before; `None` between operations.
    begin: Option<u64>,
    /// How many operations took so much.
    counts: BTreeMap<u64, u64>,
}

impl Marks {
    /// The program looked at the clock with so much fuel left.
    pub(super) fn mark(&mut self, left: u64) {
        match self.begin.take() {
            None => self.begin = Some(left),
            Some(begin) => *self.counts.entry(begin.saturating_sub(left)).or_default() += 1,
        }
    }

    /// What there is to say of them; `None` if there were none.
    pub(super) fn finish(self) -> Option<OperationFuel> {
        let worst = *self.counts.last_key_value()?.0;
        let count = self.counts.values().sum();
        Some(OperationFuel {
            count,
            percentile_99_99: self.of_rank(count - count / 10_000),
            worst,
        })
    }

    /// The fuel of the operation that is the `rank`th by fuel, counted from one.
    fn of_rank(&self, rank: u64) -> u64 {
        let mut seen = 0;
        for (fuel, count) in &self.counts {
            seen += count;
            if seen >= rank {
                return *fuel;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operations that took so much, with 1,000 units between two.
    fn marked(fuel: impl IntoIterator<Item = u64>) -> Marks {
        let mut marks = Marks::default();
        let mut left = u64::MAX;
        for fuel in fuel {
            marks.mark(left);
            left -= fuel;
            marks.mark(left);
            left -= 1_000;
        }
        marks
    }

    fn of(fuel: impl IntoIterator<Item = u64>) -> Option<(u64, u64, u64)> {
        let found = marked(fuel).finish()?;
        Some((found.count, found.percentile_99_99, found.worst))
    }

    #[test]
    fn what_lies_between_two_operations_is_none() {
        assert_eq!(of([5, 3, 4]), Some((3, 5, 5)));
        assert_eq!(of([]), None);
    }

    #[test]
    fn a_last_look_without_another_is_no_operation() {
        let mut marks = marked([5]);
        marks.mark(1);
        assert_eq!(marks.finish().map(|found| found.count), Some(1));
    }

    /// By the nearest rank: of 20,000 the third from above, of 9,999 the first.
    #[test]
    fn one_operation_in_ten_thousand_may_be_above_the_percentile() {
        assert_eq!(of(1..=20_000), Some((20_000, 19_998, 20_000)));
        assert_eq!(of(1..=9_999), Some((9_999, 9_999, 9_999)));
        let same = std::iter::repeat_n(7, 30_000);
        assert_eq!(of(same.chain([9; 3])), Some((30_003, 7, 9)));
    }
}
