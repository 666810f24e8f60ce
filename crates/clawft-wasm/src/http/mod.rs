//! The HTTP provider: OpenAI-style chat completions and embeddings.
//!
//! It is there on wasm32-wasip2, through `wasi:http`. WASI 0.1 has no outgoing HTTP, and the native program
//! does what all builds do.

#[cfg(any(test, all(target_os = "wasi", target_env = "p2")))]
mod service;

use clawft_types::Config;

use crate::context::Context;
use crate::error::Error;

/// Why this build cannot use HTTP, if it cannot.
pub(crate) fn missing() -> Option<&'static str> {
    let can = cfg!(all(target_os = "wasi", target_env = "p2"));
    (!can).then_some(
        "only the wasm32-wasip2 build of clawft can use HTTP \
         (`wasmtime run -S http -S inherit-network ...`)",
    )
}

/// The service's answer to `context`.
#[cfg(all(target_os = "wasi", target_env = "p2"))]
pub(crate) fn answer(config: &Config, context: &Context<'_>) -> Result<String, Error> {
    service::of(config)?.chat(config, context)
}

/// The service's vector of `text`.
#[cfg(all(feature = "memory", target_os = "wasi", target_env = "p2"))]
pub(crate) fn embed(config: &Config, text: &str) -> Result<Vec<f32>, Error> {
    service::of(config)?.embed(config, text)
}

/// That there is none.
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
pub(crate) fn answer(_: &Config, _: &Context<'_>) -> Result<String, Error> {
    Err(Error::new(missing().unwrap_or_default()))
}

/// That there is none.
#[cfg(all(feature = "memory", not(all(target_os = "wasi", target_env = "p2"))))]
pub(crate) fn embed(_: &Config, _: &str) -> Result<Vec<f32>, Error> {
    Err(Error::new(format!(
        "field `memory.embedder`: {}",
        missing().unwrap_or_default()
    )))
}
