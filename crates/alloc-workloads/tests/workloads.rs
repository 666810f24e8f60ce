//! The native program, whose checksums are what every other build has to print.

use std::process::{Command, Output};

fn workloads(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_workloads"))
        .args(args)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Standard output of a run that went well.
fn stdout(args: &[&str]) -> String {
    let output = workloads(args);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout).to_owned()
}

/// Standard error of a run that was refused: one line, and nothing on standard output.
fn refusal(args: &[&str]) -> String {
    let output = workloads(args);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    let error = text(&output.stderr).to_owned();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

/// Names in the order of the list.
fn names() -> Vec<String> {
    stdout(&["list"])
        .lines()
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

#[test]
fn every_workload_prints_the_output_that_is_written_down() {
    let all: String = names().iter().map(|name| stdout(&[name])).collect();
    assert_eq!(all, include_str!("workloads.txt"));
}

#[test]
fn the_list_has_a_line_for_each_with_its_rounds() {
    for line in stdout(&["list"]).lines() {
        let (_, rounds) = line.rsplit_once(" (--rounds ").expect("a number of rounds");
        assert!(
            rounds.trim_end_matches(')').parse::<u32>().is_ok(),
            "{line}"
        );
    }
    assert_eq!(names().len(), 11);
}

#[test]
fn rounds_may_stand_on_either_side_of_the_name() {
    let before = stdout(&["--rounds", "1", "fragment"]);
    assert_eq!(before, stdout(&["fragment", "--rounds", "1"]));
    assert_ne!(before, stdout(&["fragment"]));
}

#[test]
fn an_unknown_workload_lists_the_known_ones() {
    assert_eq!(
        refusal(&["chrun"]),
        format!("error: no workload `chrun`; known: {}\n", names().join(" "))
    );
}

#[test]
fn no_workload_lists_the_known_ones() {
    assert_eq!(
        refusal(&[]),
        format!("error: which workload? known: {}\n", names().join(" "))
    );
}

#[test]
fn what_is_not_understood_is_named() {
    for (args, words) in [
        (&["churn", "grow"][..], "found `grow` after the name"),
        (&["--fast", "churn"], "unknown option `--fast`"),
        (&["churn", "--rounds"], "expected a number after it"),
        (
            &["churn", "--rounds", "0"],
            "`--rounds 0`; expected a whole number",
        ),
        (
            &["churn", "--rounds", "x"],
            "`--rounds x`; expected a whole number",
        ),
        (&["churn", "--rounds", "4294967296"], "from 1 to 4294967295"),
    ] {
        let error = refusal(args);
        assert!(error.contains(words), "{args:?}: {error}");
    }
}

#[test]
fn help_says_how_to_compare() {
    assert!(stdout(&["--help"]).contains("diff expected -"));
}
