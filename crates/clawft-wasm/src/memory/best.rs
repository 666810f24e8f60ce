//! The most similar of many, without keeping the others.

/// Something found, and how similar it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) similarity: f32,
    /// The number of the memory, from 0.
    pub(super) index: u32,
}

/// The `limit` most similar so far, best first; of equals the older one comes first.
pub(super) struct Best {
    limit: usize,
    found: Vec<Found>,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            found: Vec::new(),
        }
    }

    /// Takes `new` if it is among the best; returns its place.
    pub(super) fn offer(&mut self, new: Found) -> Option<usize> {
        // NaN, which a damaged file may hold, is like nothing.
        if new.similarity.is_nan() {
            return None;
        }
        let place = self.found.partition_point(|old| {
            old.similarity > new.similarity
                || (old.similarity == new.similarity && old.index < new.index)
        });
        if place >= self.limit {
            return None;
        }
        self.found.truncate(self.limit - 1);
        self.found.insert(place, new);
        Some(place)
    }

    pub(super) fn list(&self) -> &[Found] {
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_stay_in_order_and_equals_keep_theirs() {
        let mut best = Best::new(3);
        let offers = [
            (0.5, 0),
            (0.1, 1),
            (f32::NAN, 2),
            (0.5, 3),
            (0.9, 4),
            (0.2, 5),
        ];
        for (similarity, index) in offers {
            best.offer(Found { similarity, index });
        }
        let order: Vec<u32> = best.list().iter().map(|found| found.index).collect();
        assert_eq!(order, [4, 0, 3]);
    }

    #[test]
    fn nothing_is_among_the_best_none() {
        let found = Found {
            similarity: 1.0,
            index: 0,
        };
        assert_eq!(Best::new(0).offer(found), None);
    }
}
