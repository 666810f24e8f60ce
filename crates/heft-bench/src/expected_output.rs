//! Whether programs print what they should.

use super::fuel::Counted;
use super::request::{Expectation, Request};
use heft_data::bench_result::Outcome;

/// Turns rows whose output is not the expected one into [`Outcome::WrongOutput`].
pub(super) fn compare(request: &Request, rows: &mut [Counted]) {
    let given = match &request.expectation {
        Expectation::Anything => return,
        Expectation::Same => &[][..],
        Expectation::Given(given) => given,
    };
    for (place, case) in request.cases.iter().enumerate() {
        let judged =
            |counted: &Counted| counted.case == place && counted.row.outcome == Outcome::Ok;
        let found = given.iter().find(|(name, _)| *name == case.name);
        let first = rows.iter().find(|counted| judged(counted));
        let (whose, expected) = match (found, first) {
            (Some((_, bytes)), _) => ("the expected output".to_owned(), bytes.clone()),
            (None, Some(first)) => (
                format!("that of `{}`", first.row.module),
                first.output.clone(),
            ),
            (None, None) => continue,
        };
        for counted in rows.iter_mut() {
            if judged(counted) && counted.output != expected {
                let detail = difference(&whose, &expected, &counted.output);
                wrong(counted, detail);
            }
        }
    }
}

/// Empties a row: numbers of a program that computes something else mean nothing.
fn wrong(counted: &mut Counted, detail: String) {
    let row = &mut counted.row;
    row.outcome = Outcome::WrongOutput;
    row.detail = Some(detail);
    row.fuel = None;
    row.fuel_bulk_once = None;
    row.startup_fuel = None;
    row.startup_fuel_bulk_once = None;
    row.initial_pages = None;
    row.grown_pages = None;
    row.operations = None;
    row.memory_curve = None;
}

/// One line on the first difference.
fn difference(whose: &str, expected: &[u8], found: &[u8]) -> String {
    const LONGEST: usize = 60;
    let (expected, found) = (
        String::from_utf8_lossy(expected),
        String::from_utf8_lossy(found),
    );
    let short = |line: Option<&str>| match line {
        None => "nothing".to_owned(),
        Some(line) => format!("{:?}", line.chars().take(LONGEST).collect::<String>()),
    };
    let (mut left, mut right) = (expected.lines(), found.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (None, None) => return format!("line ends differ from {whose}"),
            (a, b) if a == b => {}
            (a, b) => {
                return format!(
                    "line {number} differs from {whose}: expected {}, found {}",
                    short(a),
                    short(b)
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let said = difference("that of `a`", b"one\ntwo\n", b"one\nthree\n");
        assert_eq!(
            said,
            "line 2 differs from that of `a`: expected \"two\", found \"three\""
        );
        let said = difference("that of `a`", b"one\n", b"one\ntwo\n");
        assert!(said.ends_with("expected nothing, found \"two\""), "{said}");
        let said = difference("that of `a`", b"one\n", b"one");
        assert_eq!(said, "line ends differ from that of `a`");
    }
}
