//! A session's file: one line of JSON per turn, in a [`Log`].
//!
//! Only the newest turns are kept in memory, as many as the context has room for; the rest of the file
//! is read for its line breaks alone. What is behind the last line break is a turn if it is whole. If it
//! is the beginning of one (JSON that ends too early), somebody else's program or a crash has cut it off:
//! it counts as not there, and is moved aside when the next turn is saved.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;

use clawft_types::{SessionId, Turn};

use crate::context::Window;
use crate::disk;
use crate::error::Error;
use crate::files::{self, MAX_FILE_BYTES};
use crate::log::{Log, Seen, read_at, trim_zeros};

const FOLDER: &str = "sessions";

/// How much of the file is read at first to find the newest turns, in bytes; doubled until it is enough.
const FIRST_WINDOW: u64 = 16 * 1024;

/// A session as it is on disk.
#[derive(Debug)]
pub(crate) struct SessionFile {
    /// Relative to the root, with `/`.
    path: String,
    /// The newest that fit the context, oldest first.
    turns: Vec<Turn>,
    /// How many there are in the file.
    count: usize,
    seen: Seen,
    /// What is behind the last line break.
    tail: Tail,
}

#[derive(Debug, PartialEq, Eq)]
enum Tail {
    /// Nothing, or only a line break is missing.
    Whole(Vec<u8>),
    /// The beginning of a turn.
    Torn(Vec<u8>),
}

impl SessionFile {
    /// Reads the session called `id`, with as many of its turns as `window` has room for; one without a
    /// file has no turns yet. A turn that another process could not finish is finished first.
    // NB: inlined into `main`, the same code takes 1.7 KB more in an artifact: one frame for everything, and
    // numbers of locals beyond 127, which take two bytes.
    #[inline(never)]
    pub(crate) fn load(root: &Path, id: &SessionId, window: Window) -> Result<Self, Error> {
        let path = format!("{FOLDER}/{}.jsonl", id.as_str());
        let log = Log { root, path: &path };
        let lines = loop {
            let lines = match files::open(root, &path)? {
                Some(file) => Lines::count(file).map_err(|error| cannot_read(&path, &error))?,
                None => Lines::default(),
            };
            if log.finish(lines.last.start)? || log.finish(lines.seen.end)? {
                continue;
            }
            // Somebody may have finished a turn after it was seen half written.
            if log.is_as(lines.seen) {
                break lines;
            }
        };
        let reader = Reader {
            place: &root.join(&path),
            path: &path,
            lines: &lines,
        };
        let (tail, newest) = reader.tail()?;
        let count = lines.whole + usize::from(newest.is_some());
        let turns = reader.newest(newest, window)?;
        Ok(Self {
            turns,
            count,
            seen: lines.seen,
            tail,
            path,
        })
    }

    /// The newest turns that fit the context, oldest first.
    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// How many turns the session has.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Adds `turn` at the end; returns what the person should know.
    pub(crate) fn append(&self, root: &Path, turn: &Turn) -> Result<Vec<String>, Error> {
        let log = Log {
            root,
            path: &self.path,
        };
        let mut warnings = Vec::new();
        let folder = root.join(FOLDER);
        disk::create_dir(&folder).map_err(|error| files::refused("save", &self.path, &error))?;

        let mut record = Vec::new();
        let min_len = usize::try_from(self.seen.len - self.seen.end).unwrap_or(usize::MAX);
        match &self.tail {
            Tail::Whole(tail) if tail.is_empty() => {}
            Tail::Whole(tail) => {
                record.extend_from_slice(tail);
                record.push(b'\n');
            }
            Tail::Torn(tail) => {
                let kept = log.keep_torn(trim_zeros(tail))?;
                warnings.push(format!(
                    "{}:{}: the last turn was cut off while it was saved; its {min_len} bytes are \
                     moved to {kept}",
                    self.path,
                    self.count + 1
                ));
            }
        }
        let json = serde_json::to_string(turn)
            .map_err(|_| files::cannot("save", &self.path, "the turn is not JSON"))?;
        record.extend_from_slice(json.as_bytes());
        // The line covers whatever is behind the last line break, to the last byte.
        record.resize(record.len().max(min_len), b' ');
        record.push(b'\n');
        warnings.extend(log.append(self.seen, &record)?);
        Ok(warnings)
    }
}

