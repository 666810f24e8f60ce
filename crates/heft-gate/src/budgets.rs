//! `budgets.toml`: the ceilings a person set.
//!
//! ```toml
//! schema = 1
//!
//! [[budget]]
//! artifacts = ["*-wasip1", "*-wasip2"]
//! raw = { limit = "350 KiB", guard = "320 KiB", stretch = "300 KiB" }
//! gzip = { limit = "150 KiB", stretch = "120 KiB" }
//!
//! [[ratio]]
//! of = "talc-*"
//! to = "dlmalloc-*"
//! measures = ["fuel"]
//! limit = 0.95
//! ```

use heft_data::counter::Counter;
use heft_data::measure::Measure;
use heft_data::source::place::Place;
use heft_data::source::toml_file::Source;
use heft_wasm::bytes::{Bytes, no_unit, parse_size};
use serde::Deserialize;
use toml::Spanned;

pub use heft_data::source::toml_file::TomlError as BudgetsError;

/// The only version of the file's shape so far.
const SCHEMA: u32 = 1;

/// A ceiling, a nearer one that follows the sizes, and a wish below them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Larger than this fails.
    pub limit: Bytes,
    /// So is larger than this: a little above what was measured when it was written, so that no row of small
    /// steps, each accepted, comes near the limit unseen.
    pub guard: Option<Bytes>,
    /// At most this is good news.
    pub stretch: Option<Bytes>,
    /// Where the limit is written.
    pub place: Place,
}

/// The ceilings of some artifacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Patterns over artifact names, and where each is written.
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

/// The most that some modules may need in relation to others of the same run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// The modules. A `*` stands for any text.
    pub of: String,
    /// Those they are compared with. A `*` stands for the same text.
    pub to: String,
    /// What is compared.
    pub measures: Vec<Counter>,
    /// Patterns over the cases that count.
    pub cases: Vec<String>,
    /// The largest geometric mean over the cases that passes.
    pub limit: f64,
    /// The largest ratio of a single case that passes.
    pub worst: Option<f64>,
    /// Where this is written.
    pub place: Place,
}

/// A whole budgets file.
#[derive(Clone, Debug, PartialEq)]
pub struct Budgets {
    /// The file as it was named.
    pub file: String,
    /// Its entries, in file order.
    pub entries: Vec<Budget>,
    /// Its ratios, in file order.
    pub ratios: Vec<Ratio>,
}

