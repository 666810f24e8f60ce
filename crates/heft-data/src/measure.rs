//! What can be measured of a file, and patterns over names.

use std::fmt;

/// A size that can be budgeted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// The file as it is.
    Raw,
    /// gzip level 9.
    Gzip,
    /// brotli quality 11.
    Brotli,
}

impl Measure {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Gzip, Self::Brotli];
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Raw => "raw",
            Self::Gzip => "gzip",
            Self::Brotli => "brotli",
        })
    }
}

/// Whether an artifact's name fits a pattern, in which `*` stands for any run of characters.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let Some(tail) = parts.pop() else { return true };
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, name) in [
            ("*-wasip1", "talc-wasip1"),
            ("talc-*", "talc-wasip2-min"),
            ("*", "x"),
            ("a*b*c", "a1b2c"),
            ("a", "a"),
            ("a*", "a"),
            ("*a*", "bab"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*-wasip1", "talc-wasip2"),
            ("a*a", "a"),
            ("a", "ab"),
            ("a*b*c", "acb"),
            ("b*", "ab"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
