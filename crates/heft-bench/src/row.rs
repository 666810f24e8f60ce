//! A case of a module while it is measured, and the row of a report, which is made from it at the end and only here.

use super::outcome::End;
use super::run::Seen;
use heft_data::bench_result::{BenchRow, Outcome, Statistics};
use heft_data::sha256;
use heft_wasm::bytes::Bytes;

/// One case of one module.
pub(super) struct Row {
    /// Places in the request.
    pub(super) module: usize,
    pub(super) case: usize,
    /// Its numbers, or how it ended: there is no row with both.
    pub(super) run: Result<Numbers, End>,
}

/// What is known of a run that ended well.
pub(super) struct Numbers {
    pub(super) counts: Counts,
    /// Fuel of starting up, or why that is not known.
    pub(super) startup: Result<Startup, String>,
    /// `None` if nobody asked.
    pub(super) times: Option<Times>,
}

/// What is exact of a run that ended well, counted in both ways.
pub(super) struct Counts {
    /// What it showed, with bulk operations by the byte.
    pub(super) seen: Seen,
    /// With bulk operations at one unit, or why that is not known.
    pub(super) once: Result<Fuel, String>,
    /// How deep its stack became, if that can be told.
    pub(super) stack: Option<u64>,
}

/// What a run used.
#[derive(Clone, Copy)]
pub(super) struct Fuel {
    pub(super) whole: u64,
    pub(super) instantiation: u64,
}

/// Fuel of starting up, in both ways.
pub(super) struct Startup {
    pub(super) fuel: u64,
    pub(super) bulk_once: Option<u64>,
}

/// Times of one row, in nanoseconds.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// From a compiled module to an instance.
    pub(super) instantiate: Statistics,
    /// Of the whole run.
    pub(super) wall: Statistics,
}

impl Row {
    /// The row of the report, with these names of module and case.
    pub(super) fn finish(self, module: &str, case: &str) -> BenchRow {
        match self.run {
            Ok(numbers) => numbers.row(module, case),
            Err(end) => BenchRow {
                output: end.output.as_deref().map(shown),
                ..BenchRow::ended(module, case, end.outcome, Some(end.detail))
            },
        }
    }
}

impl Numbers {
    /// No field is left out, so that the compiler asks about a new one.
    fn row(self, module: &str, case: &str) -> BenchRow {
        let (startup, once) = (self.startup.as_ref().ok(), self.counts.once.as_ref().ok());
        let startup_fuel = startup.map(|startup| startup.fuel);
        let startup_fuel_bulk_once = startup.and_then(|startup| startup.bulk_once);
        let fuel = less(Some(self.counts.seen.fuel), startup_fuel);
        let fuel_bulk_once = less(once.map(|fuel| fuel.whole), startup_fuel_bulk_once);
        let detail = self.notes(fuel);
        let seen = self.counts.seen;
        let operations = operations(&seen.output);
        let wall_ns = self.times.map(|times| times.wall);
        BenchRow {
            module: module.to_owned(),
            case: case.to_owned(),
            outcome: Outcome::Ok,
            detail,
            fuel,
            fuel_bulk_once,
            startup_fuel,
            startup_fuel_bulk_once,
            initial_pages: Some(seen.initial_pages),
            grown_pages: Some(seen.grown_pages),
            total_pages: Some(seen.initial_pages + seen.grown_pages),
            stack_bytes: self.counts.stack.map(Bytes),
            output: Some(shown(&seen.output)),
            operations,
            operation_fuel: seen.operations,
            instantiate_ns: self.times.map(|times| times.instantiate),
            wall_ns,
            operations_per_second: per_second(operations, wall_ns),
            memory_curve: seen.curve,
        }
    }

