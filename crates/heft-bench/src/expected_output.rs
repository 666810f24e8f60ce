//! Whether programs print what they should.

use super::outcome::End;
use super::request::{Expectation, Request};
use super::row::{Numbers, Row};
use heft_data::bench_result::Outcome;

/// Turns rows whose output is not the expected one into [`Outcome::WrongOutput`]: numbers of a program that
/// computes something else mean nothing.
pub(super) fn compare(request: &Request, rows: &mut [Row]) {
    let given = match &request.expectation {
        Expectation::Anything => return,
        Expectation::Same => &[][..],
        Expectation::Given(given) => given,
    };
    for (place, case) in request.cases.iter().enumerate() {
        let mut of_case: Vec<&mut Row> = rows.iter_mut().filter(|row| row.case == place).collect();
        let found = given.iter().find(|(name, _)| *name == case.name);
        let first = of_case
            .iter()
            .find_map(|row| Some((row.module, output(row.run.as_ref().ok()?))));
        let (whose, expected) = match (found, first) {
            (Some((_, bytes)), _) => ("the expected output".to_owned(), bytes.clone()),
            (None, Some((module, output))) => {
                let name = &request.modules[module].name;
                (format!("that of `{name}`"), output.to_vec())
            }
            (None, None) => continue,
        };
        for row in &mut of_case {
            if let Ok(numbers) = &row.run
                && output(numbers) != expected
            {
                row.run = Err(wrong(&whose, &expected, output(numbers)));
            }
        }
    }
}

/// What a run printed.
fn output(numbers: &Numbers) -> &[u8] {
    &numbers.counts.seen.output
}

/// The end of a run that printed something else.
fn wrong(whose: &str, expected: &[u8], found: &[u8]) -> End {
    End {
        output: Some(found.to_vec()),
        ..End::new(Outcome::WrongOutput, difference(whose, expected, found))
    }
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
