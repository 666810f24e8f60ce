//! Shows on a terminal that work which takes more than a second goes on.

use super::{output, progress};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// When the first line is shown.
const FIRST: Duration = Duration::from_secs(1);
/// How long until the next.
const NEXT: Duration = Duration::from_secs(5);

/// Counts what is done; says so now and then until it is dropped.
pub(crate) struct Ticker {
    #[cfg_attr(
        not(feature = "analysis"),
        expect(dead_code, reason = "one file is read, and none counted")
    )]
    done: std::sync::Arc<AtomicUsize>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Starts to count. `what` is said with the numbers, where progress is shown: `weighing: 2 of 5
    /// files`.
    pub(crate) fn start(what: &'static str, total: usize) -> Self {
        let done = std::sync::Arc::new(AtomicUsize::new(0));
        let (stop, stopped) = channel();
        let count = done.clone();
        let thread = progress::shown()
            .then(|| std::thread::spawn(move || tick(what, total, &count, &stopped)));
        Self {
            done,
            stop: Some(stop),
            thread,
        }
    }

    /// Counts one.
    #[cfg(feature = "analysis")]
    pub(crate) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

fn tick(what: &str, total: usize, done: &AtomicUsize, stopped: &Receiver<()>) {
    let started = Instant::now();
    let mut wait = FIRST;
    while stopped.recv_timeout(wait) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
        wait = NEXT;
        let files = if total == 1 { "file" } else { "files" };
        let (done, seconds) = (done.load(Ordering::Relaxed), started.elapsed().as_secs());
        output::progress(&format!(
            "{what}: {done} of {total} {files} done after {seconds} s"
        ));
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // It only prints; that it ends is all that is waited for.
            let _ = thread.join();
        }
    }
}
