//! `budgets.toml`: the ceilings a person set.
//!
//! ```toml
//! schema = 1
//!
//! [[budget]]
//! artefacts = ["*-wasip1", "*-wasip2"]
//! raw = { limit = "350 KiB", stretch = "300 KiB" }
//! gzip = { limit = "150 KiB", stretch = "120 KiB" }
//! ```

use crate::bytes::Bytes;
use crate::toml_file::Source;
use serde::Deserialize;
use std::fmt;
use toml::Spanned;

pub use crate::toml_file::{Place, TomlError as BudgetsError};

/// The only version of the file's shape so far.
const SCHEMA: u32 = 1;

/// A size that can be budgeted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
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

/// A ceiling, and a wish below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Larger than this fails.
    pub limit: Bytes,
    /// At most this is good news.
    pub stretch: Option<Bytes>,
    /// Where the limit is written.
    pub place: Place,
}

/// The ceilings of some artefacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Patterns over artefact names, and where each is written.
    pub patterns: Vec<(String, Place)>,
    ceilings: [Option<Ceiling>; 3],
}

impl Budget {
    /// The ceiling for one measure. `None` where none is set yet.
    #[must_use]
    pub fn ceiling(&self, measure: Measure) -> Option<&Ceiling> {
        self.ceilings[measure as usize].as_ref()
    }
}

/// A whole budgets file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// The file as it was named.
    pub file: String,
    /// Its entries, in file order.
    pub entries: Vec<Budget>,
}

impl Budgets {
    /// Reads the text of the budgets file named `file`.
    ///
    /// # Errors
    ///
    /// When it is not TOML, has an unknown key, a size without a unit, or a wish above its limit.
    pub fn parse(file: &str, text: &str) -> Result<Self, BudgetsError> {
        let source = Source { file, text };
        let raw: RawFile = source.read()?;
        source.check_schema(&raw.schema, SCHEMA)?;
        let mut entries = Vec::new();
        for budget in raw.budget {
            let ceiling = |raw: Option<RawCeiling>| -> Result<Option<Ceiling>, BudgetsError> {
                let Some(raw) = raw else { return Ok(None) };
                let place = source.place(Some(raw.limit.span()));
                let (limit, stretch) = (raw.limit.get_ref().0, raw.stretch.map(|s| s.0));
                if let Some(stretch) = stretch.filter(|stretch| *stretch > limit) {
                    let message =
                        format!("stretch ({stretch}) is above limit ({limit}); swap them");
                    return Err(BudgetsError { place, message });
                }
                Ok(Some(Ceiling {
                    limit,
                    stretch,
                    place,
                }))
            };
            let patterns = budget.artefacts.into_iter().map(|pattern| {
                let place = source.place(Some(pattern.span()));
                (pattern.into_inner(), place)
            });
            entries.push(Budget {
                patterns: patterns.collect(),
                ceilings: [
                    ceiling(budget.raw)?,
                    ceiling(budget.gzip)?,
                    ceiling(budget.brotli)?,
                ],
            });
        }
        Ok(Self {
            file: file.to_owned(),
            entries,
        })
    }
}

/// Whether an artefact's name fits a pattern, in which `*` stands for any run of characters.
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schema: Spanned<u32>,
    #[serde(default)]
    budget: Vec<RawBudget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBudget {
    artefacts: Vec<Spanned<String>>,
    raw: Option<RawCeiling>,
    gzip: Option<RawCeiling>,
    brotli: Option<RawCeiling>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCeiling {
    limit: Spanned<Size>,
    stretch: Option<Size>,
}

/// A size as people write it: `350 KiB`, `1,024 B`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawSize")]
struct Size(Bytes);

#[derive(Deserialize)]
#[serde(untagged)]
enum RawSize {
    Text(String),
    Number(i64),
}

impl TryFrom<RawSize> for Size {
    type Error = String;

    fn try_from(raw: RawSize) -> Result<Self, String> {
        match raw {
            RawSize::Text(text) => parse_size(&text).map(Self),
            RawSize::Number(n) => Err(format!("size {n} has no unit; write e.g. \"{n} KiB\"")),
        }
    }
}

/// Reads a size as people write it: `350 KiB`, `1,024 B`.
///
/// # Errors
///
/// When there is no number, no unit or an unknown one, or it is too large; in words.
pub fn parse_size(text: &str) -> Result<Bytes, String> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(text.len());
    let (number, unit) = (text[..digits].replace(',', ""), text[digits..].trim());
    if number.is_empty() {
        return Err(format!(
            "\"{text}\" is not a size; write e.g. \"350 KiB\" or \"1,024 B\""
        ));
    }
    let factor: u64 = match unit {
        "B" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        "" => return Err(format!("\"{text}\" has no unit; write e.g. \"{text} KiB\"")),
        _ => {
            return Err(format!(
                "\"{unit}\" is not a unit; use B, KiB or MiB, e.g. \"{number} KiB\""
            ));
        }
    };
    let too_large = || format!("\"{text}\" is too large");
    let number: u64 = number.parse().map_err(|_| too_large())?;
    number.checked_mul(factor).map(Bytes).ok_or_else(too_large)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Budgets::parse("b.toml", text)
            .expect_err("it is wrong")
            .to_string()
    }

    #[test]
    fn sizes_are_read_with_their_unit() {
        let cases = [
            ("350 KiB", 358_400),
            ("1,024 B", 1_024),
            ("2MiB", 2_097_152),
            ("0 B", 0),
        ];
        for (text, bytes) in cases {
            assert_eq!(parse_size(text), Ok(Bytes(bytes)), "{text}");
        }
        for text in [
            "350",
            "KiB",
            "350 KB",
            "1.5 MiB",
            "-1 B",
            "99999999999999999999 B",
            "",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_missing_unit_is_an_error_with_line_and_example() {
        let text = "schema = 1\n[[budget]]\nartefacts = [\"a\"]\nraw = { limit = \"350\" }\n";
        assert_eq!(
            error(text),
            "b.toml:4: \"350\" has no unit; write e.g. \"350 KiB\""
        );
        let text = "schema = 1\n[[budget]]\nartefacts = [\"a\"]\n\nraw = { limit = 350 }\n";
        assert_eq!(
            error(text),
            "b.toml:5: size 350 has no unit; write e.g. \"350 KiB\""
        );
    }

    #[test]
    fn a_misspelt_key_is_an_error_with_its_line() {
        let text = "schema = 1\n[[budget]]\nartefacts = [\"a\"]\nrwa = { limit = \"1 B\" }\n";
        let message = error(text);
        assert!(
            message.starts_with("b.toml:4: unknown field `rwa`"),
            "{message}"
        );
        let text = "schema = 1\n[[budget]]\nartefacts = [\"a\"]\nraw = { limit = \"1 B\", strech = \"1 B\" }\n";
        let message = error(text);
        assert!(
            message.starts_with("b.toml:4: unknown field `strech`"),
            "{message}"
        );
    }

    #[test]
    fn a_wish_above_its_limit_and_an_unknown_schema_are_errors() {
        let text = "schema = 1\n[[budget]]\nartefacts = [\"a\"]\nraw = { limit = \"1 B\", stretch = \"2 B\" }\n";
        assert!(error(text).starts_with("b.toml:4: stretch (2 B) is above limit (1 B)"));
        assert_eq!(
            error("schema = 2\n"),
            "b.toml:1: schema 2 is not known, expected 1"
        );
        assert!(error("schema =").starts_with("b.toml:1: "));
    }

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
