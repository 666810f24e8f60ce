//! The native program, which shows what a sound allocator answers.
#![cfg(target_os = "linux")]

use std::process::{Command, Output};

/// Runs the program with so many KiB of addresses, or with as many as there are.
fn limits(kibibytes: &str, arguments: &[&str]) -> Output {
    Command::new("sh")
        .args([
            "-c",
            "ulimit -v \"$1\"; shift; exec \"$@\"",
            "sh",
            kibibytes,
        ])
        .arg(env!("CARGO_BIN_EXE_limits"))
        .args(arguments)
        .output()
        .expect("a shell starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn with_little_memory_all_is_well() {
    let output = limits("65536", &[]);
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(lines.len(), 8, "{lines:?}");
    assert!(lines.iter().all(|line| line.ends_with(": ok")), "{lines:?}");
}

#[test]
fn with_memory_enough_the_last_line_says_that_nothing_was_refused() {
    let output = limits("unlimited", &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(
        text(&output.stdout).lines().last(),
        Some(
            "exhaustion by alloc: not ok: 256 MiB of blocks and none was refused; \
             run it with less memory"
        )
    );
}

#[test]
fn an_argument_is_one_line_and_exit_code_2() {
    let output = limits("unlimited", &["--memory"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: unknown argument \"--memory\"; known: --help, in WASI assert\n"
    );
}
