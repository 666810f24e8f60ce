//! The engines: two count fuel, by different prices, and one runs at full speed.

use super::error::BenchError;
use super::host_memory;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;
use wasmtime::{Config, Engine, OperatorCost, VariableOperatorCost};

/// Version of wasmtime that this was built with.
pub const WASMTIME: &str = "50.0.1";

/// How often a running program checks the deadline, so that a run that takes too long is stopped.
const TICK: Duration = Duration::from_millis(20);

/// The engines, and the thread that lets running programs check their deadline.
pub(super) struct Engines {
    /// Counts fuel: a unit for each operation, and for bulk operations one more for each byte,
    /// element or page.
    pub(super) metered: Engine,
    /// Counts fuel: a unit for each operation, bulk operations included. Its programs' memories are looked at
    /// when they go.
    pub(super) bulk_once: Engine,
    /// Does not: its times are a program's own.
    pub(super) plain: Engine,
    /// Dropping it ends the ticking thread.
    _ticking: Sender<()>,
}

impl Engines {
    /// Sets both up.
    pub(super) fn new() -> Result<Self, BenchError> {
        let metered = engine(config(Some(OperatorCost::new())))?;
        let mut once = config(Some(OperatorCost {
            variable: NOTHING_PER_BYTE,
            ..OperatorCost::new()
        }));
        host_memory::configure(&mut once);
        let bulk_once = engine(once)?;
        let plain = engine(config(None))?;
        let (ticking, stop) = channel();
        let running = [&metered, &bulk_once, &plain].map(Engine::clone);
        thread::spawn(move || {
            while stop.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                running.iter().for_each(Engine::increment_epoch);
            }
        });
        Ok(Self {
            metered,
            bulk_once,
            plain,
            _ticking: ticking,
        })
    }
}

/// No field is left out, so that the compiler asks about a new one.
const NOTHING_PER_BYTE: VariableOperatorCost = VariableOperatorCost {
    memory_copy_per_byte: 0,
    memory_fill_per_byte: 0,
    memory_init_per_byte: 0,
    memory_grow_per_page: 0,
    table_copy_per_element: 0,
    table_fill_per_element: 0,
    table_init_per_element: 0,
    table_grow_per_element: 0,
    array_copy_per_element: 0,
    array_fill_per_element: 0,
    array_new_data_per_element: 0,
    array_init_data_per_element: 0,
    array_new_elem_per_element: 0,
    array_init_elem_per_element: 0,
    array_new_default_per_element: 0,
    array_new_per_element: 0,
};

/// What an engine is made by that counts fuel by these prices, or none.
fn config(prices: Option<OperatorCost>) -> Config {
    let mut config = Config::new();
    config.consume_fuel(prices.is_some());
    if let Some(prices) = prices {
        config.operator_cost(prices);
    }
    config.wasm_exceptions(true);
    config.wasm_custom_page_sizes(true);
    config.epoch_interruption(true);
    // What is printed of a trap is its reason; frames of stripped programs have no names.
    config.wasm_backtrace_max_frames(None);
    config
}

fn engine(config: Config) -> Result<Engine, BenchError> {
    Engine::new(&config).map_err(|err| BenchError::Engine(format!("{err:#}")))
}

/// The host as Nix names it, e.g. `x86_64-linux`.
#[must_use]
pub fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    format!("{}-{system}", std::env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_reports_name_is_the_one_that_is_built_in() {
        let manifest = include_str!("../Cargo.toml");
        let pinned = format!("wasmtime = {{ version = \"={WASMTIME}\"");
        assert!(manifest.contains(&pinned), "{pinned}");
    }
}
