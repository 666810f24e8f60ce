//! Memory a program holds: counted, and refused above a limit.

use super::memory_curve::Curve;
use wasmtime::{Engine, ResourceLimiter, Result, bail};

/// Bytes of a page of linear memory.
const PAGE: usize = 64 * 1024;
/// Elements a table may have. Each is a pointer, and no real program has more than a few thousand.
const MAX_TABLE_ELEMENTS: usize = 10_000_000;

/// Counts what a program's memories and tables take.
pub(super) struct MemoryLimiter {
    limit: usize,
    total: usize,
    initial: usize,
    /// Size of the growth that the engine may still fail to make.
    pending: usize,
    /// Set once the program is instantiated: memories that come to be before are the initial ones.
    pub(super) instantiated: bool,
    /// Whether the program wanted more than allowed, in words.
    pub(super) exceeded: Option<String>,
    /// Memory over time, and the engine to be woken when it grows.
    pub(super) curve: Option<(Curve, Engine)>,
}

impl MemoryLimiter {
    /// A limiter of a program that may hold `limit` bytes.
    pub(super) fn new(limit: usize, curve: Option<(Curve, Engine)>) -> Self {
        Self {
            limit,
            total: 0,
            initial: 0,
            pending: 0,
            instantiated: false,
            exceeded: None,
            curve,
        }
    }

    /// Pages of all memories as they were created.
    pub(super) fn initial_pages(&self) -> u64 {
        pages(self.initial)
    }

    /// Pages added to them.
    pub(super) fn grown_pages(&self) -> u64 {
        pages(self.total - self.initial)
    }

    fn refuse<T>(&mut self, words: String) -> Result<T> {
        self.exceeded = Some(words.clone());
        bail!("{words}")
    }
}

fn pages(bytes: usize) -> u64 {
    // `usize` is at most 64 bits wide on every host this runs on.
    bytes.div_ceil(PAGE) as u64
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        self.pending = 0;
        if maximum.is_some_and(|maximum| desired > maximum) {
            // The memory's own limit: `memory.grow` returns -1 and the program goes on.
            return Ok(true);
        }
        let growth = desired.saturating_sub(current);
        let total = self.total.saturating_add(growth);
        if total > self.limit {
            // NB: an error and not `Ok(false)`: a program that tries for ever must end.
            let words = format!(
                "wanted {} pages of memory, {} are allowed",
                pages(total),
                self.limit / PAGE
            );
            return self.refuse(words);
        }
        self.total = total;
        if current == 0 && !self.instantiated {
            self.initial += growth;
        } else {
            self.pending = growth;
            if let Some((curve, engine)) = &mut self.curve {
                curve.grew();
                engine.increment_epoch();
            }
        }
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> Result<()> {
        self.total -= self.pending;
        self.pending = 0;
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        if desired > MAX_TABLE_ELEMENTS && desired > current {
            let words = format!("wanted a table of {desired} elements");
            return self.refuse(words);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(pages: usize) -> MemoryLimiter {
        MemoryLimiter::new(pages * PAGE, None)
    }

    #[test]
    fn initial_memory_and_growth_are_apart_and_add_up_over_memories() {
        let mut limiter = limiter(100);
        limiter.memory_growing(0, 17 * PAGE, None).expect("allowed");
        limiter.memory_growing(0, 2 * PAGE, None).expect("allowed");
        limiter.instantiated = true;
        limiter
            .memory_growing(17 * PAGE, 20 * PAGE, None)
            .expect("allowed");
        limiter
            .memory_growing(2 * PAGE, 3 * PAGE, None)
            .expect("allowed");
        assert_eq!((limiter.initial_pages(), limiter.grown_pages()), (19, 4));
    }

    #[test]
    fn a_growth_that_the_engine_could_not_make_does_not_count() {
        let mut limiter = limiter(100);
        limiter.instantiated = true;
        limiter
            .memory_growing(PAGE, 3 * PAGE, Some(2 * PAGE))
            .expect("left to the engine");
        limiter
            .memory_grow_failed(wasmtime::format_err!("above its maximum"))
            .expect("heard");
        assert_eq!(limiter.grown_pages(), 0);
        limiter
            .memory_growing(PAGE, 3 * PAGE, None)
            .expect("allowed");
        limiter
            .memory_grow_failed(wasmtime::format_err!("the host has none"))
            .expect("heard");
        assert_eq!(limiter.grown_pages(), 0);
    }

    #[test]
    fn the_limit_is_for_all_memories_together_and_equal_is_allowed() {
        let mut limiter = limiter(3);
        limiter.memory_growing(0, 2 * PAGE, None).expect("allowed");
        limiter.memory_growing(0, PAGE, None).expect("allowed");
        assert!(limiter.memory_growing(PAGE, 2 * PAGE, None).is_err());
        assert!(limiter.exceeded.is_some());
    }
}
