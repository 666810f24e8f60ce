//! A fuzz smoke: files that are almost right, the same ones for the same seed. Whatever is in them, a
//! command succeeds, or says in one line what is wrong; it never panics.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::random::Random;
use crate::run::{EXIT_FAILURE, EXIT_SUCCESS, Io, run};

/// Bytes that matter to one of the formats.
const TOKENS: [&[u8]; 16] = [
    b"\0",
    b"\xff",
    b"\n",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b",",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"null",
    b"CLAWFT\0M",
    b"\xff\xff\xff\x7f",
];

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(20)).min(bytes.len());
        match random.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            4 => {
                bytes.splice(at..end, TOKENS[random.below(TOKENS.len())].iter().copied());
            }
            _ => drop(bytes.splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied())),
        }
    }
}

/// Runs a command line that must end well or in one line; returns whether it ended well.
fn try_out(root: &Path, args: &[&str]) -> bool {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run(
        args.iter().map(OsString::from),
        Io {
            stdin: &b""[..],
            stdout: &mut stdout,
            stderr: &mut stderr,
            root,
        },
    );
    let stderr = String::from_utf8(stderr).expect("UTF-8");
    match code {
        EXIT_SUCCESS => {
            assert!(
                stderr.lines().all(|line| line.starts_with("warning: ")),
                "{stderr}"
            );
            true
        }
        EXIT_FAILURE => {
            assert!(stdout.is_empty());
            assert!(
                stderr.starts_with("error: ") && stderr.lines().count() == 1,
                "{stderr}"
            );
            false
        }
        _ => panic!("exit code {code}"),
    }
}

/// Tries `commands` on `rounds` mutations of each of `paths`, which are right at first.
fn fuzz(root: &Path, paths: &[&str], commands: &[&[&str]], rounds: usize) {
    let mut random = Random::seeded();
    let (mut right, mut wrong) = (0, 0);
    let good: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| fs::read(root.join(path)).expect("a file"))
        .collect();
    for round in 0..rounds {
        let chosen = round % paths.len();
        for (number, (path, good)) in paths.iter().zip(&good).enumerate() {
            let mut bytes = good.clone();
            if number == chosen {
                mutate(&mut random, &mut bytes);
            }
            fs::write(root.join(path), bytes).expect("written");
        }
        for args in commands {
            if try_out(root, args) {
                right += 1;
            } else {
                wrong += 1;
            }
        }
    }
    // Else it would show little.
    assert!(
        right > rounds / 20 && wrong > rounds / 20,
        "{right}, {wrong}"
    );
}

#[test]
fn no_config_makes_it_panic() {
    let root = tempfile::tempdir().expect("a folder");
    let config = r#"{"provider": "echo", "model": "m", "system_prompt": "Be \u00e4 brief.",
        "context_tokens": 64, "max_message_bytes": 128,
        "http": {"url": "http://a/v1", "stream": true, "timeout_seconds": 1, "retries": 0},
        "memory": {"dimensions": 128, "embedder": "ngram"}}"#;
    fs::write(root.path().join("clawft.json"), config).expect("written");
    let commands: [&[&str]; 3] = [
        &["config", "check"],
        &["config", "show"],
        &["agent", "-m", "hi"],
    ];
    fuzz(root.path(), &["clawft.json"], &commands, 2000);
}

#[test]
fn no_session_makes_it_panic() {
    let root = tempfile::tempdir().expect("a folder");
    for text in ["one", "two \"2\"\n", "three"] {
        assert!(try_out(
            root.path(),
            &["agent", "-m", text, "--session", "s"]
        ));
    }
    let end = fs::metadata(root.path().join("sessions/s.jsonl"))
        .expect("a file")
        .len();
    let claim = format!("sessions/s.jsonl.at-{end}");
    let mut record = 0_u64.to_le_bytes().to_vec();
    record.extend_from_slice(
        b"{\"messages\":[{\"role\":\"user\",\"content\":\"4\"},{\"role\":\"assistant\",\"content\":\"\"}]}\n",
    );
    fs::write(root.path().join(&claim), record).expect("written");
    let commands: [&[&str]; 1] = [&["agent", "-m", "hi", "--session", "s"]];
    fuzz(root.path(), &["sessions/s.jsonl", &claim], &commands, 2000);
}

#[cfg(feature = "memory")]
#[test]
fn no_memory_makes_it_panic() {
    let root = tempfile::tempdir().expect("a folder");
    let config = r#"{"memory": {"dimensions": 128}}"#;
    fs::write(root.path().join("clawft.json"), config).expect("written");
    for text in ["one", "two \"2\"\n", "three"] {
        assert!(try_out(root.path(), &["memory", "add", "-m", text]));
    }
    assert!(try_out(root.path(), &["memory", "forget", "--number", "2"]));
    let commands: [&[&str]; 4] = [
        &["memory", "list"],
        &["memory", "search", "-m", "one"],
        &["memory", "forget", "--number", "3"],
        &["memory", "add", "-m", "four"],
    ];
    fuzz(root.path(), &["memory/records.bin"], &commands, 1500);
}
