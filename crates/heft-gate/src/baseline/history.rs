//! `history.jsonl`: how the baselines got where they are, one line for each move.

use heft_data::source::json::{JsonError, parse};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A move of a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The day, `YYYY-MM-DD`, UTC.
    pub when: String,
    /// The baseline: `sizes` or `bench`.
    pub baseline: Baseline,
    /// The artifact or module; `*` for everything of a fingerprint.
    pub what: String,
    /// The numbers that moved, as they were; `null` where there were none.
    pub old: Option<Value>,
    /// The same, as they are; `null` where there are none any more.
    pub new: Option<Value>,
    /// Why something got worse; `null` where nothing did.
    pub reason: Option<String>,
    /// Id of the tools.
    pub fingerprint: String,
}

impl Line {
    /// What the move is of.
    fn key(&self) -> (Baseline, String, String) {
        (self.baseline, self.fingerprint.clone(), self.what.clone())
    }
}

/// A baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Baseline {
    /// `sizes.json`
    Sizes,
    /// `bench.json`
    Bench,
}

/// The text of the history named `file` with `lines` at its end; without those whose move is the last
/// one it tells of their artifact: a run that was cut off wrote them, and its baseline did not follow.
///
/// # Errors
///
/// When a line of `text` is not one of a history.
pub fn append(file: &str, text: &str, lines: &[Line]) -> Result<String, JsonError> {
    let mut last: BTreeMap<(Baseline, String, String), Line> = BTreeMap::new();
    for (i, line) in text.lines().enumerate() {
        let line = parse::<Line>(file, line).map_err(|mut err| {
            err.place.line = i + 1;
            err
        })?;
        last.insert(line.key(), line);
    }
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let known = |line: &&Line| {
        let last = last.get(&line.key());
        last.is_some_and(|last| (&last.old, &last.new) == (&line.old, &line.new))
    };
    for line in lines.iter().filter(|line| !known(line)) {
        out.push_str(&serde_json::to_string(line).unwrap_or_default());
        out.push('\n');
    }
    Ok(out)
}

/// Today, as UTC has it: `YYYY-MM-DD`.
#[must_use]
pub fn today() -> String {
    let now = Offset::UTC.to_datetime(Timestamp::now());
    now.date().to_string()
}

/// Whether `text` is a day, `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    // NB: jiff reads other forms of a day, too, and one with a time of day behind it.
    let date = text.parse::<Date>();
    date.is_ok_and(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar() {
        for text in ["1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31"] {
            assert!(is_date(text), "{text}");
        }
        assert!(is_date(&today()), "{}", today());
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026-01-00",
            "+026-01-01",
            "1900-02-29",
            "20260101",
            "2026-01-01T00:00",
            " 2026-01-01",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_cut_off_is_named() {
        let err = append("h.jsonl", "{\"when\":\"2026-01-01\",\"ba", &[]).expect_err("cut off");
        assert!(err.to_string().starts_with("h.jsonl:1: "), "{err}");
    }
}
