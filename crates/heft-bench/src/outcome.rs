//! From how a run ended to a named outcome.

use super::host::Host;
use super::http::NoNetwork;
use heft_data::bench_result::Outcome;
use wasmtime::{Error, Trap};
use wasmtime_wasi::I32Exit;

/// How a run ended that did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    /// One line about why.
    pub(super) detail: String,
    /// What it printed, where that is what is wrong.
    pub(super) output: Option<Vec<u8>>,
}

impl End {
    pub(super) fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: detail.into(),
            output: None,
        }
    }
}

/// Names the end of a run that came to one, if it did not end well.
pub(super) fn classify(host: &Host, result: &Result<bool, Error>) -> Result<(), End> {
    if let Some(text) = &host.memory_limiter.exceeded {
        return Err(End::new(Outcome::OutOfMemory, text));
    }
    if host.stdout.exceeded() {
        let detail = "printed more than allowed";
        return Err(End::new(Outcome::TooMuchOutput, detail));
    }
    let error = match result {
        Ok(true) => return exit(host, 0),
        Ok(false) => return exit(host, 1),
        Err(error) => error,
    };
    if let Some(I32Exit(code)) = error.downcast_ref() {
        return exit(host, *code);
    }
    if let Some(missing) = error.downcast_ref::<NoNetwork>() {
        return Err(End::new(Outcome::NotRunnable, missing.to_string()));
    }
    let trap = error.downcast_ref::<Trap>().map(ToString::to_string);
    let trapped = trap.is_some() || host.memory_limiter.instantiated;
    let text = trap.unwrap_or_else(|| format!("{error:#}").replace('\n', " "));
    let outcome = if trapped {
        Outcome::Trapped
    } else {
        Outcome::NotRunnable
    };
    Err(End::new(outcome, text + &first_error_line(host)))
}

fn exit(host: &Host, code: i32) -> Result<(), End> {
    if code == 0 {
        return Ok(());
    }
    let detail = format!("exit code {code}{}", first_error_line(host));
    Err(End::new(Outcome::Failed, detail))
}

/// The first line on standard error, which is where programs say what is wrong. Of a Rust panic it
/// is the place, and the message stands in the next one.
fn first_error_line(host: &Host) -> String {
    const LONGEST: usize = 200;
    let said = host.stderr.content();
    let said = String::from_utf8_lossy(&said);
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(mut text) = lines.next().map(str::to_owned) else {
        return String::new();
    };
    if text.contains("panicked at")
        && text.ends_with(':')
        && let Some(message) = lines.next()
    {
        text = format!("{text} {message}");
    }
    format!(": {}", text.chars().take(LONGEST).collect::<String>())
}
