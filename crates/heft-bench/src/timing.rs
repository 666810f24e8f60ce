//! What is not exact: times.

use super::engine::Engines;
use super::error::BenchError;
use super::event::Event;
use super::outcome::End;
use super::program::Programs;
use super::request::Request;
use super::row::{Row, Times};
use super::run::{Seen, Watch, run};
use heft_data::bench_result::{Outcome, Statistics};
use std::time::Duration;

/// Single times of one row.
#[derive(Default)]
struct Sample {
    instantiate: Vec<f64>,
    wall: Vec<f64>,
}

impl Sample {
    fn add(&mut self, seen: &Seen) {
        self.instantiate.push(nanoseconds(seen.instantiate));
        self.wall.push(nanoseconds(seen.wall));
    }

    fn times(&self) -> Option<Times> {
        Some(Times {
            instantiate: Statistics::of(&self.instantiate)?,
            wall: Statistics::of(&self.wall)?,
        })
    }
}

/// Times the rows that ended well, one run at a time.
///
/// Round-robin: each round runs each case of every module once, and the modules of a case directly
/// after one another, so that a noisy moment or a warm machine hits all of them alike. The first
/// round warms up and does not count. A row of which a run ends otherwise than the counted one has
/// that end, and no number.
pub(super) fn measure(
    request: &Request,
    engines: &Engines,
    programs: &[Programs],
    rows: &mut [Row],
    say: &(dyn Fn(Event) + Sync),
) -> Result<(), BenchError> {
    let mut samples: Vec<Sample> = rows.iter().map(|_| Sample::default()).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| (rows[*row].case, rows[*row].module));
    for round in 0..=request.runs {
        say(Event::Round {
            round,
            rounds: request.runs,
        });
        for &place in &order {
            let row = &mut rows[place];
            if row.run.is_err() {
                continue;
            }
            match timed_run(request, engines, &programs[row.module], row.case)? {
                Ok(seen) if round > 0 => samples[place].add(&seen),
                Ok(_) => {}
                Err(end) => row.run = Err(end),
            }
        }
    }
    for (row, sample) in rows.iter_mut().zip(samples) {
        if let Ok(numbers) = &mut row.run {
            numbers.times = sample.times();
        }
    }
    Ok(())
}

/// One run at full speed; `Err` in `Ok` is how it ended, if not well.
fn timed_run(
    request: &Request,
    engines: &Engines,
    programs: &Programs,
    case: usize,
) -> Result<Result<Seen, End>, BenchError> {
    let not_runnable = |why: &str| Err(End::new(Outcome::NotRunnable, in_a_timed_run(why)));
    let program = match &programs.plain {
        Some(Ok(program)) => program,
        Some(Err(why)) => return Ok(not_runnable(why)),
        None => return Ok(not_runnable("it was not compiled")),
    };
    let arguments = &request.cases[case].arguments;
    let ran = run(&engines.plain, program, request, arguments, Watch::Nothing)?;
    Ok(ran.ok().map_err(|end| End {
        detail: in_a_timed_run(&end.detail),
        ..end
    }))
}

/// What went wrong, and that it did so in a timed run.
fn in_a_timed_run(detail: &str) -> String {
    format!("in a timed run: {detail}")
}

/// Whole nanoseconds, which is what clocks give; so JSON gives back what was written.
#[allow(clippy::cast_precision_loss, reason = "a run is shorter than 100 days")]
fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}
