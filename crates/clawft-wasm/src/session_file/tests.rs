//! Several processes, of which any may die or be overtaken at any byte, and one session.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use clawft_types::{Config, SessionId, Tokens, Turn};
use tempfile::TempDir;

use super::{SessionFile, Tail};
use crate::cli::{Command, MessageSource};
use crate::context::Window;
use crate::disk::fault;
use crate::error::Error;
use crate::execute::execute;
use crate::random::Random;

/// One turn, as the `clawft` command does it.
fn say(root: &Path, text: &str) -> Result<Vec<String>, Error> {
    let command = Command::Agent {
        message: MessageSource::Text(text.to_owned()),
        session: SessionId::new("s").ok(),
        config: None,
    };
    execute(command, root, io::empty()).map(|outcome| outcome.warnings)
}

fn file(root: &Path) -> PathBuf {
    root.join("sessions/s.jsonl")
}

/// The messages of the user, as the file has it; every line has to be a turn.
fn messages(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(file(root)).unwrap_or_default();
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| {
            assert!(line.ends_with('\n'), "{line}");
            let turn = Turn::from_line(line.as_bytes()).expect("a turn");
            turn.user().content.clone()
        })
        .collect()
}

fn load(root: &Path, tokens: u32) -> Result<SessionFile, Error> {
    let config = Config {
        system_prompt: String::new(),
        context_tokens: Tokens(tokens),
        ..Config::default()
    };
    let window = Window::beside("", &config).expect("fits");
    SessionFile::load(root, &SessionId::new("s").expect("a name"), window)
}

/// A message that was accepted and is not there, or one that is there and was never sent, or sent later.
#[derive(Debug)]
struct Wrong(#[expect(dead_code, reason = "for the reader")] String);

/// Sends messages until 500 processes have died on the way; `accepted` says whether a message counts.
fn kill_500_times(accepted: fn(&Result<Vec<String>, Error>) -> bool) -> Result<(), Wrong> {
    const POINTS: usize = 500;
    let mut random = Random::seeded();
    let mut kills = 0;
    while kills < POINTS {
        let root = tempfile::tempdir().expect("a folder");
        let mut sent: VecDeque<(String, bool)> = VecDeque::new();
        for number in 0..40 {
            let text = format!("{number}{}", "\u{e4}".repeat(random.below(30)));
            // About as many bytes and steps as a turn takes, and sometimes more.
            let point = random.below(800);
            let (result, used) =
                fault::count(|| fault::kill_after(point, || say(root.path(), &text)));
            kills += usize::from(used > point);
            sent.push_back((text, accepted(&result)));
        }
        say(root.path(), "last").map_err(|error| Wrong(error.to_string()))?;
        sent.push_back(("last".to_owned(), true));
        for found in messages(root.path()) {
            loop {
                match sent.pop_front() {
                    Some((text, _)) if text == found => break,
                    Some((_, false)) => {}
                    Some((text, true)) => return Err(Wrong(format!("{text} is lost"))),
                    None => return Err(Wrong(format!("{found} is out of place"))),
                }
            }
        }
        if let Some((text, _)) = sent.into_iter().find(|(_, accepted)| *accepted) {
            return Err(Wrong(format!("{text} is lost")));
        }
    }
    Ok(())
}

#[test]
fn five_hundred_kills_lose_no_accepted_message() {
    kill_500_times(Result::is_ok).expect("nothing is lost");
}

#[test]
fn a_message_that_was_not_accepted_would_be_missed() {
    kill_500_times(|_| true).expect_err("some died before they were saved");
}

#[test]
fn a_process_that_is_overtaken_at_any_byte_saves_its_turn_or_says_that_it_did_not() {
    for torn in ["", "{\"messages\":[{\"ro", "\0\0"] {
        let mut conflicts = 0;
        let mut both = 0;
        for point in 0.. {
            let root = tempfile::tempdir().expect("a folder");
            say(root.path(), "first").expect("saved");
            let mut text = fs::read_to_string(file(root.path())).expect("a file");
            text.push_str(torn);
            fs::write(file(root.path()), text).expect("torn");

            let other = root.path().to_owned();
            let (result, used) = fault::count(|| {
                fault::interrupt_after(
                    point,
                    // Another turn, from a process that comes later and is not interrupted.
                    move || drop(say(&other, "theirs")),
                    || say(root.path(), "ours"),
                )
            });
            let sent = messages(root.path());
            let ours = sent.iter().filter(|text| *text == "ours").count();
            let theirs = sent.iter().filter(|text| *text == "theirs").count();
            assert!(ours <= 1 && theirs <= 1, "{point}: {sent:?}");
            match &result {
                Ok(_) => assert_eq!(ours, 1, "{point}: {sent:?}"),
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.contains("another program has changed it"), "{text}");
                    conflicts += 1;
                }
            }
            both += ours * theirs;
            if used < point {
                break;
            }
        }
        assert!(conflicts > 0 && both > 0, "{torn}: {conflicts}, {both}");
    }
}

