//! One file through the optimizer, and what is said of it meanwhile: for `optimize` and `build`.

use super::output::{self, Painter};
use super::refusal;
use super::throttle::Throttle;
use anyhow::Context as _;
use heft_optimize::{Event, Optimized, Settings};
use std::path::Path;
use std::time::Duration;
use wasm_heft::files;

/// How often a running wasm-opt is mentioned.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// A run shorter than this is not mentioned.
const WORTH_MENTIONING: Duration = Duration::from_secs(1);

/// A file to optimize.
pub(super) struct Input<'a> {
    /// Its path, for messages.
    pub(super) path: &'a Path,
    /// What is in it.
    pub(super) content: &'a [u8],
    /// What lines of progress begin with, where several files are optimized at once.
    pub(super) label: Option<&'a str>,
}

/// Optimizes a file. Says how far that is, and what kept a module from getting smaller.
pub(super) fn optimize(
    input: &Input<'_>,
    wasm_opt: Option<&Path>,
    settings: &Settings,
    painter: Painter,
) -> anyhow::Result<Optimized> {
    // Said before wasm-opt is looked for: a wrong file is wrong without it, too.
    let cannot = || format!("cannot optimize `{}`", input.path.display());
    heft_wasm::core_modules::core_modules(input.content)
        .map_err(|err| refusal::of_optimizer(&err.into()))
        .with_context(cannot)?;
    let tool = refusal::wasm_opt(wasm_opt)?;
    let name = files::name_of(input.path);
    let progress = Progress::of(input.label);
    let optimized = heft_optimize::optimize(&name, input.content, &tool, settings, &|event| {
        progress.show(&event)
    })
    .map_err(|err| refusal::of_optimizer(&err))
    .with_context(cannot)?;
    for warning in &optimized.record.warnings {
        painter.warn(&format!("`{}`: {warning}", input.path.display()));
    }
    Ok(optimized)
}

/// Tells on standard error what takes long.
struct Progress {
    start: String,
    throttle: Throttle,
}

impl Progress {
    fn of(label: Option<&str>) -> Self {
        Self {
            start: label.map(|label| format!("{label}: ")).unwrap_or_default(),
            throttle: Throttle::new(),
        }
    }

    fn show(&self, event: &Event<'_>) {
        let start = &self.start;
        match event {
            Event::Running {
                index,
                size,
                elapsed,
            } if *elapsed >= WORTH_MENTIONING => {
                let first = *elapsed < WORTH_MENTIONING * 2;
                let pause = if first { WORTH_MENTIONING } else { HEARTBEAT };
                self.throttle.say(pause, || {
                    format!(
                        "{start}core module {index} ({size}): wasm-opt at work for {} s",
                        elapsed.as_secs()
                    )
                });
            }
            Event::Done {
                index,
                before,
                after,
                elapsed,
            } if *elapsed >= WORTH_MENTIONING => output::progress(&format!(
                "{start}core module {index}: {before} -> {after} in {:.1} s",
                elapsed.as_secs_f64()
            )),
            Event::Running { .. } | Event::Done { .. } => {}
        }
    }
}
