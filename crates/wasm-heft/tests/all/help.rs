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
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &found).unwrap();
        }
        let mut golden = std::fs::read_to_string(&file).unwrap_or_default();
        if command.is_empty() && cfg!(not(feature = "bench")) {
            let others = golden
                .lines()
                .filter(|line| !line.starts_with("  bench ") && !line.starts_with("  profile "));
            golden = others.map(|line| format!("{line}\n")).collect();
        }
        if golden != found {
            wrong.push(format!("{name} --help is now:\n{found}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nread it, then run with BLESS=1",
        wrong.join("\n")
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
