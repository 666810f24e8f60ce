//! A session's file: one line of JSON per turn.
//!
//! A line is written with its line break as one piece and synced. So a crash leaves the old file, the
//! new one, or the old one and the beginning of a line; the last is recognised when the file is read
//! (no line break, and JSON that ends too early) and counts as the old one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use clawft_types::{SessionId, Turn};

use crate::error::Error;
use crate::files;

const FOLDER: &str = "sessions";

/// A session as it is on disk.
#[derive(Debug)]
pub(crate) struct SessionFile {
    /// Relative to the root, with `/`.
    path: String,
    turns: Vec<Turn>,
    /// The file's length, in bytes.
    len: u64,
    end: End,
}

/// How the file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With a line break, or the file is empty.
    Clean,
    /// With a whole record, but no line break.
    NoLineBreak,
    /// With the beginning of a record, on `line`, from byte `start` of the file on.
    CutOff { line: usize, start: u64 },
}

impl SessionFile {
    /// Reads the session called `id`; one without a file has no turns yet.
    pub(crate) fn load(root: &Path, id: &SessionId) -> Result<Self, Error> {
        let path = format!("{FOLDER}/{}.jsonl", id.as_str());
        let text = files::read(root, &path)?.unwrap_or_default();
        let (turns, end) = parse(&text, &path)?;
        Ok(Self {
            path,
            turns,
            len: text.len() as u64,
            end,
        })
    }

    /// All turns, oldest first.
    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// What the person should know about the file.
    pub(crate) fn warning(&self) -> Option<String> {
        let End::CutOff { line, start } = self.end else {
            return None;
        };
        Some(format!(
            "{}:{line}: the last turn was cut off while it was saved; its {} bytes are removed",
            self.path,
            self.len - start
        ))
    }

    /// Adds `turn` at the end, and removes a cut-off record before.
    pub(crate) fn append(&self, root: &Path, turn: &Turn) -> Result<(), Error> {
        let cannot_save = |error: io::Error| files::refused("save", &self.path, &error);
        let mut record = String::new();
        if self.end == End::NoLineBreak {
            record.push('\n');
        }
        record += &serde_json::to_string(turn)
            .map_err(|_| files::cannot("save", &self.path, "the turn is no JSON"))?;
        record.push('\n');

        match fs::create_dir(root.join(FOLDER)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(cannot_save(error));
            }
            _ => {}
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(root.join(&self.path))
            .map_err(cannot_save)?;
        if file.metadata().map_err(cannot_save)?.len() != self.len {
            let reason = "another program has changed it meanwhile; run the command again";
            return Err(files::cannot("save", &self.path, reason));
        }
        let mut old_len = self.len;
        if let End::CutOff { start, .. } = self.end {
            file.set_len(start).map_err(cannot_save)?;
            old_len = start;
        }
        write_synced(&mut file, record.as_bytes()).map_err(|error| {
            // If this fails too, the file ends in a cut-off record, as after a crash.
            let _ = file.set_len(old_len);
            cannot_save(error)
        })
    }
}

fn write_synced(file: &mut File, record: &[u8]) -> io::Result<()> {
    file.write_all(record)?;
    file.sync_all()
}

/// The turns in `text`, and how it ends.
fn parse(text: &[u8], path: &str) -> Result<(Vec<Turn>, End), Error> {
    let mut turns = Vec::new();
    let mut start = 0;
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let (record, whole) = match line.strip_suffix(b"\n") {
            Some(record) => (record, true),
            // A file system may have made the file longer before it had the data.
            None => (trim_zeros(line), false),
        };
        match Turn::from_line(record) {
            Ok(turn) => turns.push(turn),
            Err(error) if !whole && (error.cut_off || record.is_empty()) => {
                let end = End::CutOff {
                    line: number,
                    start: start as u64,
                };
                return Ok((turns, end));
            }
            Err(mut error) => {
                error.line = number;
                let advice = "correct or delete this line, or use another session";
                return Err(Error::in_json(path, &error, advice));
            }
        }
        start += line.len();
    }
    let end = if text.is_empty() || text.ends_with(b"\n") {
        End::Clean
    } else {
        End::NoLineBreak
    };
    Ok((turns, end))
}

fn trim_zeros(mut line: &[u8]) -> &[u8] {
    while let Some((0, rest)) = line.split_last() {
        line = rest;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(text: &str) -> Turn {
        Turn::new(text.to_owned(), "ok".to_owned())
    }

    #[test]
    fn a_session_that_another_program_has_changed_meanwhile_is_not_written() {
        let root = tempfile::tempdir().expect("a folder");
        let id = SessionId::new("s").expect("a name");
        let ours = SessionFile::load(root.path(), &id).expect("empty");
        let theirs = SessionFile::load(root.path(), &id).expect("empty");
        theirs.append(root.path(), &turn("theirs")).expect("saved");

        let error = ours.append(root.path(), &turn("ours")).expect_err("stale");
        assert_eq!(
            error.to_string(),
            "cannot save `sessions/s.jsonl`: another program has changed it meanwhile; \
             run the command again"
        );
        let now = SessionFile::load(root.path(), &id).expect("loads");
        assert_eq!(now.turns(), [turn("theirs")]);
    }

    #[test]
    fn the_end_of_a_file_is_recognised() {
        let line = serde_json::to_string(&turn("a")).expect("writes") + "\n";
        let end_of = |text: &[u8]| parse(text, "s").expect("reads").1;
        assert_eq!(end_of(b""), End::Clean);
        assert_eq!(end_of(line.as_bytes()), End::Clean);
        assert_eq!(end_of(line.trim_end().as_bytes()), End::NoLineBreak);
        let cut_off = End::CutOff {
            line: 2,
            start: line.len() as u64,
        };
        assert_eq!(end_of((line.clone() + "{").as_bytes()), cut_off);
        assert_eq!(end_of((line + "\0\0").as_bytes()), cut_off);
    }
}
