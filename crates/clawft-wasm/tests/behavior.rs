//! `behavior.txt`, run with the native program.
//!
//! `BLESS=1 cargo test -p clawft-wasm --test behavior` rewrites the expected output; read it before
//! you commit it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn transcript_of(program: &str) -> String {
    let output = Command::new("bash")
        .arg(here("behavior.sh"))
        .arg(program)
        .output()
        .expect("bash runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("`cat -e` prints ASCII")
}

#[test]
fn the_program_does_what_is_expected() {
    let found = transcript_of(env!("CARGO_BIN_EXE_clawft"));
    let path = here("behavior.expected");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("written");
    }
    let expected = fs::read_to_string(&path).expect("behavior.expected");
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {}", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "lines");
}

#[test]
fn a_program_that_does_something_else_is_noticed() {
    let expected = fs::read_to_string(here("behavior.expected")).expect("behavior.expected");
    assert_ne!(transcript_of("echo"), expected);
}

#[test]
fn every_command_and_both_exit_codes_are_in_the_expected_output() {
    let expected = fs::read_to_string(here("behavior.expected")).expect("behavior.expected");
    for line in [
        "$ clawft help",
        "$ clawft version",
        "$ clawft config check",
        "$ clawft config show",
        "$ clawft agent -m hello",
        "exit 0",
        "exit 2",
    ] {
        assert!(expected.lines().any(|found| found == line), "{line}");
    }
    // Every failure of a command is one line; a run without arguments prints the manual instead.
    let commands = expected.split("\n$ clawft ").skip(1);
    for command in commands.filter(|text| text.contains("\nexit 2") && !text.starts_with('\n')) {
        let errors = command.matches("\nstderr: ").count();
        assert_eq!(errors, 1, "{command}");
        assert!(command.contains("\nstderr: error: "), "{command}");
    }
}
