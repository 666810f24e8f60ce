//! `memory/records.bin`: all memories with their vectors, in a [`Log`].

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::crc32::Crc32;
use super::format::{self, HEAD, HEADER, Head, Kind, State};
use super::vector;
use crate::disk;
use crate::error::Error;
use crate::files;
use crate::log::{Log, Seen, trim_zeros};

pub(super) const FOLDER: &str = "memory";
pub(super) const PATH: &str = "memory/records.bin";

const ADVICE: &str = "put a copy in its place, or move it away";

/// What a scan has found out about the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Summary {
    pub(super) seen: Seen,
    /// Where the last whole record starts, with the header if that is before it.
    last_start: u64,
    /// How many memories there are, the forgotten ones too.
    pub(super) count: u32,
}

/// One memory.
pub(super) struct Memory<'a> {
    /// From 1.
    pub(super) number: u32,
    /// Where its record starts, in bytes.
    pub(super) at: u64,
    pub(super) forgotten: bool,
    pub(super) vector: &'a [f32],
    /// Empty if it is forgotten.
    pub(super) text: &'a str,
}

/// The file of all memories.
pub(super) struct Store<'a> {
    pub(super) root: &'a Path,
    pub(super) kind: Kind,
    pub(super) crc: Crc32,
}

/// Reads records one after the other.
struct Scan<'a> {
    store: &'a Store<'a>,
    reader: BufReader<File>,
    summary: Summary,
    record: Vec<u8>,
    vector: Vec<f32>,
    /// Without one, there are no records.
    has_header: bool,
}

impl Store<'_> {
    fn log(&self) -> Log<'_> {
        Log {
            root: self.root,
            path: PATH,
        }
    }

    pub(super) fn place(&self) -> PathBuf {
        self.root.join(PATH)
    }

    /// Calls `each` for every memory from `start` on, which is the place of a record and the number of
    /// memories before it; with no file there are none.
    pub(super) fn scan(
        &self,
        start: Option<(u64, u32)>,
        mut each: impl FnMut(&Memory<'_>),
    ) -> Result<Summary, Error> {
        let Some(mut scan) = self.start(start)? else {
            return Ok(Summary::default());
        };
        while scan.next(&mut each)? {}
        Ok(scan.summary)
    }

    /// Calls `each` for the memory at `place`, behind `before` others.
    pub(super) fn one(
        &self,
        place: u64,
        before: u32,
        mut each: impl FnMut(&Memory<'_>),
    ) -> Result<(), Error> {
        if let Some(mut scan) = self.start(Some((place, before)))? {
            scan.next(&mut each)?;
        }
        Ok(())
    }

    /// Opens the file and reads its header. A file without one ends at 0 for a scan.
    fn start(&self, start: Option<(u64, u32)>) -> Result<Option<Scan<'_>>, Error> {
        let Some(file) = files::open(self.root, PATH)? else {
            return Ok(None);
        };
        let len = file.metadata().map_err(|error| cannot_read(&error))?.len();
        let mut scan = Scan {
            store: self,
            reader: BufReader::new(file),
            summary: Summary {
                seen: Seen { end: 0, len },
                last_start: 0,
                count: 0,
            },
            record: Vec::new(),
            vector: Vec::new(),
            has_header: true,
        };
        scan.has_header = scan.header()?;
        if let Some((end, count)) = start
            && scan.has_header
        {
            scan.skip_to(end)?;
            scan.summary.seen.end = end;
            scan.summary.count = count;
        }
        Ok(Some(scan))
    }

    /// Like [`Self::scan`], for a program that is going to add a memory: what others could not finish is
    /// finished first.
    ///
    /// NB: all of the file is read, also what an index knows already: nothing is written to one that is
    /// damaged anywhere.
    pub(super) fn scan_to_add(&self) -> Result<Summary, Error> {
        let log = self.log();
        loop {
            let summary = self.scan(None, |_| ())?;
            if log.finish(summary.last_start)? || log.finish(summary.seen.end)? {
                continue;
            }
            if log.is_as(summary.seen) {
                return Ok(summary);
            }
        }
    }

    /// Adds a memory behind what `summary` found; returns its number and what the person should know.
    pub(super) fn add(
        &self,
        summary: Summary,
        vector: &[f32],
        text: &str,
    ) -> Result<(u32, Vec<String>), Error> {
        let Summary { seen, count, .. } = summary;
        let mut warnings = Vec::new();
        disk::create_dir(&self.root.join(FOLDER))
            .map_err(|error| files::refused("save", PATH, &error))?;
        let torn = usize::try_from(seen.len - seen.end).unwrap_or(usize::MAX);

        let mut added = Vec::new();
        if seen.end == 0 {
            added.extend(self.kind.to_header(&self.crc));
        }
        let too_large = || files::cannot("save", PATH, "the text is too large");
        let number = count.checked_add(1).ok_or_else(too_large)?;
        if torn > 0 {
            let bytes = crate::log::read_at(&self.place(), seen.end, torn)
                .map_err(|error| cannot_read(&error))?;
            let kept = self.log().keep_torn(&bytes)?;
            warnings.push(format!(
                "{PATH}: the last memory was cut off while it was saved; its {torn} bytes are moved \
                 to {kept}"
            ));
            added.extend(format::gap(torn, &self.crc).ok_or_else(too_large)?);
        }
        added.extend(format::memory(number, vector, text, &self.crc).ok_or_else(too_large)?);
        warnings.extend(self.log().append(seen, &added)?);
        Ok((number, warnings))
    }

    /// Forgets the memory whose record starts at `at` and whose text has `text_len` bytes.
    pub(super) fn forget(&self, at: u64, text_len: usize) -> Result<(), Error> {
        let place = self.place();
        let zeros = vec![0; self.kind.vector_bytes() + text_len];
        disk::write_at(&place, at + format::STATE_AT as u64, &[format::FORGOTTEN])
            .and_then(|()| disk::write_at(&place, at + HEAD as u64, &zeros))
            .map_err(|error| files::refused("save", PATH, &error))
    }
}

