//! What goes to a service and what comes back.
//!
//! [`Service`] knows when to try again, how much to read and what to make of it; how bytes come and go is
//! a [`Transport`]'s business: `wasi.rs` on wasm32-wasip2, a pretended one in tests.

mod chat;
#[cfg(feature = "memory")]
mod embedding;
mod retry;
mod sse;
#[cfg(all(target_os = "wasi", target_env = "p2"))]
mod wasi;

use std::time::Duration;

use clawft_types::{Config, HttpConfig, ServiceUrl, VariableName};

use self::chat::Answer;
use self::sse::Events;
use crate::context::Context;
use crate::error::{Error, cut, one_line};

/// How much of an error's body is read, in bytes.
const MAX_PROBLEM_BYTES: usize = 16 * 1024;

/// How much of what a service says goes into a message, in bytes.
const LONGEST_PROBLEM: usize = 240;

/// The shortest key that is looked for in what a service says, in bytes. A shorter one (`x`, `EMPTY`, as
/// services without keys take them) is not a secret, and is part of ordinary words.
const SHORTEST_SECRET: usize = 8;

/// What is sent.
pub(in crate::http) struct Request<'a> {
    url: &'a ServiceUrl,
    path: &'a str,
    /// The value of the header `authorization`.
    authorization: Option<&'a str>,
    body: &'a str,
    /// For the attempt from its beginning to its end.
    timeout: Duration,
}

/// The beginning of what comes back.
pub(in crate::http) struct Response<B> {
    status: u16,
    retry_after: Option<Vec<u8>>,
    /// It comes as server-sent events.
    is_events: bool,
    body: B,
}

/// Why nothing came back, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) enum Failure {
    /// Another attempt is of no use.
    Final(&'static str),
    /// Another attempt may succeed.
    MayPass(&'static str),
}

/// How bytes come and go.
pub(in crate::http) trait Transport {
    type Body: Body;
    fn post(&mut self, request: &Request<'_>) -> Result<Response<Self::Body>, Failure>;
    fn wait(&mut self, time: Duration);
}

/// What comes after the head of a response.
pub(in crate::http) trait Body {
    /// The next bytes; `None` at the end.
    fn read(&mut self) -> Result<Option<Vec<u8>>, Failure>;
}

/// The service that a config names.
pub(in crate::http) struct Service<'a, T> {
    config: &'a HttpConfig,
    key: Option<String>,
    transport: T,
}

/// The service that `config` names.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
pub(in crate::http) fn of(config: &Config) -> Result<Service<'_, wasi::Wasi>, Error> {
    Ok(Service {
        config: &config.http,
        key: key(&config.http.api_key_variable)?,
        transport: wasi::Wasi,
    })
}

/// The API key in the environment; without one, none is sent. NB: it must never be printed.
fn key(variable: &VariableName) -> Result<Option<String>, Error> {
    use std::env::{self, VarError};
    let variable = variable.as_str();
    if variable.is_empty() {
        return Ok(None);
    }
    let is_valid = |key: &str| key.bytes().all(|byte| byte.is_ascii_graphic());
    match env::var(variable) {
        Err(VarError::NotPresent) => Ok(None),
        Ok(key) if key.is_empty() => Ok(None),
        Ok(key) if is_valid(&key) => Ok(Some(key)),
        _ => Err(Error::new(format!(
            "the API key in the environment variable `{variable}` has characters that no key has, such as \
             spaces; set it anew"
        ))),
    }
}

