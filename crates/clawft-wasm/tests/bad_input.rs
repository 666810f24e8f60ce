//! Bad input for every command: one line on standard error that names what is wrong, exit code 2, and
//! nothing on disk is another than before.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clawft_wasm::{EXIT_FAILURE, Io, run};

/// Runs a command line; returns exit code and both outputs.
fn clawft(root: &Path, args: &[&str], stdin: &[u8]) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run(
        args.iter().map(OsString::from),
        Io {
            stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            root,
        },
    );
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (code, text(stdout), text(stderr))
}

/// Everything in a folder.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
}

/// A folder in which every kind of file is wrong.
fn broken_folder() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let write = |path: &str, bytes: &[u8]| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    };
    write("bad.json", b"{\"model\": 1}");
    write("http.json", b"{\"provider\": \"http\"}");
    write("embedder.json", b"{\"memory\": {\"embedder\": \"http\"}}");
    write(
        "tiny.json",
        b"{\"context_tokens\": 7, \"max_message_bytes\": 16}",
    );
    write("sessions/bad.jsonl", b"{\"messages\":[]}\n");
    write("sessions/bytes.jsonl", b"\xff\xfe\n");
    fs::create_dir(root.path().join("sessions/folder.jsonl")).expect("a folder");
    fs::create_dir(root.path().join("folder.json")).expect("a folder");
    write(
        "memory/records.bin",
        b"no records, but long enough to be some",
    );
    root
}