impl Scan<'_> {
    /// Reads the header; `false` if it has been cut off.
    fn header(&mut self) -> Result<bool, Error> {
        let len = usize::try_from(self.summary.seen.len).unwrap_or(HEADER);
        self.fill(len.min(HEADER))?;
        let kind = match Kind::from_header(&self.record, &self.store.crc) {
            Ok(kind) => kind,
            Err(problem) => {
                let whole = self.store.kind.to_header(&self.store.crc);
                let is_beginning = whole.starts_with(trim_zeros(&self.record));
                return if is_beginning && self.only_zeros_follow()? {
                    Ok(false)
                } else {
                    Err(damaged(problem, 0))
                };
            }
        };
        if kind != self.store.kind {
            return Err(Error::new(format!(
                "{PATH} holds vectors of {} dimensions from `{}`, but the config asks for {} from `{}`; \
                 set `memory` in the config accordingly, or move the file away",
                kind.dimensions.count(),
                kind.embedder.name(),
                self.store.kind.dimensions.count(),
                self.store.kind.embedder.name(),
            )));
        }
        self.summary.seen.end = HEADER as u64;
        Ok(true)
    }

    /// Reads a record; `false` at the end, or where one has been cut off.
    fn next(&mut self, each: &mut impl FnMut(&Memory<'_>)) -> Result<bool, Error> {
        let at = self.summary.seen.end;
        let left = self.summary.seen.len.saturating_sub(at);
        if left < HEAD as u64 || !self.has_header {
            return Ok(false);
        }
        self.fill(HEAD)?;
        let head = self.record.first_chunk();
        let Some(head) = head.and_then(|head| Head::read(head, self.store.kind)) else {
            return if self.only_zeros_follow()? {
                Ok(false)
            } else {
                Err(damaged("there is no record", at))
            };
        };
        if head.size as u64 > left {
            return Ok(false);
        }
        self.fill_more(head.size - HEAD)?;
        let forgotten = head.state == State::Forgotten;
        if !forgotten && !format::is_sealed(&self.record, &self.store.crc) {
            // NB: a record is written from its beginning on, so one whose last byte is there was whole.
            let is_cut_off = self.record.last() == Some(&0) && self.only_zeros_follow()?;
            return if is_cut_off {
                Ok(false)
            } else {
                Err(damaged("the checksum of a record is wrong", at))
            };
        }
        // The first record is written together with the header.
        self.summary.last_start = if at == HEADER as u64 { 0 } else { at };
        self.summary.seen.end = at + head.size as u64;
        if head.state == State::Gap {
            return Ok(true);
        }
        self.summary.count += 1;
        if head.number != self.summary.count {
            return Err(damaged("a record has the wrong number", at));
        }
        let text_at = head.size - 4 - head.text_len;
        let text = if forgotten {
            ""
        } else {
            str::from_utf8(&self.record[text_at..head.size - 4])
                .map_err(|_| damaged("a text is not UTF-8", at))?
        };
        vector::from_bytes(&self.record[HEAD..text_at], &mut self.vector);
        each(&Memory {
            number: head.number,
            at,
            forgotten,
            vector: &self.vector,
            text,
        });
        Ok(true)
    }

    /// Reads the next `count` bytes into `record`.
    fn fill(&mut self, count: usize) -> Result<(), Error> {
        self.record.clear();
        self.fill_more(count)
    }

    fn fill_more(&mut self, count: usize) -> Result<(), Error> {
        let wanted = self.record.len().saturating_add(count);
        let read = (&mut self.reader)
            .take(count as u64)
            .read_to_end(&mut self.record)
            .map_err(|error| cannot_read(&error))?;
        if self.record.len() < wanted {
            return Err(damaged(
                "it has become shorter while it was read",
                self.summary.seen.end + read as u64,
            ));
        }
        Ok(())
    }

    fn skip_to(&mut self, at: u64) -> Result<(), Error> {
        use io::{Seek as _, SeekFrom};
        self.reader
            .seek(SeekFrom::Start(at))
            .map(|_| ())
            .map_err(|error| cannot_read(&error))
    }

    /// Whether the file holds nothing but zeros from here on: a file system may have made it longer
    /// before it had the data.
    fn only_zeros_follow(&mut self) -> Result<bool, Error> {
        loop {
            self.record.clear();
            let read = (&mut self.reader)
                .take(16 * 1024)
                .read_to_end(&mut self.record)
                .map_err(|error| cannot_read(&error))?;
            if read == 0 || !trim_zeros(&self.record).is_empty() {
                return Ok(read == 0);
            }
        }
    }
}

fn cannot_read(error: &io::Error) -> Error {
    files::refused("read", PATH, error)
}

fn damaged(problem: &str, at: u64) -> Error {
    Error::new(format!("{PATH}: damaged at byte {at}: {problem}; {ADVICE}"))
}
