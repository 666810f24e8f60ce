//! What `wasm-heft bench` says while it works.

use crate::cli::output;
use heft_bench::Event;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Nothing is said more often than this.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells on standard error how far it is.
pub(super) struct Progress {
    shown: bool,
    last: Mutex<Instant>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            shown: crate::cli::progress::shown(),
            last: Mutex::new(Instant::now()),
        }
    }

    /// Shows an event if some time has passed since the last one.
    pub(super) fn show(&self, event: &Event) {
        if !self.shown {
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        let compiling = matches!(event, Event::Compiling { modules } if *modules > 1);
        if last.elapsed() < PAUSE && !compiling {
            return;
        }
        *last = Instant::now();
        output::say(&match event {
            Event::Compiling { modules } => format!("compiling {modules} modules"),
            Event::Counted {
                module,
                case,
                done,
                total,
            } => format!("counted {done} of {total}: {module} {case}"),
            Event::Round { round: 0, .. } => "warming up".to_owned(),
            Event::Round { round, rounds } => format!("timing: round {round} of {rounds}"),
        });
    }
}
