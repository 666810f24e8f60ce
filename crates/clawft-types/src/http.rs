//! The settings of the HTTP provider.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::units::{Bytes, Retries, Seconds};

/// The settings of the HTTP provider. Every field has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Where the service is, without `/chat/completions`.
    pub url: String,
    /// The environment variable that holds the API key; the key itself is never in a file.
    pub api_key_variable: String,
    /// Whether the answer is asked for piece by piece.
    pub stream: bool,
    /// How long one attempt may take from its beginning to its end.
    pub timeout_seconds: Seconds,
    /// How often an attempt is repeated that failed for a reason that may pass.
    pub retries: Retries,
    /// How large an answer may be, with everything around its text.
    pub max_reply_bytes: Bytes,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            url: String::from("https://api.openai.com/v1"),
            api_key_variable: String::from("OPENAI_API_KEY"),
            stream: true,
            timeout_seconds: Seconds(60),
            retries: Retries(3),
            max_reply_bytes: Bytes(4 * 1024 * 1024),
        }
    }
}
