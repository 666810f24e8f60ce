//! Progress whose events come more often than anybody reads.

use super::{output, progress};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Lines of progress of one piece of work.
pub(crate) struct Throttle {
    last: Mutex<Instant>,
}

impl Throttle {
    /// Starts to wait.
    pub(crate) fn new() -> Self {
        Self {
            last: Mutex::new(Instant::now()),
        }
    }

    /// Says a line, where progress is shown and this long after the last line or the beginning.
    pub(crate) fn say(&self, pause: Duration, line: impl FnOnce() -> String) {
        if !progress::shown() {
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if last.elapsed() >= pause {
            *last = Instant::now();
            output::say(&line());
        }
    }
}
