//! Clocks that show the same times in every run.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// Each look at a clock moves it by a millisecond, so that a program that waits for time to pass sees
/// it pass.
const STEP: Duration = Duration::from_millis(1);
/// What the wall clock starts at: 2025-01-01T00:00:00Z. Files of copied folders bear this time, too.
pub(super) const START: Duration = Duration::from_secs(1_735_689_600);

/// A clock that only its reader moves.
#[derive(Default)]
pub(super) struct SteppedClock {
    looks: AtomicU64,
}

impl SteppedClock {
    fn elapsed(&self) -> u64 {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        looks.saturating_mul(step_nanos())
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
