//! What is exact: fuel, pages and outcomes.

use super::engine::Engines;
use super::error::BenchError;
use super::event::Event;
use super::outcome::End;
use super::program::Programs;
use super::request::Request;
use super::row::{Counts, Fuel, Numbers, Row, Startup};
use super::run::{Seen, Watch, run};
use heft_data::bench_result::Outcome;
use heft_wasm::shadow_stack;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs every module with every case, in parallel: counts do not mind.
pub(super) fn count(
    request: &Request,
    engines: &Engines,
    programs: &[Programs],
    say: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Row>, BenchError> {
    let startups = programs
        .par_iter()
        .map(|programs| {
            request
                .startup
                .as_ref()
                .map(|arguments| Counts::make(request, engines, programs, arguments, false))
                .transpose()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let total = programs.len() * request.cases.len();
    let done = AtomicUsize::new(0);
    let pairs: Vec<(usize, usize)> = (0..programs.len())
        .flat_map(|module| (0..request.cases.len()).map(move |case| (module, case)))
        .collect();
    pairs
        .into_par_iter()
        .map(|(module, case)| {
            let arguments = &request.cases[case].arguments;
            let counted = Counts::make(
                request,
                engines,
                &programs[module],
                arguments,
                request.curve,
            )?;
            say(Event::Counted {
                module: request.modules[module].name.clone(),
                case: request.cases[case].name.clone(),
                done: done.fetch_add(1, Ordering::Relaxed) + 1,
                total,
            });
            let startup = startups[module].as_ref();
            Ok(Row {
                module,
                case,
                run: counted.map(|counts| Numbers {
                    startup: Startup::of(&counts, startup),
                    counts,
                    times: None,
                }),
            })
        })
        .collect()
}

impl Startup {
    /// That of a module's start-up run; without one, of instantiation. `Err` says why it is not known.
    fn of(counts: &Counts, startup: Option<&Result<Counts, End>>) -> Result<Self, String> {
        match startup {
            None => Ok(Self {
                fuel: counts.seen.instantiation_fuel,
                bulk_once: counts.once.as_ref().ok().map(|fuel| fuel.instantiation),
            }),
            Some(Ok(startup)) => Ok(Self {
                fuel: startup.seen.fuel,
                bulk_once: startup.once.as_ref().ok().map(|fuel| fuel.whole),
            }),
            Some(Err(end)) => Err(format!("start-up did not end well: {}", end.detail)),
        }
    }
}

impl Counts {
    /// Runs a program in both ways; `Err` in `Ok` is how it ended, if not well.
    fn make(
        request: &Request,
        engines: &Engines,
        programs: &Programs,
        arguments: &[String],
        curve: bool,
    ) -> Result<Result<Self, End>, BenchError> {
        let metered = match &programs.metered {
            Ok(metered) => metered,
            Err(why) => return Ok(Err(End::new(Outcome::NotRunnable, why))),
        };
        let watch = if curve { Watch::Curve } else { Watch::Nothing };
        let ran = run(
            &engines.metered,
            &metered.by_byte,
            request,
            arguments,
            watch,
        )?;
        let seen = match ran.ok() {
            Ok(seen) => seen,
            Err(end) => return Ok(Err(end)),
        };
        let again = run(
            &engines.bulk_once,
            &metered.bulk_once,
            request,
            arguments,
            Watch::Nothing,
        )?;
        let (once, stack) = match again.ok() {
            Ok(again) if again.did_as(&seen) => {
                (Ok(again.used()), depth(metered.stack, &again.first_bytes))
            }
            _ => (Err("a second run did not do the same".to_owned()), None),
        };
        Ok(Ok(Self { seen, once, stack }))
    }
}

impl Seen {
    fn did_as(&self, other: &Self) -> bool {
        self.output == other.output
            && (self.initial_pages, self.grown_pages) == (other.initial_pages, other.grown_pages)
    }

    fn used(&self) -> Fuel {
        Fuel {
            whole: self.fuel,
            instantiation: self.instantiation_fuel,
        }
    }
}

/// How deep a stack of this length became in the only memory.
pub(super) fn depth(stack: Option<u64>, first_bytes: &[Option<u64>]) -> Option<u64> {
    match first_bytes {
        [first] => Some(shadow_stack::depth(stack?, *first)),
        _ => None,
    }
}
