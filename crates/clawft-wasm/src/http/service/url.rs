//! The service's address, taken apart.

/// Where the service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) struct Url<'a> {
    pub(super) secure: bool,
    /// Host and port.
    pub(super) authority: &'a str,
    /// Begins with `/`, or is empty.
    pub(super) path: &'a str,
}

impl<'a> Url<'a> {
    /// Takes `url` apart; `None` if it is none that can be used.
    ///
    /// A name and password in it are refused: they would be printed with it.
    pub(super) fn parse(url: &'a str) -> Option<Self> {
        let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return None,
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let allowed = |text: &str, more: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || more.as_bytes().contains(&byte))
        };
        let valid = !authority.is_empty()
            && allowed(authority, ".-:[]")
            && allowed(path, "/.-_~%+,:=@!$&'()*;");
        valid.then(|| Self {
            secure,
            authority,
            path: path.trim_end_matches('/'),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let url = Url::parse("https://api.example.com/v1/").expect("an address");
        assert_eq!(
            (url.secure, url.authority, url.path),
            (true, "api.example.com", "/v1")
        );
        let url = Url::parse("http://[::1]:8080").expect("an address");
        assert_eq!(
            (url.secure, url.authority, url.path),
            (false, "[::1]:8080", "")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "http://",
            "ftp://a",
            "a.example",
            "http://a b",
            "http://a/\n",
            "http://me:key@a/",
            "http://a/?q",
            "http:///v1",
            "https://\u{e4}",
        ] {
            assert_eq!(Url::parse(bad), None, "{bad:?}");
        }
    }
}
