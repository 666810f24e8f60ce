//! The layout of `memory/records.bin`. All numbers are little-endian.
//!
//! ```text
//! header, 32 bytes
//!   0  8 bytes  "CLAWFT\0M"
//!   8  u32      version of this layout: 1
//!  12  u32      dimensions: 128, 384 or 1024
//!  16  u32      embedder: 1 is `ngram`, 2 is `http`
//!  20  8 bytes  zeros
//!  28  u32      CRC-32 of the 28 bytes before
//!
//! record, one after the other
//!   0  u32      length of the record in bytes, this field and the checksum included
//!   4  u8       state: `+` a memory, `-` a forgotten one, `.` a gap (what a cut-off record left behind)
//!   5  3 bytes  zeros
//!   8  u32      number of the memory, from 1, without gaps; 0 for a gap
//!  12  u32      length of the text in bytes
//!  16  f32 ...  the vector, of length 1; none for a gap
//!      bytes    the text, UTF-8
//!      u32      CRC-32 of all bytes of the record before, the state taken as it was at first
//! ```
//!
//! A memory is forgotten by changing one byte, its state, which a crash cannot cut in half; after that
//! vector and text are overwritten with zeros. The checksum then counts no longer.

use clawft_types::{Dimensions, Embedder};

use super::crc32::Crc32;
use crate::files::MAX_FILE_BYTES;

/// How long the header is, in bytes.
pub(super) const HEADER: usize = 32;
/// Where the vector starts in a record.
pub(super) const HEAD: usize = 16;
/// How long the shortest record is.
pub(super) const MIN_RECORD: usize = HEAD + 4;
/// Where the state is in a record.
pub(super) const STATE_AT: usize = 4;
/// The state of a forgotten memory.
pub(super) const FORGOTTEN: u8 = b'-';

const MAGIC: &[u8; 8] = b"CLAWFT\0M";
const VERSION: u32 = 1;
const LIVE: u8 = b'+';
const GAP: u8 = b'.';

/// Who made the vectors, and how long they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) embedder: Embedder,
    pub(super) dimensions: Dimensions,
}

impl Kind {
    /// How many bytes a vector takes.
    pub(super) fn vector_bytes(self) -> usize {
        self.dimensions.count() as usize * 4
    }

    /// The header of a file.
    pub(super) fn to_header(self, crc: &Crc32) -> Vec<u8> {
        let embedder = match self.embedder {
            Embedder::Ngram => super::ngram::VERSION,
            Embedder::Http => 2,
        };
        let mut header = MAGIC.to_vec();
        for number in [VERSION, self.dimensions.count(), embedder, 0, 0] {
            header.extend_from_slice(&number.to_le_bytes());
        }
        seal(header, crc)
    }

    /// Reads a header; says what is wrong with it.
    pub(super) fn from_header(header: &[u8], crc: &Crc32) -> Result<Self, &'static str> {
        if header.get(..8) != Some(MAGIC) {
            return Err("it does not start as a memory file does");
        }
        if u32_at(header, 8) != VERSION {
            return Err("it is of another version; use the clawft that wrote it");
        }
        if !is_sealed(header, crc) {
            return Err("the checksum of its header is wrong");
        }
        let embedder = match u32_at(header, 16) {
            super::ngram::VERSION => Embedder::Ngram,
            2 => Embedder::Http,
            _ => return Err("its embedder is unknown; use the clawft that wrote it"),
        };
        let dimensions = Dimensions::new(u32_at(header, 12)).ok_or("its dimensions are unknown")?;
        Ok(Self {
            embedder,
            dimensions,
        })
    }
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Live,
    Forgotten,
    Gap,
}

/// The first bytes of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) state: State,
    pub(super) number: u32,
    /// The whole record, in bytes.
    pub(super) size: usize,
    pub(super) text_len: usize,
}

impl Head {
    /// Reads the head of a record in a file of `kind`; `None` if it is none.
    pub(super) fn read(bytes: &[u8; HEAD], kind: Kind) -> Option<Self> {
        let state = match bytes[STATE_AT] {
            LIVE => State::Live,
            FORGOTTEN => State::Forgotten,
            GAP => State::Gap,
            _ => return None,
        };
        let head = Self {
            state,
            number: u32_at(bytes, 8),
            size: u32_at(bytes, 0) as usize,
            text_len: u32_at(bytes, 12) as usize,
        };
        let vector = if state == State::Gap {
            0
        } else {
            kind.vector_bytes()
        };
        let size = head.text_len.checked_add(MIN_RECORD + vector)?;
        let gap = state == State::Gap;
        let possible = head.size == size && size as u64 <= MAX_FILE_BYTES;
        (possible && bytes[5..8] == [0; 3] && gap == (head.number == 0)).then_some(head)
    }
}

/// A record of a memory.
pub(super) fn memory(number: u32, vector: &[f32], text: &str, crc: &Crc32) -> Option<Vec<u8>> {
    let size = MIN_RECORD + vector.len() * 4 + text.len();
    let mut record = head(LIVE, number, size, text.len())?;
    for value in vector {
        record.extend_from_slice(&value.to_le_bytes());
    }
    record.extend_from_slice(text.as_bytes());
    Some(seal(record, crc))
}

/// A record that is nothing but `size` bytes long, or as long as the shortest record.
pub(super) fn gap(size: usize, crc: &Crc32) -> Option<Vec<u8>> {
    let size = size.max(MIN_RECORD);
    let mut record = head(GAP, 0, size, size - MIN_RECORD)?;
    record.resize(size - 4, 0);
    Some(seal(record, crc))
}

/// `None` if a length does not fit its field.
fn head(state: u8, number: u32, size: usize, text_len: usize) -> Option<Vec<u8>> {
    let mut record = Vec::with_capacity(size);
    record.extend_from_slice(&u32::try_from(size).ok()?.to_le_bytes());
    record.extend_from_slice(&[state, 0, 0, 0]);
    record.extend_from_slice(&number.to_le_bytes());
    record.extend_from_slice(&u32::try_from(text_len).ok()?.to_le_bytes());
    Some(record)
}

/// `bytes` and their checksum.
pub(super) fn seal(mut bytes: Vec<u8>, crc: &Crc32) -> Vec<u8> {
    let sum = crc.of(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// Whether the last four bytes are the checksum of those before.
pub(super) fn is_sealed(bytes: &[u8], crc: &Crc32) -> bool {
    bytes
        .split_last_chunk::<4>()
        .is_some_and(|(bytes, sum)| crc.of(bytes) == u32::from_le_bytes(*sum))
}

/// The number at `at`; 0 beyond the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let number = bytes.get(at..).and_then(<[u8]>::first_chunk);
    number.map_or(0, |number| u32::from_le_bytes(*number))
}