#[test]
fn every_command_refuses_bad_input_in_one_line_and_loses_nothing() {
    let root = broken_folder();
    let config_errors: &[(&[&str], &str)] = &[
        (&["--config", "bad.json"], "bad.json:1:11: field `model`: "),
        (
            &["--config", "absent.json"],
            "cannot read `absent.json`: there is no such file",
        ),
        (
            &["--config", "folder.json"],
            "cannot read `folder.json`: it is a folder",
        ),
        (
            &["--config", "bad.json/x"],
            "cannot read `bad.json/x`: a part of its path",
        ),
        (&["--config"], "`--config` needs a value after it"),
        (
            &["--config", "a", "--config", "b"],
            "`--config` is given twice",
        ),
        (&["--loud"], "unexpected option `--loud`"),
        (&["more"], "unexpected argument `more`"),
        (&["\u{1b}[2J"], "unexpected argument `\\u{1b}[2J`"),
    ];
    let commands: &[&[&str]] = &[
        &["config", "check"],
        &["config", "show"],
        &["agent", "-m", "hi"],
        &["agent", "-m", "hi", "--session", "s"],
        &["memory", "add", "-m", "hi"],
        &["memory", "search", "-m", "hi"],
        &["memory", "list"],
        &["memory", "forget", "--number", "1"],
    ];
    let mut table: Vec<(Vec<&str>, &[u8], &str)> = Vec::new();
    for command in commands {
        for (args, problem) in config_errors {
            table.push(([*command, *args].concat(), b"", problem));
        }
    }
    let long = "x".repeat(100_000);
    let others: &[(&[&str], &[u8], &str)] = &[
        (&["help", "me"], b"", "unexpected argument `me`"),
        (&["version", "-v"], b"", "unexpected option `-v`"),
        (&[""], b"", "unknown command ``"),
        (&["agents"], b"", "unknown command `agents`"),
        (&[&long], b"", "unknown command `xxx"),
        (&["config"], b"", "unknown command `config`"),
        (&["memory"], b"", "unknown command `memory`"),
        (&["memory", "wipe"], b"", "unknown command `memory wipe`"),
        (&["agent"], b"", "`agent` needs a message"),
        (&["agent", "-m", ""], b"", "the message is empty"),
        (&["agent", "-m", "-"], b"", "the message is empty"),
        (
            &["agent", "-m", "-"],
            b"\xc3",
            "standard input is not UTF-8 from byte 1 on",
        ),
        (
            &["agent", "-m", &long],
            b"",
            "the message has more than 65536 bytes",
        ),
        (
            &["agent", "-m", "-"],
            long.as_bytes(),
            "the message has more than 65536 bytes",
        ),
        (
            &["agent", "-m", "hi", "--session", "a/b"],
            b"",
            "session `a/b` is not a name",
        ),
        (
            &["agent", "-m", "hi", "--session", "bad"],
            b"",
            "sessions/bad.jsonl:1:",
        ),
        (
            &["agent", "-m", "hi", "--session", "bytes"],
            b"",
            "sessions/bytes.jsonl:1:",
        ),
        (
            &["agent", "-m", "hi", "--session", "folder"],
            b"",
            "cannot read `sessions/folder.jsonl`",
        ),
        (
            &["agent", "-m", "hi", "--config", "http.json"],
            b"",
            "http.json: field `provider`: ",
        ),
        (
            &["agent", "-m", "hi", "--config", "tiny.json"],
            b"",
            "system prompt and message need 8 tokens, but",
        ),
        (&["memory", "add"], b"", "`memory add` needs a message"),
        (
            &["memory", "add", "-m", "hi"],
            b"",
            "memory/records.bin: damaged at byte 0",
        ),
        (
            &["memory", "add", "-m", &long],
            b"",
            "the message has more than 65536 bytes",
        ),
        (
            &["memory", "add", "-m", "hi", "--config", "embedder.json"],
            b"",
            "field `memory.embedder`: only the wasm32-wasip2 build",
        ),
        (
            &["memory", "search"],
            b"",
            "`memory search` needs a message",
        ),
        (
            &["memory", "search", "-m", "-"],
            b"\xff\n",
            "standard input is not UTF-8",
        ),
        (
            &["memory", "search", "-m", "hi"],
            b"",
            "memory/records.bin: damaged at byte 0",
        ),
        (
            &["memory", "search", "-m", "a", "--limit", "0"],
            b"",
            "a search shows from 1 to 100",
        ),
        (
            &["memory", "search", "-m", "a", "--limit", ""],
            b"",
            "`` is not a number",
        ),
        (
            &["memory", "list"],
            b"",
            "memory/records.bin: damaged at byte 0",
        ),
        (
            &["memory", "list", "--number", "1"],
            b"",
            "unexpected option `--number`",
        ),
        (&["memory", "forget"], b"", "`memory forget` needs a number"),
        (
            &["memory", "forget", "--number", "4294967296"],
            b"",
            "`4294967296` is not a number",
        ),
        (
            &["memory", "forget", "--number", "1"],
            b"",
            "memory/records.bin: damaged at byte 0",
        ),
    ];
    table.extend(
        others
            .iter()
            .map(|(args, stdin, problem)| (args.to_vec(), *stdin, *problem)),
    );

    let before = files(root.path());
    for (args, stdin, problem) in table {
        let shown: Vec<String> = args
            .iter()
            .map(|arg| arg.chars().take(40).collect())
            .collect();
        let (code, stdout, stderr) = clawft(root.path(), &args, stdin);
        assert_eq!(
            (code, stdout.as_str()),
            (EXIT_FAILURE, ""),
            "{shown:?}: {stderr}"
        );
        let expected = format!("error: {problem}");
        assert!(
            stderr.starts_with(&expected),
            "{shown:?}: {stderr}expected: {expected}"
        );
        assert_eq!(stderr.lines().count(), 1, "{shown:?}: {stderr}");
        assert!(stderr.len() < 600, "{shown:?}: {stderr}");
        assert_eq!(files(root.path()), before, "{shown:?}");
    }
}

#[test]
fn without_a_folder_to_work_in_every_command_says_so() {
    let root = tempfile::tempdir().expect("a folder");
    let nowhere = root.path().join("nowhere");
    for args in [
        &["config", "check"][..],
        &["agent", "-m", "hi"],
        &["agent", "-m", "hi", "--session", "s"],
        &["memory", "add", "-m", "hi"],
        &["memory", "list"],
    ] {
        let (code, stdout, stderr) = clawft(&nowhere, args, b"");
        assert_eq!((code, stdout.as_str()), (EXIT_FAILURE, ""));
        assert!(
            stderr.starts_with("error: no folder to work in"),
            "{args:?}: {stderr}"
        );
    }
}