impl Budgets {
    /// Reads the text of the budgets file named `file`.
    ///
    /// # Errors
    ///
    /// When it is not TOML, has an unknown key, a size without a unit, a wish above its limit, or an
    /// entry that limits nothing.
    pub fn parse(file: &str, text: &str) -> Result<Self, BudgetsError> {
        let source = Source { file, text };
        let raw: RawFile = source.read()?;
        source.check_schema(&raw.schema, SCHEMA)?;
        if raw.budget.is_empty() && raw.ratio.is_empty() {
            let message = "it has neither [[budget]] nor [[ratio]], so it limits nothing";
            return Err(source.error(raw.schema.span(), message.to_owned()));
        }
        let mut entries = Vec::new();
        for budget in raw.budget {
            let budget_span = budget.span();
            let budget = budget.into_inner();
            if budget.artifacts.is_empty() {
                let message = "a budget of no artifact; name some, e.g. artifacts = [\"*\"]";
                return Err(source.error(budget_span, message.to_owned()));
            }
            if budget.raw.is_none() && budget.gzip.is_none() && budget.brotli.is_none() {
                let message = "a budget without a limit holds nothing; write one, e.g. raw = { limit = \"350 KiB\" }";
                return Err(source.error(budget_span, message.to_owned()));
            }
            let ceiling = |raw: Option<RawCeiling>| -> Result<Option<Ceiling>, BudgetsError> {
                let Some(raw) = raw else { return Ok(None) };
                let place = source.place(Some(raw.limit.span()));
                let limit = raw.limit.get_ref().0;
                let (guard, stretch) = (raw.guard.map(|s| s.0), raw.stretch.map(|s| s.0));
                let falling = [
                    ("stretch", stretch),
                    ("guard", guard),
                    ("limit", Some(limit)),
                ];
                let mut below: Option<(&str, Bytes)> = None;
                for (name, size) in falling {
                    let Some(size) = size else { continue };
                    if let Some((lower, _)) = below.filter(|(_, other)| *other > size) {
                        let message = format!(
                            "{lower} ({}) is above {name} ({size}); swap them",
                            below.map_or(Bytes(0), |(_, other)| other)
                        );
                        return Err(BudgetsError { place, message });
                    }
                    below = Some((name, size));
                }
                Ok(Some(Ceiling {
                    limit,
                    guard,
                    stretch,
                    place,
                }))
            };
            let patterns = budget.artifacts.into_iter().map(|pattern| {
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
        let ratios = raw.ratio.into_iter().map(|raw| ratio(&source, raw));
        Ok(Self {
            file: file.to_owned(),
            entries,
            ratios: ratios.collect::<Result<_, _>>()?,
        })
    }
}

fn ratio(source: &Source<'_>, raw: RawRatio) -> Result<Ratio, BudgetsError> {
    let wrong = |span, message: &str| Err(source.error(span, message.to_owned()));
    let mut measures = Vec::new();
    for name in &raw.measures {
        let mut known = Counter::compared().map(|(counter, _)| counter);
        let Some(counter) = known.find(|counter| counter.key() == name.get_ref()) else {
            let known: Vec<&str> = Counter::compared().map(|(c, _)| c.key()).collect();
            let message = format!(
                "`{}` is not measured; there are: {}",
                name.get_ref(),
                known.join(", ")
            );
            return wrong(name.span(), &message);
        };
        measures.push(counter);
    }
    let stars = |text: &Spanned<String>| text.get_ref().matches('*').count();
    if stars(&raw.of) > 1 || stars(&raw.of) != stars(&raw.to) {
        let message = "`of` and `to` have one `*` each, which stands for the same text, or none";
        return wrong(raw.of.span(), message);
    }
    if raw.of.get_ref() == raw.to.get_ref() {
        return wrong(
            raw.to.span(),
            "`of` and `to` are the same: their ratio is one",
        );
    }
    if measures.is_empty() || raw.cases.as_ref().is_some_and(Vec::is_empty) {
        return wrong(
            raw.of.span(),
            "a ratio of no measure or no case holds nothing",
        );
    }
    for limit in [Some(&raw.limit), raw.worst.as_ref()].into_iter().flatten() {
        if !(limit.get_ref().is_finite() && *limit.get_ref() > 0.0) {
            let message = format!("a ratio is above 0, not {}", limit.get_ref());
            return wrong(limit.span(), &message);
        }
    }
    Ok(Ratio {
        place: source.place(Some(raw.of.span())),
        of: raw.of.into_inner(),
        to: raw.to.into_inner(),
        measures,
        cases: raw.cases.unwrap_or_else(|| vec!["*".to_owned()]),
        limit: raw.limit.into_inner(),
        worst: raw.worst.map(Spanned::into_inner),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schema: Spanned<u32>,
    #[serde(default)]
    budget: Vec<Spanned<RawBudget>>,
    #[serde(default)]
    ratio: Vec<RawRatio>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRatio {
    of: Spanned<String>,
    to: Spanned<String>,
    measures: Vec<Spanned<String>>,
    cases: Option<Vec<String>>,
    limit: Spanned<f64>,
    worst: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBudget {
    artifacts: Vec<Spanned<String>>,
    raw: Option<RawCeiling>,
    gzip: Option<RawCeiling>,
    brotli: Option<RawCeiling>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCeiling {
    limit: Spanned<Size>,
    guard: Option<Size>,
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
    Fraction(f64),
    Other(serde::de::IgnoredAny),
}

impl TryFrom<RawSize> for Size {
    type Error = String;

    fn try_from(raw: RawSize) -> Result<Self, String> {
        match raw {
            RawSize::Text(text) => parse_size(&text).map(Self),
            RawSize::Number(n) => Err(no_unit(&n.to_string())),
            RawSize::Fraction(n) => Err(no_unit(&n.to_string())),
            RawSize::Other(_) => Err("expected a size, e.g. \"350 KiB\" or \"1,024 B\"".to_owned()),
        }
    }
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
            ("1.5 MiB", 1_572_864),
            ("0.25 KiB", 256),
            ("10.0 B", 10),
            ("9223372036854775807 B", i64::MAX.unsigned_abs()),
        ];
        for (text, bytes) in cases {
            assert_eq!(parse_size(text), Ok(Bytes(bytes)), "{text}");
        }
        for text in [
            "350",
            "KiB",
            "350 KB",
            "1.5 B",
            "0.1 KiB",
            "1.2.3 KiB",
            "1. KiB",
            ".5 MiB",
            "-1 B",
            "9223372036854775808 B",
            "18446744073709551615 MiB",
            "0.00000000000000000000000000000000000000001 MiB",
            "99999999999999999999 B",
            "",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_missing_unit_is_an_error_with_line_and_example() {
        let text = "schema = 1\n[[budget]]\nartifacts = [\"a\"]\nraw = { limit = \"350\" }\n";
        assert_eq!(
            error(text),
            "b.toml:4: size 350 has no unit; write \"350 B\" or \"350 KiB\""
        );
        let text = "schema = 1\n[[budget]]\nartifacts = [\"a\"]\n\nraw = { limit = 350 }\n";
        assert_eq!(
            error(text),
            "b.toml:5: size 350 has no unit; write \"350 B\" or \"350 KiB\""
        );
    }

    #[test]
    fn a_budget_that_limits_nothing_is_an_error_with_its_line() {
        for (text, expected) in [
            (
                "schema = 1\n",
                "b.toml:1: it has neither [[budget]] nor [[ratio]]",
            ),
            (
                "schema = 1\n\n[[budget]]\nartifacts = [\"a\"]\n",
                "b.toml:3: a budget without a limit holds nothing",
            ),
            (
                "schema = 1\n[[budget]]\nartifacts = []\nraw = { limit = \"1 B\" }\n",
                "b.toml:2: a budget of no artifact",
            ),
            (
                "schema = 1\n[[ratio]]\nof = \"a\"\nto = \"b\"\nmeasures = []\nlimit = 1\n",
                "b.toml:3: a ratio of no measure",
            ),
            (
                "schema = 1\n[[ratio]]\nof = \"a\"\nto = \"a\"\nmeasures = [\"fuel\"]\nlimit = 1\n",
                "b.toml:4: `of` and `to` are the same",
            ),
            (
                "schema = 1\n[[ratio]]\nof = \"a*\"\nto = \"b\"\nmeasures = [\"fuel\"]\nlimit = 1\n",
                "b.toml:3: `of` and `to` have one `*` each",
            ),
            (
                "schema = 1\n[[ratio]]\nof = \"a\"\nto = \"b\"\nmeasures = [\"fuel\"]\nlimit = inf\n",
                "b.toml:6: a ratio is above 0, not inf",
            ),
            (
                "schema = 1\n[[ratio]]\nof = \"a\"\nto = \"b\"\nmeasures = [\"feul\"]\nlimit = 1\n",
                "b.toml:5: `feul` is not measured; there are: fuel, fuel_bulk_once, grown_pages",
            ),
        ] {
            let message = error(text);
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn numbers_that_no_size_has_are_errors_with_their_line() {
        for (size, expected) in [
            ("\"9223372036854775808 B\"", "is too large"),
            (
                "\"99999999999999999999999999999999999999999 B\"",
                "is too large",
            ),
            ("9223372036854775807", "has no unit"),
            ("1.5", "size 1.5 has no unit"),
            ("true", "expected a size"),
            ("[1]", "expected a size"),
        ] {
            let text = format!(
                "schema = 1\n[[budget]]\nartifacts = [\"a\"]\nraw = {{ limit = {size} }}\n"
            );
            let message = error(&text);
            assert!(
                message.starts_with("b.toml:4: ") && message.contains(expected),
                "{message}"
            );
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error_with_its_line() {
        let text = "schema = 1\n[[budget]]\nartifacts = [\"a\"]\nrwa = { limit = \"1 B\" }\n";
        let message = error(text);
        assert!(
            message.starts_with("b.toml:4: unknown field `rwa`"),
            "{message}"
        );
        let text = "schema = 1\n[[budget]]\nartifacts = [\"a\"]\nraw = { limit = \"1 B\", strech = \"1 B\" }\n";
        let message = error(text);
        assert!(
            message.starts_with("b.toml:4: unknown field `strech`"),
            "{message}"
        );
    }

    #[test]
    fn a_wish_above_its_limit_and_an_unknown_schema_are_errors() {
        let text = "schema = 1\n[[budget]]\nartifacts = [\"a\"]\nraw = { limit = \"1 B\", stretch = \"2 B\" }\n";
        assert!(error(text).starts_with("b.toml:4: stretch (2 B) is above limit (1 B)"));
        assert_eq!(
            error("schema = 2\n"),
            "b.toml:1: schema 2 is not known, expected 1"
        );
        assert!(error("schema =").starts_with("b.toml:1: "));
    }
}
