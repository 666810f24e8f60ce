//! The settings of the HTTP provider.

use alloc::string::String;
use core::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::units::{Bytes, Retries, Seconds};
use crate::url::ServiceUrl;

/// The settings of the HTTP provider. Every field has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Where the service is, without `/chat/completions`.
    pub url: ServiceUrl,
    /// The environment variable that holds the API key; the key itself is never in a file.
    pub api_key_variable: VariableName,
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
            url: ServiceUrl::default(),
            api_key_variable: VariableName(String::from("OPENAI_API_KEY")),
            stream: true,
            timeout_seconds: Seconds(60),
            retries: Retries(3),
            max_reply_bytes: Bytes(4 * 1024 * 1024),
        }
    }
}

/// The name of an environment variable: letters, digits and `_`; empty for none.
///
/// What else stands in its place may be the key itself, so it is refused and not printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct VariableName(String);

impl VariableName {
    /// Takes `name` if it is one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            .then(|| Self(String::from(name)))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for VariableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = VariableName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the name of an environment variable: letters, digits and `_`; the key itself has no \
             place in a file",
        )
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<VariableName, E> {
        VariableName::new(value).ok_or_else(|| E::invalid_value(Unexpected::Other("string"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_no_name_of_a_variable() {
        for name in ["", "OPENAI_API_KEY", "key2"] {
            assert!(VariableName::new(name).is_some(), "{name}");
        }
        for name in ["sk-1", "a=b", "a b", "\0", "\u{e4}", "$KEY", "AIza/x+y="] {
            assert_eq!(VariableName::new(name), None, "{name:?}");
        }
    }
}
