//! One run of one program.

use super::error::{BenchError, Late, Unread};
use super::host::{Host, after};
use super::marks::Marks;
use super::memory_curve::Curve;
use super::memory_limiter::MemoryLimiter;
use super::outcome::{End, classify};
use super::preopens::Copies;
use super::program::{Program, Started};
use super::request::Request;
use super::{host_memory, stats_reader};
use heft_data::bench_result::{OperationFuel, Outcome};
use std::time::{Duration, Instant};
use wasmtime::{AsContext as _, Engine, Store, UpdateDeadline};

impl Started {
    fn is_late(&self) -> bool {
        let error = self.result.as_ref().err();
        error.is_some_and(|error| error.downcast_ref::<Late>().is_some())
    }
}

/// Fuel to start with. What is used is what is missing at the end.
const FULL: u64 = u64::MAX;

/// A run that is over.
pub(super) struct Ran {
    /// How it ended, if not well.
    pub(super) end: Result<(), End>,
    /// What it showed until then.
    pub(super) seen: Seen,
    pub(super) trace: Option<Result<Vec<u8>, Unread>>,
}

impl Ran {
    /// What it showed, if it ended well: of another end nothing of it is of use.
    pub(super) fn ok(self) -> Result<Seen, End> {
        self.end.map(|()| self.seen)
    }
}

/// What one run showed.
pub(super) struct Seen {
    /// Of the whole run. Zero on an engine that counts none.
    pub(super) fuel: u64,
    /// Of instantiation alone.
    pub(super) instantiation_fuel: u64,
    pub(super) initial_pages: u64,
    pub(super) grown_pages: u64,
    /// Where the first byte is that is not zero, of each memory; of none on an engine that does not look.
    pub(super) first_bytes: Vec<Option<u64>>,
    /// Of operations that it marked.
    pub(super) operations: Option<OperationFuel>,
    pub(super) output: Vec<u8>,
    pub(super) instantiate: Duration,
    pub(super) wall: Duration,
    pub(super) curve: Option<Vec<(u64, u64)>>,
}

/// What is watched beside the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watch {
    Nothing,
    /// How memory grows.
    Curve,
    /// What the program's own tracer says at the end.
    Trace,
}

/// Runs `program` on the engine it was compiled for.
///
/// # Errors
///
/// When its sandbox can't be made. How it ends is not an error.
pub(super) fn run(
    engine: &Engine,
    program: &Program,
    request: &Request,
    arguments: &[String],
    watch: Watch,
) -> Result<Ran, BenchError> {
    // What other runs left that nobody asked.
    host_memory::take_first_bytes();
    let broken = |err: &dyn std::fmt::Display| BenchError::Engine(format!("{err:#}"));
    let preopens = Copies::make(
        &request.preopens,
        request.limits.preopens.0,
        &request.temporary,
    )?;
    let limit = usize::try_from(request.limits.memory.0).unwrap_or(usize::MAX);
    let curve = (watch == Watch::Curve).then(|| (Curve::default(), engine.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|err| broken(&err))?;
    let host = {
        let _within = runtime.enter();
        Host::new(
            request,
            arguments,
            &preopens,
            MemoryLimiter::new(limit, curve),
        )?
    };
    let mut store = Store::new(engine, host);
    store.limiter(|host| &mut host.memory_limiter);
    // Refused by the engine that counts none.
    let _ = store.set_fuel(FULL);
    // A program that computes is stopped here, and one that waits by the time-out below.
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        let used = FULL - store.as_context().get_fuel().unwrap_or(FULL);
        let host = store.data_mut();
        if Instant::now() >= host.deadline {
            return Err(Late.into());
        }
        let limiter = &mut host.memory_limiter;
        let pages = limiter.grown_pages();
        if let Some((curve, _)) = &mut limiter.curve {
            curve.record(used, pages);
        }
        Ok(UpdateDeadline::Continue(1))
    });
    let begin = Instant::now();
    let mut instance = None;
    // NB: a time-out is made within the runtime that is to keep it. That runtime's clock stands still
    // unless the program waits.
    let ended = runtime.block_on(async {
        let running = program.run(&mut store, &mut instance);
        tokio::time::timeout(request.limits.time, running).await
    });
    let wall = begin.elapsed();
    let trace = match instance {
        Some(instance) if watch == Watch::Trace => {
            store.data_mut().deadline = after(request.limits.time);
            Some(runtime.block_on(stats_reader::read(
                &mut store,
                instance,
                request.limits.time,
            )))
        }
        _ => None,
    };
    runtime.shutdown_background();
    let used = |left: Option<u64>| left.map_or(0, |left| FULL - left);
    let fuel = used(store.get_fuel().ok());
    let (end, instantiated) = match ended {
        Ok(started) if !started.is_late() => (
            classify(store.data(), &started.result),
            started.instantiated,
        ),
        _ => {
            let seconds = request.limits.time.as_secs_f64();
            let end = End::new(Outcome::TimedOut, format!("not done after {seconds} s"));
            (Err(end), None)
        }
    };
    let host = store.into_data();
    let grown_pages = host.memory_limiter.grown_pages();
    let seen = Seen {
        fuel,
        instantiation_fuel: instantiated.map_or(0, |at| used(at.fuel_left)),
        initial_pages: host.memory_limiter.initial_pages(),
        grown_pages,
        first_bytes: host_memory::take_first_bytes(),
        operations: host.marks.and_then(Marks::finish),
        output: host.stdout.content(),
        instantiate: instantiated.map(|at| at.time).unwrap_or_default(),
        wall,
        curve: host
            .memory_limiter
            .curve
            .map(|(curve, _)| curve.finish(fuel, grown_pages)),
    };
    Ok(Ran { end, seen, trace })
}
