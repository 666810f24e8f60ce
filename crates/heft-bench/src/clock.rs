//! Clocks that show the same times in every run.
//!
//! The runtime's own clock is paused: it moves when the program waits for time to pass and nothing else
//! is left to do, and then at once. So waiting takes no time of the host's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// Each look at a clock moves it by a millisecond, so that a program that waits for time to pass sees
/// it pass.
const STEP: Duration = Duration::from_millis(1);
/// What the wall clock starts at: 2025-01-01T00:00:00Z. Files of copied folders bear this time, too.
pub(super) const START: Duration = Duration::from_secs(1_735_689_600);

/// A clock that only its reader moves, by looking and by waiting.
pub(super) struct SteppedClock {
    start: Instant,
    looks: AtomicU64,
}

impl SteppedClock {
    /// A clock that starts now. Like each look at it, this is done within the runtime.
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            looks: AtomicU64::new(0),
        }
    }

    fn elapsed(&self) -> u64 {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        let waited = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        looks.saturating_mul(step_nanos()).saturating_add(waited)
    }
}

/// A step in nanoseconds.
fn step_nanos() -> u64 {
    u64::from(STEP.subsec_nanos())
}

impl HostMonotonicClock for SteppedClock {
    fn resolution(&self) -> u64 {
        step_nanos()
    }

    fn now(&self) -> u64 {
        self.elapsed()
    }
}

impl HostWallClock for SteppedClock {
    fn resolution(&self) -> Duration {
        STEP
    }

    fn now(&self) -> Duration {
        START + Duration::from_nanos(self.elapsed())
    }
}
