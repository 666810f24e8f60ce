//! What the clawft agent reads and writes, as types: [`Config`], [`Message`], [`Turn`], [`SessionId`].
//!
//! Nothing here touches a file. [`from_json`] parses a document and says where it is wrong
//! ([`JsonError`]: line, column, field), which is the part that needs care; the rest is plain data.

#![no_std]

extern crate alloc;

mod config;
mod http;
mod json;
mod memory;
mod message;
mod session;
mod units;
mod url;

pub use config::{Config, Provider};
pub use http::{HttpConfig, VariableName};
pub use json::{JsonError, from_json};
pub use memory::{Dimensions, Embedder, MemoryConfig};
pub use message::{Message, Role};
pub use session::{SessionId, SessionIdError, Turn};
pub use units::{Bytes, Retries, Seconds, Tokens};
pub use url::ServiceUrl;
