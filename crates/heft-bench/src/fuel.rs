//! What is exact: fuel, pages and outcomes.

use super::engine::Engines;
use super::error::BenchError;
use super::event::Event;
use super::outcome::End;
use super::program::Programs;
use super::request::Request;
use super::run::{Ran, Watch, run};
use heft_data::bench_result::{BenchRow, Outcome};
use heft_data::sha256;
use heft_wasm::bytes::Bytes;
use heft_wasm::shadow_stack;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A row so far, and what belongs to it but not into the report.
pub(super) struct Counted {
    pub(super) row: BenchRow,
    /// Places in the request.
    pub(super) module: usize,
    pub(super) case: usize,
    pub(super) output: Vec<u8>,
}

/// Runs every module with every case, in parallel: counts do not mind.
pub(super) fn count(
    request: &Request,
    engines: &Engines,
    programs: &[Programs],
    say: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Counted>, BenchError> {
    let startups = programs
        .par_iter()
        .map(|programs| {
            request
                .startup
                .as_ref()
                .map(|arguments| Measured::make(request, engines, programs, arguments, false))
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
            let measured = Measured::make(
                request,
                engines,
                &programs[module],
                arguments,
                request.curve,
            )?;
            let end = measured.end();
            let mut row = BenchRow::ended(
                &request.modules[module].name,
                &request.cases[case].name,
                end.outcome,
                end.detail,
            );
            if let Ok(ran) = &measured.ran
                && ran.end.is_ok()
            {
                fill(&mut row, &measured, ran, startups[module].as_ref());
            }
            say(Event::Counted {
                module: row.module.clone(),
                case: row.case.clone(),
                done: done.fetch_add(1, Ordering::Relaxed) + 1,
                total,
            });
            Ok(Counted {
                row,
                module,
                case,
                output: measured.ran.map(|ran| ran.output).unwrap_or_default(),
            })
        })
        .collect()
}

/// One run, counted in both ways.
struct Measured {
    ran: Result<Ran, End>,
    /// With bulk operations at one unit, or why that is not known.
    once: Result<Fuel, String>,
    /// How deep its stack became, if that can be told.
    stack: Option<u64>,
}

/// What a run used.
#[derive(Clone, Copy)]
struct Fuel {
    whole: u64,
    instantiation: u64,
}

impl Measured {
    fn make(
        request: &Request,
        engines: &Engines,
        programs: &Programs,
        arguments: &[String],
        curve: bool,
    ) -> Result<Self, BenchError> {
        let metered = match &programs.metered {
            Ok(metered) => metered,
            Err(why) => {
                return Ok(Self {
                    ran: Err(End::bad(Outcome::NotRunnable, why)),
                    once: Err(why.clone()),
                    stack: None,
                });
            }
        };
        let watch = if curve { Watch::Curve } else { Watch::Nothing };
        let ran = run(
            &engines.metered,
            &metered.by_byte,
            request,
            arguments,
            watch,
        )?;
        if !ran.end.is_ok() {
            let once = Err("it did not end well".to_owned());
            return Ok(Self {
                ran: Ok(ran),
                once,
                stack: None,
            });
        }
        let again = run(
            &engines.bulk_once,
            &metered.bulk_once,
            request,
            arguments,
            Watch::Nothing,
        )?;
        let (once, stack) = if again.did_as(&ran) {
            (Ok(again.fuel()), depth(metered.stack, &again.first_bytes))
        } else {
            (Err("a second run did not do the same".to_owned()), None)
        };
        Ok(Self {
            ran: Ok(ran),
            once,
            stack,
        })
    }

    fn end(&self) -> End {
        match &self.ran {
            Ok(ran) => ran.end.clone(),
            Err(end) => end.clone(),
        }
    }
}

impl Ran {
    fn did_as(&self, other: &Self) -> bool {
        self.end == other.end
            && self.output == other.output
            && (self.initial_pages, self.grown_pages) == (other.initial_pages, other.grown_pages)
    }

    fn fuel(&self) -> Fuel {
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

/// Fills a row of a run that ended well.
fn fill(row: &mut BenchRow, measured: &Measured, ran: &Ran, startup: Option<&Measured>) {
    let mut notes = Vec::new();
    let once = measured.once.as_ref().ok();
    (row.startup_fuel, row.startup_fuel_bulk_once) = match startup {
        None => (
            Some(ran.instantiation_fuel),
            once.map(|fuel| fuel.instantiation),
        ),
        Some(startup) => match &startup.ran {
            Ok(run) if run.end.is_ok() => (
                Some(run.fuel),
                startup.once.as_ref().ok().map(|fuel| fuel.whole),
            ),
            _ => {
                let detail = startup.end().detail.unwrap_or_default();
                notes.push(format!("start-up did not end well: {detail}"));
                (None, None)
            }
        },
    };
    row.fuel = less(Some(ran.fuel), row.startup_fuel);
    row.fuel_bulk_once = less(once.map(|fuel| fuel.whole), row.startup_fuel_bulk_once);
    if let Err(why) = &measured.once {
        notes.push(format!(
            "fuel with bulk operations at one unit is not known: {why}"
        ));
    }
    if row.startup_fuel.is_some() && row.fuel.is_none() {
        notes.push("it took less fuel than start-up; choose another --startup".to_owned());
    }
    row.detail = (!notes.is_empty()).then(|| notes.join("; "));
    row.initial_pages = Some(ran.initial_pages);
    row.grown_pages = Some(ran.grown_pages);
    row.total_pages = Some(ran.initial_pages + ran.grown_pages);
    row.stack_bytes = measured.stack.map(Bytes);
    row.output = Some(shown(&ran.output));
    row.operations = operations(&ran.output);
    row.operation_fuel = ran.operations;
    row.memory_curve.clone_from(&ran.curve);
}

/// `whole - part`; `None` when either is not known or the part is larger.
fn less(whole: Option<u64>, part: Option<u64>) -> Option<u64> {
    whole?.checked_sub(part?)
}

/// An output as it stands in a report: text if it is short, else its length and digest.
fn shown(output: &[u8]) -> String {
    const LONGEST: usize = 200;
    match std::str::from_utf8(output) {
        Ok(text) if text.len() <= LONGEST => text.trim_end().to_owned(),
        _ => {
            let digest = sha256::hex(output);
            format!("{} bytes, sha256 {digest}", output.len())
        }
    }
}

/// The number in the last line `operations: N`.
fn operations(output: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(output);
    let mut numbers = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("operations:")?.trim().parse().ok());
    numbers.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_from_their_line() {
        assert_eq!(operations(b"checksum 1\noperations: 42\n"), Some(42));
        assert_eq!(operations(b"operations: many\n"), None);
        assert_eq!(operations(b"no operations: 1\n"), None);
    }

    #[test]
    fn a_long_output_is_shown_by_length_and_digest() {
        assert_eq!(shown(b"sum 12\n"), "sum 12");
        assert!(shown(&[b'x'; 1000]).starts_with("1000 bytes, sha256 "));
        assert!(shown(b"\xff").starts_with("1 bytes, sha256 "));
    }

    #[test]
    fn fuel_below_start_up_is_not_known_rather_than_zero() {
        assert_eq!(less(Some(5), Some(3)), Some(2));
        assert_eq!(less(Some(3), Some(5)), None);
        assert_eq!(less(None, Some(5)), None);
    }
}