    /// Why numbers of a run that ended well are not known, in one line.
    fn notes(&self, fuel: Option<u64>) -> Option<String> {
        let mut notes = Vec::new();
        if let Err(why) = &self.startup {
            notes.push(why.clone());
        }
        if let Err(why) = &self.counts.once {
            notes.push(format!(
                "fuel with bulk operations at one unit is not known: {why}"
            ));
        }
        if self.startup.is_ok() && fuel.is_none() {
            notes.push("it took less fuel than start-up; choose another --startup".to_owned());
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// `whole - part`; `None` when either is not known or the part is larger.
fn less(whole: Option<u64>, part: Option<u64>) -> Option<u64> {
    whole?.checked_sub(part?)
}

/// Operations by the median of the whole run, rounded to whole ones.
fn per_second(operations: Option<u64>, wall: Option<Statistics>) -> Option<f64> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "16 digits are more than a time has"
    )]
    let operations = operations? as f64;
    Some((operations / (wall?.median / 1e9)).round())
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
    use heft_data::bench_result::OperationFuel;
    use heft_data::counter::Counter;
    use std::time::Duration;

    /// A run of which everything is known.
    fn numbers() -> Numbers {
        let fuel = |whole| Fuel {
            whole,
            instantiation: 1,
        };
        let times = Statistics::of(&[5.0, 6.0, 7.0]).expect("times");
        Numbers {
            counts: Counts {
                seen: Seen {
                    fuel: 900,
                    instantiation_fuel: 1,
                    initial_pages: 17,
                    grown_pages: 3,
                    first_bytes: vec![Some(4_000)],
                    operations: Some(OperationFuel {
                        count: 2,
                        percentile_99_99: 30,
                        worst: 30,
                    }),
                    output: b"sum 12\noperations: 42\n".to_vec(),
                    instantiate: Duration::from_nanos(5),
                    wall: Duration::from_nanos(9),
                    curve: Some(vec![(0, 0), (900, 3)]),
                },
                once: Ok(fuel(800)),
                stack: Some(96),
            },
            startup: Ok(Startup {
                fuel: 100,
                bulk_once: Some(70),
            }),
            times: Some(Times {
                instantiate: times,
                wall: times,
            }),
        }
    }

    fn finished(run: Result<Numbers, End>) -> BenchRow {
        let row = Row {
            module: 0,
            case: 0,
            run,
        };
        row.finish("a", "x")
    }

    #[test]
    fn the_row_of_a_run_that_ended_well_has_every_number() {
        let row = finished(Ok(numbers()));
        for counter in Counter::ALL {
            assert!(counter.of(&row).is_some(), "{counter}");
        }
        assert_eq!((row.fuel, row.fuel_bulk_once), (Some(800), Some(730)));
        assert_eq!(row.total_pages, Some(20));
        assert_eq!(row.operations, Some(42));
        assert!(row.wall_ns.is_some() && row.instantiate_ns.is_some());
        assert!(row.operations_per_second.is_some() && row.memory_curve.is_some());
        assert_eq!((row.outcome, row.detail), (Outcome::Ok, None));
    }

    #[test]
    fn the_row_of_another_end_has_its_reason_and_no_number() {
        for outcome in [
            Outcome::Trapped,
            Outcome::Failed,
            Outcome::WrongOutput,
            Outcome::OutOfMemory,
            Outcome::TimedOut,
            Outcome::TooMuchOutput,
            Outcome::NotRunnable,
        ] {
            let row = finished(Err(End::new(outcome, "why")));
            for counter in Counter::ALL {
                assert_eq!(counter.of(&row), None, "{counter} of {outcome}");
            }
            let bare = BenchRow::ended("a", "x", outcome, Some("why".to_owned()));
            assert_eq!(row, bare);
        }
    }

    #[test]
    fn what_was_printed_instead_is_shown() {
        let row = finished(Err(End {
            output: Some(b"ello\n".to_vec()),
            ..End::new(Outcome::WrongOutput, "why")
        }));
        assert_eq!(row.output.as_deref(), Some("ello"));
    }

    #[test]
    fn what_is_not_known_is_said_and_the_rest_stands() {
        let mut numbers = numbers();
        numbers.startup = Err("start-up did not end well: exit code 1".to_owned());
        numbers.counts.once = Err("a second run did not do the same".to_owned());
        let row = finished(Ok(numbers));
        assert_eq!((row.outcome, row.fuel), (Outcome::Ok, None));
        assert_eq!(row.grown_pages, Some(3));
        assert_eq!(
            row.detail.as_deref(),
            Some(
                "start-up did not end well: exit code 1; fuel with bulk operations at one unit is \
                 not known: a second run did not do the same"
            )
        );
    }

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
