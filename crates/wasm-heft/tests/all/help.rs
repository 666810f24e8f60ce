//! The help texts are part of the interface.

use crate::common::{Place, changed_lines};
use std::path::PathBuf;

fn commands() -> Vec<&'static str> {
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
        "explain",
        "completions",
        "man",
    ];
    if cfg!(feature = "bench") {
        commands.extend(["bench", "profile"]);
    }
    commands
}

/// Lines that go on with a sentence though the one before had room for more.
fn ragged(help: &str, width: usize) -> Vec<String> {
    let lines: Vec<&str> = help.lines().collect();
    let pairs = lines.windows(2).filter(|pair| {
        let (before, line) = (pair[0], pair[1].trim_start());
        let word = line.split(' ').next().unwrap_or_default();
        let goes_on = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '`');
        // An example, a file, a row of a list, or what an option means.
        let is_command = ["wasm-heft ", "curl "]
            .iter()
            .any(|word| line.starts_with(word));
        let is_other = is_command || line.contains(" = ") || line.contains("  ");
        let is_head = before.trim().is_empty() || before.ends_with([':', '\\']);
        let is_option = before.trim_start().starts_with(['-', '[', '<']);
        let is_shown =
            !before.trim().contains(' ') || before.trim_start().starts_with("wasm-heft ");
        goes_on
            && !(is_other || is_head || is_option || is_shown)
            && before.chars().count() + 1 + word.chars().count() <= width
    });
    pairs.map(|pair| pair.join("\n")).collect()
}

#[test]
fn help_fills_its_lines_on_a_terminal_of_any_width() {
    let place = Place::new();
    let words = |help: &str| -> Vec<String> {
        let words = help.split_whitespace().filter(|word| *word != "\\");
        words.map(str::to_owned).collect()
    };
    for command in commands() {
        let at = |width: usize| {
            let width = width.to_string();
            let run = place.heft_with(&format!("{command} --help"), &[("COLUMNS", &width)], b"");
            run.ok().stdout()
        };
        let widest = at(100);
        for width in [60, 80, 100, 132] {
            let help = at(width);
            let found = ragged(&help, width.min(100));
            assert!(
                found.is_empty(),
                "{command} at {width}:\n{}",
                found.join("\n\n")
            );
            assert_eq!(words(&help), words(&widest), "{command} at {width}");
        }
    }
}

#[test]
fn a_line_that_ends_too_early_is_found() {
    let help = "  crates  every byte in one row; they add up to\n  the\n          raw size\n";
    assert_eq!(ragged(help, 60).len(), 1);
}

#[test]
fn help_is_as_it_was_agreed() {
    let place = Place::new();
    let mut wrong = Vec::new();
    for command in commands() {
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
            let changed = changed_lines(&agreed, &complete);
            wrong.push(format!("{}:\n{changed}", file.display()));
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
            // By the name: what is said of that command may have changed.
            let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
            let place = lines.iter().position(|other| name(other) == name(before));
            let place = place.unwrap_or_else(|| {
                panic!("`--help` has no line like {before:?}, which {line:?} follows; run this with --features bench")
            });
            lines.insert(place + 1, line);
        }
        before = line;
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn lines_of_a_feature_that_is_off_stay_where_they_were() {
    let agreed = "Commands:\n  a  one\n  bench  runs\n  z  last\n  profile  counts\n";
    let found = "Commands:\n  a  another\n  b  new\n  z  last\n";
    assert_eq!(
        with_lines_of_bench(found, agreed),
        "Commands:\n  a  another\n  bench  runs\n  b  new\n  z  last\n  profile  counts\n"
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