#[test]
fn processes_at_the_same_time_do_not_mix_their_turns() {
    const PROCESSES: usize = 4;
    const TURNS: usize = 20;
    let root: TempDir = tempfile::tempdir().expect("a folder");
    thread::scope(|scope| {
        for process in 0..PROCESSES {
            let root = root.path();
            scope.spawn(move || {
                for turn in 0..TURNS {
                    let text = format!("{process} {turn}");
                    while let Err(error) = say(root, &text) {
                        let error = error.to_string();
                        assert!(error.contains("another program"), "{error}");
                        // Saved by somebody else at just the wrong moment.
                        if messages(root).contains(&text) {
                            break;
                        }
                        thread::yield_now();
                    }
                }
            });
        }
    });
    let sent = messages(root.path());
    for process in 0..PROCESSES {
        let theirs: Vec<_> = sent
            .iter()
            .filter_map(|text| text.strip_prefix(&format!("{process} ")))
            .collect();
        let all: Vec<_> = (0..TURNS).map(|turn| turn.to_string()).collect();
        assert_eq!(theirs, all, "of {process}");
    }
    let files = fs::read_dir(root.path().join("sessions")).expect("a folder");
    assert_eq!(files.count(), 1, "no drafts and claims stay");
}

#[test]
fn drafts_that_killed_processes_left_are_neither_used_nor_changed() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir(root.path().join("sessions")).expect("a folder");
    let left =
        ["sessions/s.jsonl.new-0", "sessions/s.jsonl.new-1"].map(|name| root.path().join(name));
    for draft in &left {
        fs::write(draft, "theirs").expect("written");
    }
    for text in ["one", "two"] {
        say(root.path(), text).expect("saved");
    }
    assert_eq!(messages(root.path()), ["one", "two"]);
    for draft in &left {
        assert_eq!(fs::read(draft).expect("still there"), b"theirs");
    }
    let files = fs::read_dir(root.path().join("sessions")).expect("a folder");
    assert_eq!(files.count(), 3, "no other draft stays");
}

#[test]
fn a_turn_that_another_program_has_saved_meanwhile_is_a_conflict() {
    let root = tempfile::tempdir().expect("a folder");
    let turn = |text: &str| Turn::new(text.to_owned(), "ok".to_owned());
    say(root.path(), "first").expect("saved");
    let ours = load(root.path(), 100).expect("loads");
    let theirs = load(root.path(), 100).expect("loads");
    theirs.append(root.path(), &turn("theirs")).expect("saved");
    let error = ours.append(root.path(), &turn("ours")).expect_err("stale");
    assert_eq!(
        error.to_string(),
        "cannot save `sessions/s.jsonl`: another program has changed it meanwhile; \
         run the command again"
    );
    assert_eq!(messages(root.path()), ["first", "theirs"]);
}

#[test]
fn the_end_of_a_file_is_recognized() {
    let root = tempfile::tempdir().expect("a folder");
    say(root.path(), "a").expect("saved");
    let line = fs::read_to_string(file(root.path())).expect("a file");
    let tail_of = |text: &str| {
        fs::write(file(root.path()), text).expect("written");
        load(root.path(), 100).expect("loads").tail
    };
    let whole = line.trim_end();
    assert_eq!(tail_of(""), Tail::Whole(Vec::new()));
    assert_eq!(tail_of(&line), Tail::Whole(Vec::new()));
    assert_eq!(tail_of(whole), Tail::Whole(whole.into()));
    assert_eq!(tail_of(&format!("{whole}\0\0")), Tail::Whole(whole.into()));
    assert_eq!(tail_of(&format!("{line}{{")), Tail::Torn(b"{".into()));
    assert_eq!(tail_of(&format!("{line}\0\0")), Tail::Torn(b"\0\0".into()));
}

#[test]
fn only_the_turns_that_fit_are_kept_however_long_the_session_is() {
    let root = tempfile::tempdir().expect("a folder");
    say(root.path(), "a").expect("saved");
    let lines: Vec<String> = (0..5000)
        .map(|number| {
            let turn = Turn::new(format!("{number:04}"), "ok".to_owned()); // 2 tokens
            serde_json::to_string(&turn).expect("JSON")
        })
        .collect();
    for tail in ["\n", ""] {
        fs::write(file(root.path()), lines.join("\n") + tail).expect("written");
        for (tokens, fitting) in [(0, 0), (1, 0), (2, 1), (7, 3), (900, 450), (20_000, 5000)] {
            let session = load(root.path(), tokens).expect("loads");
            assert_eq!(session.count(), 5000);
            assert_eq!(session.turns().len(), fitting, "{tokens}");
            for (turn, line) in session.turns().iter().rev().zip(lines.iter().rev()) {
                assert_eq!(&serde_json::to_string(turn).expect("JSON"), line);
            }
        }
    }
}

#[test]
fn a_claim_of_a_process_that_died_is_finished_and_one_that_is_outdated_is_not() {
    let root = tempfile::tempdir().expect("a folder");
    say(root.path(), "first").expect("saved");
    let end = fs::metadata(file(root.path())).expect("a file").len();
    let claim = root.path().join(format!("sessions/s.jsonl.at-{end}"));
    let record = "{\"messages\":[{\"role\":\"user\",\"content\":\"theirs\"},\
                  {\"role\":\"assistant\",\"content\":\"\"}]}\n";
    let bytes = [&0_u64.to_le_bytes()[..], record.as_bytes()].concat();

    fs::write(&claim, &bytes).expect("claimed");
    say(root.path(), "ours").expect("saved");
    assert_eq!(messages(root.path()), ["first", "theirs", "ours"]);
    assert!(!claim.exists());

    for outdated in [
        &bytes[..],
        &bytes[..20],
        &bytes[..8],
        &bytes[..3],
        b"",
        &[0xFF; 30],
    ] {
        fs::write(&claim, outdated).expect("claimed");
        say(root.path(), "again").expect("saved");
    }
    assert_eq!(messages(root.path()).len(), 9);
}