/// Where the lines of a file are.
#[derive(Debug, Default)]
struct Lines {
    /// How many have their line break.
    whole: usize,
    /// The last of them.
    last: Range<u64>,
    seen: Seen,
}

impl Lines {
    fn count(mut file: File) -> io::Result<Self> {
        let mut lines = Self::default();
        let mut buffer = [0; 16 * 1024];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                lines.seen.end = lines.last.end;
                return Ok(lines);
            }
            for (index, _) in buffer[..count]
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
            {
                lines.whole += 1;
                lines.last = lines.last.end..lines.seen.len + index as u64 + 1;
            }
            lines.seen.len += count as u64;
        }
    }
}

/// Reads turns where [`Lines`] says they are.
struct Reader<'a> {
    place: &'a Path,
    /// For messages.
    path: &'a str,
    lines: &'a Lines,
}

impl Reader<'_> {
    /// What is behind the last line break, and the turn it is, if it is one.
    fn tail(&self) -> Result<(Tail, Option<Turn>), Error> {
        let Seen { end, len } = self.lines.seen;
        if end == len {
            return Ok((Tail::Whole(Vec::new()), None));
        }
        let mut tail = self.read(end..len)?;
        // A file system may have made the file longer before it had the data.
        let text = trim_zeros(&tail);
        match Turn::from_line(text) {
            Ok(turn) => {
                tail.truncate(text.len());
                Ok((Tail::Whole(tail), Some(turn)))
            }
            Err(error) if error.cut_off || text.is_empty() => Ok((Tail::Torn(tail), None)),
            Err(error) => Err(self.bad_line(self.lines.whole + 1, error)),
        }
    }

    /// The newest turns that fit `window`, oldest first; `last` is the newest of all.
    fn newest(&self, last: Option<Turn>, window: Window) -> Result<Vec<Turn>, Error> {
        let end = self.lines.seen.end;
        let mut size = FIRST_WINDOW;
        loop {
            let start = end.saturating_sub(size);
            let text = self.read(start..end)?;
            let mut window = window;
            let mut turns: Vec<Turn> = last.clone().into_iter().collect();
            let mut fits = turns.iter().all(|turn| window.take(turn));
            if !fits {
                turns.clear();
            }
            let mut rest = &text[..];
            let mut number = self.lines.whole;
            while fits && let Some(whole) = rest.strip_suffix(b"\n") {
                let before = whole.iter().rposition(|byte| *byte == b'\n');
                if before.is_none() && start > 0 {
                    break;
                }
                let (before, line) = whole.split_at(before.map_or(0, |newline| newline + 1));
                let turn = Turn::from_line(line).map_err(|error| self.bad_line(number, error))?;
                fits = window.take(&turn);
                if fits {
                    turns.push(turn);
                }
                number -= 1;
                rest = before;
            }
            if !fits || start == 0 {
                turns.reverse();
                return Ok(turns);
            }
            size *= 2;
        }
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Error> {
        let count = range.end - range.start;
        if count > MAX_FILE_BYTES {
            let reason = "its newest turns are larger than 256 MiB; lower `context_tokens`, or use \
                          another session";
            return Err(files::cannot("read", self.path, reason));
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        read_at(self.place, range.start, count).map_err(|error| cannot_read(self.path, &error))
    }

    fn bad_line(&self, number: usize, mut error: clawft_types::JsonError) -> Error {
        error.line = number;
        let advice = "correct or delete this line, or use another session";
        Error::in_json(self.path, &error, advice)
    }
}

fn cannot_read(path: &str, error: &io::Error) -> Error {
    files::refused("read", path, error)
}

#[cfg(test)]
mod tests;
