//! The sandbox a program runs in: the same in every run, and nothing of the host's.

use super::clock::SteppedClock;
use super::error::BenchError;
use super::marks::Marks;
use super::memory_limiter::MemoryLimiter;
use super::preopens::Copies;
use super::request::Request;
use super::stdio::{self, Output};
use std::time::{Duration, Instant};
use wasmtime::StoreContextMut;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::{Deterministic, FsPerms, Rng as _, WasiCtxBuilder, WasiCtxView, WasiView};

/// What every program is called in its arguments: names of different lengths would cost different
/// fuel.
const PROGRAM_NAME: &str = "program";
/// Seed of the random numbers.
const SEED: u64 = 0x5eed_0001;
/// How many random bytes there are before they repeat.
const RANDOM_BYTES: usize = 64 * 1024;

/// What a store holds.
pub(super) struct Host {
    wasi: WasiP1Ctx,
    /// Memory.
    pub(super) memory_limiter: MemoryLimiter,
    /// Standard output.
    pub(super) stdout: Output,
    /// Standard error.
    pub(super) stderr: Output,
    /// When a program that is still running is stopped.
    pub(super) deadline: Instant,
    /// The operations that it marks, if somebody wants to know.
    pub(super) marks: Option<Marks>,
}

impl Host {
    /// A fresh sandbox, made within the runtime whose clock the program waits by.
    pub(super) fn new(
        request: &Request,
        arguments: &[String],
        preopens: &Copies,
        memory_limiter: MemoryLimiter,
    ) -> Result<Self, BenchError> {
        let limit = usize::try_from(request.limits.output.0).unwrap_or(usize::MAX);
        let (stdout, stderr) = stdio::pair(limit);
        let numbers = random(SEED);
        let mut wasi = WasiCtxBuilder::new();
        wasi.arg(PROGRAM_NAME)
            .args(arguments)
            .envs(&request.env)
            .stdin(MemoryInputPipe::new(request.stdin.clone()))
            .stdout(stdout.clone())
            .stderr(stderr.clone())
            .allow_blocking_current_thread(true)
            .secure_random(Deterministic::new(numbers.clone()))
            .insecure_random(Deterministic::new(random(SEED + 1)))
            .insecure_random_seed(map_seed(&numbers))
            .wall_clock(SteppedClock::new())
            .monotonic_clock(SteppedClock::new());
        for (host, guest) in preopens.iter() {
            wasi.preopened_dir(host, guest, FsPerms::ReadWrite)
                .map_err(|err| BenchError::Engine(format!("{err:#}")))?;
        }
        Ok(Self {
            wasi: wasi.build_p1(),
            memory_limiter,
            stdout,
            stderr,
            deadline: after(request.limits.time),
            marks: request.operations.then(Marks::default),
        })
    }

    /// Where the functions of WASI 0.1 find their state.
    pub(super) fn p1(&mut self) -> &mut WasiP1Ctx {
        &mut self.wasi
    }
}

/// The program looked at the monotonic clock.
pub(super) fn mark(mut store: StoreContextMut<'_, Host>) {
    // An engine without fuel says so by an error.
    let left = store.get_fuel();
    if let (Some(marks), Ok(left)) = (&mut store.data_mut().marks, left) {
        marks.mark(left);
    }
}

/// The moment when this time will have passed; a far one if there is none.
pub(super) fn after(time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(1 << 30);
    let now = Instant::now();
    now.checked_add(time).unwrap_or_else(|| now + FAR)
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.ctx()
    }
}

/// Rust's `HashMap` takes its keys from the first 16 random bytes on WASI 0.1 and from a seed of its own
/// on WASI 0.2. This is the seed that equals those bytes: programs for both go through a map in the same
/// order.
fn map_seed(numbers: &[u8]) -> u128 {
    let mut source = Deterministic::new(numbers.to_vec());
    // A random byte is the low one of a random `u32`.
    u128::from_le_bytes(std::array::from_fn(|_| source.next_u32().to_le_bytes()[0]))
}

/// Bytes by SplitMix64 (Steele, Lea and Flood, 2014).
fn random(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(RANDOM_BYTES);
    while bytes.len() < RANDOM_BYTES {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((z ^ (z >> 31)).to_le_bytes());
    }
    bytes
}
