//! `history.jsonl`: how the baselines got where they are, one line for each move.

use heft_data::source::json::{JsonError, parse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

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
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH);
    date_of_day(seconds.map_or(0, |since| since.as_secs() / 86_400))
}

/// The date of a day, counted from 1970-01-01.
fn date_of_day(mut day: u64) -> String {
    let mut year = 1970;
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let mut month = 1;
    while day >= days_of_month(year, month) {
        day -= days_of_month(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", day + 1)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u64) -> u64 {
    365 + u64::from(is_leap(year))
}

fn days_of_month(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u64::from(is_leap(year)),
        _ => 31,
    }
}

/// Whether `text` is a day, `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |text: &str, digits: usize| -> Option<u64> {
        let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok())?
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month @ 1..=12), Some(day)) => {
            (1..=days_of_month(year, month)).contains(&day)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_dates_of_the_calendar() {
        for (day, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (20_818, "2026-12-31"),
        ] {
            assert_eq!(date_of_day(day), date);
            assert!(is_date(date));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026-01-00",
            "+026-01-01",
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
