//! Session files: nothing that was saved is ever lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clawft_types::Turn;
use tempfile::TempDir;

/// A working folder with a session called `s`.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("sessions")).expect("sessions/");
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn session(&self) -> PathBuf {
        self.path().join("sessions/s.jsonl")
    }

    fn say(&self, message: &str) -> Output {
        let args = ["agent", "-m", message, "--session", "s"];
        run(Command::new(env!("CARGO_BIN_EXE_clawft"))
            .args(args)
            .current_dir(self.path()))
    }

    /// The messages of the user so far; panics unless every line is a turn.
    fn messages(&self) -> Vec<String> {
        let text = fs::read(self.session()).expect("the session");
        assert!(text.ends_with(b"\n"));
        text.split_inclusive(|byte| *byte == b'\n')
            .map(|line| {
                Turn::from_line(line)
                    .expect("a turn")
                    .user()
                    .content
                    .clone()
            })
            .collect()
    }
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_session_cut_anywhere_in_its_last_record_keeps_all_others() {
    let folder = Folder::new();
    folder.say("one");
    let first = fs::read(folder.session()).expect("the session").len();
    folder.say("zw\u{f6}lf \"2\"\n");
    let whole = fs::read(folder.session()).expect("the session");

    for cut in first..=whole.len() {
        fs::write(folder.session(), &whole[..cut]).expect("cut");
        let output = folder.say("three");
        assert_eq!(output.status.code(), Some(0), "cut at {cut}");

        let mut expected = vec!["one"];
        // Without its line break the record is still whole.
        if cut + 1 >= whole.len() {
            expected.push("zw\u{f6}lf \"2\"\n");
        }
        let number = expected.len() + 1;
        expected.push("three");
        assert_eq!(folder.messages(), expected, "cut at {cut}");
        assert!(
            text(&output.stdout).starts_with(&format!("echo: three (message {number} of")),
            "cut at {cut}"
        );
        let is_cut = cut > first && cut + 1 < whole.len();
        assert_eq!(
            text(&output.stderr).starts_with("warning: sessions/s.jsonl:2: the last turn was cut"),
            is_cut,
            "cut at {cut}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn zeros_at_the_end_of_a_cut_off_record_are_removed_with_it() {
    let folder = Folder::new();
    folder.say("one");
    let mut torn = fs::read(folder.session()).expect("the session");
    for tail in [&b"{\"messages\":[{\0\0\0"[..], b"\0\0"] {
        torn.extend_from_slice(tail);
        fs::write(folder.session(), &torn).expect("torn");
        assert_eq!(folder.say("two").status.code(), Some(0));
        assert_eq!(folder.messages(), ["one", "two"]);
        torn.truncate(torn.len() - tail.len());
    }
}

#[test]
fn a_last_line_that_is_no_beginning_of_a_record_is_kept_and_reported() {
    let folder = Folder::new();
    folder.say("one");
    let good = fs::read(folder.session()).expect("the session");
    for tail in ["notes", "{\"messages\":7", "{\"messages\":[}", "{} {"] {
        let bad = [&good, tail.as_bytes()].concat();
        fs::write(folder.session(), &bad).expect("bad");
        let output = folder.say("two");
        assert_eq!(output.status.code(), Some(2), "{tail}");
        assert!(
            text(&output.stderr).starts_with("error: sessions/s.jsonl:2:"),
            "{tail}: {}",
            text(&output.stderr)
        );
        assert_eq!(fs::read(folder.session()).expect("the session"), bad);
    }
}

/// A limit on the file's size stands in for a full disk: the write stops half way.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_half_way_leaves_the_file_as_it_was() {
    let folder = Folder::new();
    folder.say(&"x".repeat(300));
    let before = fs::read(folder.session()).expect("the session");
    assert!(before.len() < 1024, "{}", before.len());
    let output = run(Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_clawft"))
        .args(["agent", "-m", &"y".repeat(2000), "--session", "s"])
        .current_dir(folder.path()));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: cannot save `sessions/s.jsonl`: the file would become too large for this system\n"
    );
    assert_eq!(text(&output.stdout), "");
    assert_eq!(fs::read(folder.session()).expect("the session"), before);
}

