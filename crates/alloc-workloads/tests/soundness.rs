//! The native program, whose output is what every other build is compared with.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn soundness(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_soundness"))
        .args(args)
        .env_clear()
        .envs([("SOUND_B", "two"), ("SOUND_A", "one"), ("OTHER", "x")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that stops before it has read everything closes the pipe.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn lines(output: &Output) -> Vec<&str> {
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout).lines().collect()
}

fn number_of(lines: &[&str], what: &str) -> String {
    let line = lines.iter().find(|line| line.starts_with(what));
    let line = line.unwrap_or_else(|| panic!("no line `{what}` in {lines:?}"));
    line[what.len()..]
        .split(", ")
        .take(2)
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn counts_and_lengths_are_those_of_the_input() {
    let output = soundness(&["abc", "de"], &[b'x'; 1000]);
    let lines = lines(&output);
    assert_eq!(number_of(&lines, "arguments: "), "2 items, 5 bytes");
    assert_eq!(number_of(&lines, "environment: "), "2 items, 22 bytes");
    assert_eq!(number_of(&lines, "stdin: "), "1 items, 1000 bytes");
    assert!(lines.contains(&"random: ok"));
    assert!(lines.contains(&"bindings' random: ok"));
}

#[test]
fn a_directory_is_listed_and_its_files_are_read() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("listed");
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("one"), "12345").expect("a file");
    std::fs::write(dir.join("three"), "").expect("a file");
    let output = soundness(&["--dir", dir.to_str().expect("UTF-8")], b"");
    let lines = lines(&output);
    assert_eq!(number_of(&lines, "directory: "), "2 items, 8 bytes");
    assert_eq!(number_of(&lines, "files: "), "2 items, 5 bytes");
    assert_eq!(number_of(&lines, "arguments: "), "0 items, 0 bytes");
}

#[test]
fn two_runs_print_the_same() {
    let input: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let (one, two) = (soundness(&["a"], &input), soundness(&["a"], &input));
    assert_eq!(lines(&one), lines(&two));
}

#[test]
fn one_changed_byte_changes_what_depends_on_it() {
    let mut input = vec![b'a'; 200_000];
    let before = soundness(&[], &input);
    input[99_999] = b'b';
    let after = soundness(&[], &input);
    let different: Vec<&str> = lines(&before)
        .into_iter()
        .zip(lines(&after))
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before.split(':').next().unwrap_or_default())
        .collect();
    assert_eq!(different, ["stdin", "chunked", "words", "aligned", "grown"]);
}

#[test]
fn a_missing_directory_is_one_line_and_exit_code_2() {
    let output = soundness(&["--dir", "no/such/place"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let error = text(&output.stderr);
    assert!(
        error.starts_with("error: cannot list `no/such/place`: "),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn dir_without_a_path_is_one_line_and_exit_code_2() {
    let output = soundness(&["--dir"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: `--dir` is the last argument; expected a path after it\n"
    );
}

#[test]
fn help_says_how_to_compare() {
    let output = soundness(&["--help"], b"");
    assert!(
        lines(&output)
            .iter()
            .any(|line| line.contains("diff expected -"))
    );
}
