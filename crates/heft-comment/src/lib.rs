//! One comment per pull request that says what `wasm-heft gate` found, renewed in place.
//!
//! [`render()`] turns a [`Report`], the gate's JSON, into Markdown. [`Upsert`] is the conversation with
//! GitHub's API that finds, creates or renews the comment: it gives a [`Request`] and takes a
//! [`Response`], so that a test can be its other side. [`Curl`] sends requests, and [`commands`] has all
//! of it as a subcommand.

pub mod commands;
mod curl;
mod render;
mod report;
mod upsert;

pub use curl::{Curl, Transport, TransportError};
pub use render::{Key, render};
pub use report::Report;
pub use upsert::{ApiError, Done, Method, Repository, Request, Response, Step, Target, Upsert};