#[test]
fn a_refused_message_leaves_the_session_as_it_was() {
    let folder = Folder::new();
    folder.say("one");
    let torn = [
        &fs::read(folder.session()).expect("the session")[..],
        b"{\"mess",
    ]
    .concat();
    fs::write(folder.session(), &torn).expect("torn");
    let output = folder.say(&"x".repeat(65_537));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(folder.session()).expect("the session"), torn);
}

/// A session of 10,000 messages and 64 MB, in less memory than that.
#[cfg(target_os = "linux")]
#[test]
fn a_long_session_opens_and_grows_in_bounded_memory() {
    const TURNS: usize = 5_000;
    let folder = Folder::new();
    let turn = Turn::new("x".repeat(6_400), "y".repeat(6_400));
    let line = serde_json::to_string(&turn).expect("JSON") + "\n";
    fs::write(folder.session(), line.repeat(TURNS)).expect("a long session");
    let say = |config: &str| {
        fs::write(folder.path().join("clawft.json"), config).expect("config");
        run(Command::new("bash")
            .args(["-c", "ulimit -v 32768; exec \"$@\"", "bash"])
            .arg(env!("CARGO_BIN_EXE_clawft"))
            .args(["agent", "-m", "hello", "--session", "s"])
            .current_dir(folder.path()))
    };
    let output = say("{}");
    assert_eq!(
        text(&output.stdout),
        format!(
            "echo: hello (message {} of this session; before it: \"{}\u{2026}\")\n",
            TURNS + 1,
            "x".repeat(40)
        ),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(folder.messages().len(), TURNS + 1);

    // The limit is one: a context that takes in all of the session does not fit.
    let output = say(r#"{"context_tokens": 60000000}"#);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(folder.messages().len(), TURNS + 1);
}

/// Processes that are killed at any time, for real.
#[test]
fn killed_processes_lose_no_accepted_message() {
    let folder = Folder::new();
    let mut accepted = Vec::new();
    for number in 0_u32..60 {
        let message = format!("{number} {}", "x".repeat(10_000));
        let mut program = Command::new(env!("CARGO_BIN_EXE_clawft"))
            .args(["agent", "-m", &message, "--session", "s"])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(std::time::Duration::from_micros(u64::from(number) * 100));
        // Done already is fine.
        let _ = program.kill();
        if program.wait().expect("it ends").success() {
            accepted.push(message);
        }
    }
    folder.say("last");
    let sent = folder.messages();
    let mut rest = sent.iter();
    for message in &accepted {
        assert!(rest.any(|found| found == message), "{}", &message[..8]);
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let output = run(Command::new(env!("CARGO_BIN_EXE_clawft"))
        .args(["agent", "-m"])
        .arg(OsStr::from_bytes(b"\xff")));
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: argument 3 is not UTF-8; "));
}

#[test]
fn a_large_message_comes_back_whole() {
    let folder = Folder::new();
    let config = r#"{"context_tokens": 9000000, "max_message_bytes": 20000000}"#;
    fs::write(folder.path().join("clawft.json"), config).expect("config");
    let message = "0123456789\u{e4}\n\t\"\\".repeat(100_000);
    let input = folder.path().join("message");
    fs::write(&input, &message).expect("message");
    for number in 1..=2 {
        let output = run(Command::new(env!("CARGO_BIN_EXE_clawft"))
            .args(["agent", "-m", "-", "--session", "s"])
            .stdin(fs::File::open(&input).expect("message"))
            .current_dir(folder.path()));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let reply = text(&output.stdout);
        assert!(reply.starts_with(&format!("echo: {message}")));
        assert_eq!(reply.contains("(message 2 of this session"), number == 2);
    }
    assert_eq!(folder.messages().len(), 2);
}
