//! The two engines: one counts fuel, the other runs at full speed.

use super::run::BenchError;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;
use wasmtime::{Config, Engine};

/// How often a running program looks up, so that a run that takes too long can be stopped.
const TICK: Duration = Duration::from_millis(20);

/// The engines, and the thread that lets running programs look up.
pub(super) struct Engines {
    /// Counts fuel.
    pub(super) metered: Engine,
    /// Does not: its times are a program's own.
    pub(super) plain: Engine,
    /// Dropping it ends the ticking thread.
    _ticking: Sender<()>,
}

impl Engines {
    /// Sets both up.
    pub(super) fn new() -> Result<Self, BenchError> {
        let metered = engine(true)?;
        let plain = engine(false)?;
        let (ticking, stop) = channel();
        let (a, b) = (metered.clone(), plain.clone());
        thread::spawn(move || {
            while stop.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                a.increment_epoch();
                b.increment_epoch();
            }
        });
        Ok(Self {
            metered,
            plain,
            _ticking: ticking,
        })
    }
}

fn engine(fuel: bool) -> Result<Engine, BenchError> {
    let mut config = Config::new();
    config.consume_fuel(fuel);
    config.epoch_interruption(true);
    // What is printed of a trap is its reason; frames of stripped programs have no names.
    config.wasm_backtrace_max_frames(None);
    Engine::new(&config).map_err(|err| BenchError::Engine(format!("{err:#}")))
}
