//! What is not exact: times.

use super::engine::Engines;
use super::error::BenchError;
use super::event::Event;
use super::fuel::Counted;
use super::outcome::End;
use super::program::Programs;
use super::request::Request;
use super::run::{Watch, run};
use heft_data::bench_result::{Outcome, Statistics};
use std::time::Duration;

/// Times of one row.
#[derive(Default)]
struct Sample {
    instantiate: Vec<f64>,
    wall: Vec<f64>,
    /// A timed run that ended otherwise than the counted one.
    surprise: Option<End>,
}

/// Times the rows that ended well, one run at a time.
///
/// Round-robin: each round runs each case of every module once, and the modules of a case directly
/// after one another, so that a noisy moment or a warm machine hits all of them alike. The first
/// round warms up and does not count.
pub(super) fn measure(
    request: &Request,
    engines: &Engines,
    programs: &[Programs],
    rows: &mut [Counted],
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
            let (counted, sample) = (&rows[place], &mut samples[place]);
            if counted.row.outcome != Outcome::Ok || sample.surprise.is_some() {
                continue;
            }
            let program = match &programs[counted.module].plain {
                Some(Ok(program)) => program,
                Some(Err(why)) => {
                    sample.surprise = Some(End::bad(Outcome::NotRunnable, why));
                    continue;
                }
                None => continue,
            };
            let arguments = &request.cases[counted.case].arguments;
            let ran = run(&engines.plain, program, request, arguments, Watch::Nothing)?;
            if !ran.end.is_ok() {
                sample.surprise = Some(ran.end);
            } else if round > 0 {
                sample.instantiate.push(nanoseconds(ran.instantiate));
                sample.wall.push(nanoseconds(ran.wall));
            }
        }
    }
    for (counted, sample) in rows.iter_mut().zip(samples) {
        let row = &mut counted.row;
        if let Some(end) = sample.surprise {
            row.outcome = end.outcome;
            row.detail = end.detail.map(|words| format!("in a timed run: {words}"));
            continue;
        }
        row.instantiate_ns = Statistics::of(&sample.instantiate);
        row.wall_ns = Statistics::of(&sample.wall);
        row.operations_per_second = per_second(row.operations, row.wall_ns);
    }
    Ok(())
}

/// Whole nanoseconds, which is what clocks give; so JSON gives back what was written.
#[allow(clippy::cast_precision_loss, reason = "a run is shorter than 100 days")]
fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}

/// Rounded to whole operations.
fn per_second(operations: Option<u64>, wall: Option<Statistics>) -> Option<f64> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "16 digits are more than a time has"
    )]
    let operations = operations? as f64;
    Some((operations / (wall?.median / 1e9)).round())
}
