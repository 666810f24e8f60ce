//! From how a run ended to a named outcome.

use super::host::Host;
use super::http::NoNetwork;
use heft_data::bench_result::Outcome;
use wasmtime::{Error, Trap};
use wasmtime_wasi::I32Exit;

/// How a run ended, and a line about it unless that is `ok`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) detail: Option<String>,
}

impl End {
    pub(super) fn bad(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: Some(detail.into()),
        }
    }

    pub(super) fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }
}

/// Names the end of a run that came to one.
pub(super) fn classify(host: &Host, result: &Result<bool, Error>) -> End {
    if let Some(text) = &host.memory_limiter.exceeded {
        return End::bad(Outcome::OutOfMemory, text);
    }
    if host.stdout.exceeded() {
        return End::bad(Outcome::TooMuchOutput, "printed more than allowed");
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
        return End::bad(Outcome::NotRunnable, missing.to_string());
    }
    let trap = error.downcast_ref::<Trap>().map(ToString::to_string);
    let trapped = trap.is_some() || host.memory_limiter.instantiated;
    let text = trap.unwrap_or_else(|| format!("{error:#}").replace('\n', " "));
    let outcome = if trapped {
        Outcome::Trapped
    } else {
        Outcome::NotRunnable
    };
    End::bad(outcome, text + &first_error_line(host))
}

fn exit(host: &Host, code: i32) -> End {
    if code == 0 {
        return End {
            outcome: Outcome::Ok,
            detail: None,
        };
    }
    End::bad(
        Outcome::Failed,
        format!("exit code {code}{}", first_error_line(host)),
    )
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
