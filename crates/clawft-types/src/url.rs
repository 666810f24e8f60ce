//! The address of a service.

use alloc::string::String;
use core::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The address of a service, such as `https://api.openai.com/v1`.
///
/// It is `http` or `https`, a host with or without a port, and a path. What may hold a secret is
/// refused, since an address is printed: a name and password before the host, a query, a fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ServiceUrl(String);

impl Default for ServiceUrl {
    /// OpenAI's own.
    fn default() -> Self {
        Self(String::from("https://api.openai.com/v1"))
    }
}

const SECURE: &str = "https://";
const PLAIN: &str = "http://";

impl ServiceUrl {
    /// Takes `url` if it is such an address.
    #[must_use]
    pub fn new(url: &str) -> Option<Self> {
        let (authority, path) = parts(url)?;
        let allowed = |text: &str, more: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte))
        };
        let valid = !authority.is_empty()
            && allowed(authority, ".-:[]")
            && allowed(path, "/.-_~%+,:=@!$&'()*;");
        valid.then(|| Self(String::from(url)))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with(SECURE)
    }

    /// Host and port.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.parts().0
    }

    /// The path without slashes at its end: empty, or one that begins with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.parts().1.trim_end_matches('/')
    }

    fn parts(&self) -> (&str, &str) {
        parts(&self.0).unwrap_or_default()
    }
}

/// What is before the first slash behind `://`, and the rest.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix(SECURE).or(url.strip_prefix(PLAIN))?;
    let slash = rest.find('/').unwrap_or(rest.len());
    rest.split_at_checked(slash)
}

impl<'de> Deserialize<'de> for ServiceUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(UrlVisitor)
    }
}

struct UrlVisitor;

impl Visitor<'_> for UrlVisitor {
    type Value = ServiceUrl;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an address such as `https://api.openai.com/v1`, without name, password, query and fragment",
        )
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<ServiceUrl, E> {
        // NB: the value is not told: it may hold a password, or be a key.
        ServiceUrl::new(value).ok_or_else(|| E::invalid_value(Unexpected::Other("string"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let table = [
            (
                "https://api.example.com/v1/",
                (true, "api.example.com", "/v1"),
            ),
            ("http://[::1]:8080", (false, "[::1]:8080", "")),
            ("http://a//b/", (false, "a", "//b")),
        ];
        for (text, parts) in table {
            let url = ServiceUrl::new(text).expect("an address");
            assert_eq!((url.is_secure(), url.authority(), url.path()), parts);
            assert_eq!(url.as_str(), text);
        }
    }

    #[test]
    fn the_default_is_an_address() {
        let url = ServiceUrl::default();
        assert_eq!(ServiceUrl::new(url.as_str()), Some(url));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "http://",
            "HTTP://a",
            "ftp://a",
            "a.example",
            "http://a b",
            "http://a/\n",
            "http://me:key@a/",
            "http://key@a",
            "http://a/?q",
            "http://a?key=k",
            "http://a/#key",
            "http:///v1",
            "https://\u{e4}",
        ] {
            assert_eq!(ServiceUrl::new(bad), None, "{bad:?}");
        }
    }
}
