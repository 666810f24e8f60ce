//! What `wasm-heft bench` says while it works.

use crate::cli::throttle::Throttle;
use heft_bench::Event;
use std::time::Duration;

/// Nothing is said more often than this.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells on standard error how far it is.
pub(super) struct Progress(Throttle);

impl Progress {
    pub(super) fn new() -> Self {
        Self(Throttle::new())
    }

    /// Shows an event if some time has passed since the last one.
    pub(super) fn show(&self, event: &Event) {
        let at_once = matches!(event, Event::Compiling { modules } if *modules > 1);
        let pause = if at_once { Duration::ZERO } else { PAUSE };
        self.0.say(pause, || line(event));
    }
}

fn line(event: &Event) -> String {
    match event {
        Event::Compiling { modules } => format!("compiling {modules} modules"),
        Event::Counted {
            module,
            case,
            done,
            total,
        } => format!("counted {done} of {total}: {module} {case}"),
        Event::Round { round: 0, .. } => "warming up".to_owned(),
        Event::Round { round, rounds } => format!("timing: round {round} of {rounds}"),
    }
}
