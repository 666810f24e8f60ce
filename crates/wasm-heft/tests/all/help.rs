//! The help texts are part of the interface.

use crate::common::Place;
use std::path::PathBuf;

#[test]
fn help_is_as_it_was_agreed() {
    let place = Place::new();
    let mut wrong = Vec::new();
    let mut commands = vec![
        "",
        "optimize",
        "size",
        "diff",
        "gate",
        "accept",
        "decide",
        "plot",
        "report",
        "doctor",
        "init",
        "build",
        "comment",
        "completions",
        "man",
    ];
    if cfg!(feature = "bench") {
        commands.extend(["bench", "profile"]);
    }
    for command in commands {
        let name = if command.is_empty() {
            "wasm-heft"
        } else {
            command
        };
        let found = place.heft(&format!("{command} --help")).ok().stdout();
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/help/{name}.txt"));
        let agreed = std::fs::read_to_string(&file).unwrap_or_default();
        let complete = if command.is_empty() && cfg!(not(feature = "bench")) {
            with_lines_of_bench(&found, &agreed)
        } else {
            found.clone()
        };
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &complete).unwrap();
        } else if agreed != complete {
            wrong.push(format!("{name} --help is now:\n{found}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nread it, then run with BLESS=1",
        wrong.join("\n")
    );
}

/// The list of commands with the lines that it has with the feature `bench` only, where they are in the one
/// that was agreed.
fn with_lines_of_bench(found: &str, agreed: &str) -> String {
    let mut lines: Vec<&str> = found.lines().collect();
    let mut before = "";
    for line in agreed.lines() {
        if line.starts_with("  bench ") || line.starts_with("  profile ") {
            let place = lines.iter().position(|other| *other == before);
            let place = place.expect("the line before it changed; run this with the feature bench");
            lines.insert(place + 1, line);
        }
        before = line;
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn lines_of_a_feature_that_is_off_stay_where_they_were() {
    let agreed = "Commands:\n  a  one\n  bench  runs\n  z  last\n  profile  counts\n";
    let found = "Commands:\n  a  one\n  b  new\n  z  last\n";
    assert_eq!(
        with_lines_of_bench(found, agreed),
        "Commands:\n  a  one\n  bench  runs\n  b  new\n  z  last\n  profile  counts\n"
    );
}

#[test]
fn wrong_usage_ends_with_two() {
    let place = Place::new();
    for arguments in [
        "",
        "nonsense",
        "optimize in.wasm",
        "gate",
        "size",
        "diff one.wasm",
        "optimize a --check -o b",
    ] {
        assert_eq!(place.heft(arguments).code(), 2, "{arguments}");
    }
}