impl<T: Transport> Service<'_, T> {
    /// The answer to `context`.
    pub(in crate::http) fn chat(
        &mut self,
        config: &Config,
        context: &Context<'_>,
    ) -> Result<String, Error> {
        let body = chat::request(config, context);
        let mut answer = Answer::default();
        let mut events = Events::default();
        let mut whole = Vec::new();
        self.post("/chat/completions", &body, |is_events, bytes| {
            if is_events {
                return events.push(bytes, |data| answer.take(data));
            }
            whole.extend_from_slice(bytes);
            Ok(())
        })?;
        if !whole.is_empty() {
            answer
                .take(&whole)
                .map_err(|problem| self.problem(&problem))?;
            answer.complete = true;
        }
        if !answer.complete {
            return Err(self.problem("its answer has broken off"));
        }
        if answer.text.is_empty() {
            return Err(self.problem("its answer has no text"));
        }
        Ok(self.clean(&answer.text))
    }

    /// The vector of `text`, of length 1.
    #[cfg(feature = "memory")]
    pub(in crate::http) fn embed(
        &mut self,
        config: &Config,
        text: &str,
    ) -> Result<Vec<f32>, Error> {
        let dimensions = config.memory.dimensions.count();
        let body = embedding::request(&config.memory.model, text, dimensions);
        let mut whole = Vec::new();
        self.post("/embeddings", &body, |_, bytes| {
            whole.extend_from_slice(bytes);
            Ok(())
        })?;
        let mut vector =
            embedding::vector(&whole, dimensions).map_err(|problem| self.problem(&problem))?;
        if crate::memory::vector::normalize(&mut vector) {
            return Ok(vector);
        }
        Err(self.problem("its vector has no direction"))
    }

    /// Sends `body` until there is an answer, and hands its bytes to `take`.
    fn post(
        &mut self,
        path: &str,
        body: &str,
        mut take: impl FnMut(bool, &[u8]) -> Result<(), String>,
    ) -> Result<(), Error> {
        let url = &self.config.url;
        let authorization = self.key.as_ref().map(|key| format!("Bearer {key}"));
        let timeout = Duration::from_secs(u64::from(self.config.timeout_seconds.0));
        let request = Request {
            url,
            path: &format!("{}{path}", url.path()),
            authorization: authorization.as_deref(),
            body,
            timeout,
        };
        let mut attempt = 0;
        loop {
            let is_last = attempt >= self.config.retries.0;
            let wait = match self.transport.post(&request) {
                Ok(mut response) if response.status == 200 => {
                    let max = self.config.max_reply_bytes.0 as usize;
                    let mut left = max;
                    while let Some(bytes) =
                        response.body.read().map_err(|error| self.failed(&error))?
                    {
                        left = left.checked_sub(bytes.len()).ok_or_else(|| {
                            self.problem(&format!(
                                "its answer is larger than {max} bytes, the `http.max_reply_bytes`"
                            ))
                        })?;
                        take(response.is_events, &bytes)
                            .map_err(|problem| self.problem(&problem))?;
                    }
                    return Ok(());
                }
                Ok(mut response) => {
                    let wait = retry::wait(attempt, response.retry_after.as_deref());
                    if is_last || !retry::may_pass(response.status) {
                        return Err(self.refusal(response.status, &mut response.body));
                    }
                    if wait > timeout {
                        return Err(self.problem(&format!(
                            "it answers with status {} and asks to wait {} seconds",
                            response.status,
                            wait.as_secs()
                        )));
                    }
                    wait
                }
                Err(Failure::MayPass(_)) if !is_last => retry::wait(attempt, None),
                Err(failure) => return Err(self.failed(&failure)),
            };
            self.transport.wait(wait);
            attempt += 1;
        }
    }

    /// What a response that is not an answer has to say.
    fn refusal(&self, status: u16, body: &mut T::Body) -> Error {
        let mut text = Vec::new();
        // What is wrong with an error's body is of no interest.
        while text.len() < MAX_PROBLEM_BYTES
            && let Ok(Some(bytes)) = body.read()
        {
            text.extend_from_slice(&bytes);
        }
        let advice = match status {
            300..=399 => "; give the address that it leads to",
            401 | 403 => "; check the API key",
            404 => "; check the address and `model`",
            _ => "",
        };
        match chat::problem(&text) {
            Some(problem) => self.problem(&format!(
                "it answers with status {status}: {problem}{advice}"
            )),
            None => self.problem(&format!("it answers with status {status}{advice}")),
        }
    }

    fn failed(&self, failure: &Failure) -> Error {
        let (Failure::Final(reason) | Failure::MayPass(reason)) = failure;
        self.problem(reason)
    }

    /// An error of this service.
    fn problem(&self, problem: &str) -> Error {
        let problem = self.clean(problem);
        Error::new(format!(
            "{}: {}",
            self.clean(self.config.url.as_str()),
            one_line(&cut(&problem, LONGEST_PROBLEM))
        ))
    }

    /// A service's text without the API key, which it may send back, and without control characters,
    /// which a terminal may obey.
    fn clean(&self, text: &str) -> String {
        let text = match &self.key {
            Some(key) if key.len() >= SHORTEST_SECRET => text.replace(key.as_str(), "[API key]"),
            _ => text.to_owned(),
        };
        text.chars()
            .map(|c| match c {
                '\n' | '\t' => c,
                // The second range of them, which UTF-8 text may hold, as well.
                '\0'..=' ' | '\u{7f}'..='\u{9f}' if c != ' ' => '\u{fffd}',
                c => c,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
