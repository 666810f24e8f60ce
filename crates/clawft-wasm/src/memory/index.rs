//! `memory/index.bin`: the [`Graph`] of the first memories, so that a search of many need not read all.
//!
//! It holds nothing that is not made from `records.bin`: a file that is missing, damaged or does not fit
//! is made anew when a memory is added. It is written as a draft and renamed, so it is whole or not there.
//!
//! ```text
//!   0  8 bytes  "CLAWFT\0I"
//!   8  u32      version of this layout: 1
//!  12  u32      dimensions of the vectors
//!  16  u32      number of memories in it
//!  20  u32      where a search starts: the number of a memory, from 0; all ones if there is none
//!  24  u64      where the record behind the last of them starts in records.bin
//!  32  u32      the checksum of the last of them, to tell whether the two files belong together
//!  36           for each memory: u64, where its record starts; u32, number of levels; for each level
//!               u32, number of links, and that many u32
//!      u32      CRC-32 of all bytes before
//! ```

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::best::Best;
use super::format::{self, HEAD, u32_at};
use super::graph::Graph;
use super::store::Store;
use super::vector::{self, similarity};
use crate::disk;
use crate::error::Error;
use crate::files;

pub(super) const PATH: &str = "memory/index.bin";

const MAGIC: &[u8; 8] = b"CLAWFT\0I";
const VERSION: u32 = 1;
const HEADER: usize = 36;

/// Below so many memories an index is of little use. (wasip1, wasmtime 46.0.1, 384 dimensions, start-up
/// included: a search with it takes 40 to 50 ms whatever their number, without it 80 ms for 2,048 and
/// 200 ms for 8,000.)
pub(super) const MIN_COUNT: u32 = 2048;

/// How many memories may be added before the index takes them in, and how many it takes in at once, so
/// that adding a memory never takes much longer than a second.
pub(super) const MAX_BEHIND: u32 = 256;

/// How widely a search looks around, at least.
const SEARCH_WIDTH: usize = 96;

/// The graph, and what it is of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    graph: Graph,
    /// Where the records start.
    places: Vec<u64>,
    /// Where the record behind the last of them starts.
    end: u64,
}

impl Index {
    /// Reads the index of `store`; `None` if there is none that fits.
    pub(super) fn load(store: &Store<'_>) -> Result<Option<Self>, Error> {
        let Some(bytes) = files::read(store.root, PATH)? else {
            return Ok(None);
        };
        if !format::is_sealed(&bytes, &store.crc) {
            return Ok(None);
        }
        let index = Self::from_bytes(&bytes, store.kind.dimensions.count());
        Ok(index
            .filter(|(index, last)| index.last_checksum(store).ok() == Some(*last))
            .map(|(index, _)| index))
    }

    /// Where the first record that is not in it starts, and how many are before that.
    pub(super) fn rest(&self) -> (u64, u32) {
        (self.end, self.count())
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn place(&self, index: u32) -> Option<u64> {
        self.places.get(index as usize).copied()
    }

    /// About the `limit` most similar to `query`; of the vectors only those are read that are compared.
    pub(super) fn search(
        &self,
        store: &Store<'_>,
        query: &[f32],
        limit: usize,
    ) -> Result<Best, Error> {
        let cannot_read = |error: io::Error| files::refused("read", super::store::PATH, &error);
        let mut file = File::open(store.place()).map_err(cannot_read)?;
        let mut bytes = vec![0; store.kind.vector_bytes()];
        let mut vector = Vec::new();
        let mut failure = None;
        let wider = self.graph.search(SEARCH_WIDTH.max(4 * limit), &mut |node| {
            let place = self.place(node).unwrap_or_default();
            let read = file
                .seek(SeekFrom::Start(place + HEAD as u64))
                .and_then(|_| file.read_exact(&mut bytes));
            if let Err(error) = read {
                failure.get_or_insert(error);
                return f32::NAN;
            }
            vector::from_bytes(&bytes, &mut vector);
            similarity(query, &vector)
        });
        failure.map_or(Ok(wider), |error| Err(cannot_read(error)))
    }

    /// Takes in the next memories, up to [`MAX_BEHIND`] of them, and saves it. All vectors up to there
    /// are in memory meanwhile.
    pub(super) fn extend(mut self, store: &Store<'_>) -> Result<(), Error> {
        let dimensions = store.kind.dimensions.count() as usize;
        let max = self.places.len() + MAX_BEHIND as usize;
        let mut vectors: Vec<f32> = Vec::new();
        let mut forgotten = Vec::new();
        let mut places = Vec::new();
        let mut end = None;
        let summary = store.scan(None, |memory| {
            if places.len() == max {
                end = end.or(Some(memory.at));
                return;
            }
            vectors.extend_from_slice(memory.vector);
            forgotten.push(memory.forgotten);
            places.push(memory.at);
        })?;
        let vector = |index: u32| {
            let start = index as usize * dimensions;
            vectors.get(start..start + dimensions).unwrap_or_default()
        };
        for forgotten in forgotten.iter().skip(self.places.len()) {
            if *forgotten {
                self.graph.skip();
            } else {
                self.graph
                    .insert(&mut |a, b| similarity(vector(a), vector(b)));
            }
        }
        self.places = places;
        self.end = end.unwrap_or(summary.seen.end);
        let cannot_save = |error: io::Error| files::refused("save", PATH, &error);
        let last = self.last_checksum(store).map_err(cannot_save)?;
        let bytes = format::seal(
            self.to_bytes(store.kind.dimensions.count(), last),
            &store.crc,
        );
        disk::replace(&store.root.join(PATH), &bytes).map_err(cannot_save)
    }

    /// The checksum at the end of the last record.
    fn last_checksum(&self, store: &Store<'_>) -> io::Result<u32> {
        let bytes = crate::log::read_at(&store.place(), self.end.saturating_sub(4), 4)?;
        Ok(u32_at(&bytes, 0))
    }

    fn to_bytes(&self, dimensions: u32, last: u32) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let entry = self.graph.entry.unwrap_or(u32::MAX);
        let mut put = |number: u32| bytes.extend_from_slice(&number.to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of it")]
        let halves = |long: u64| [long as u32, (long >> 32) as u32];
        let count_of = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        for number in [VERSION, dimensions, self.count(), entry] {
            put(number);
        }
        halves(self.end).into_iter().for_each(&mut put);
        put(last);
        for (place, levels) in self.places.iter().zip(&self.graph.nodes) {
            halves(*place).into_iter().for_each(&mut put);
            put(count_of(levels.len()));
            for links in levels {
                put(count_of(links.len()));
                links.iter().copied().for_each(&mut put);
            }
        }
        bytes
    }

    /// The index in `bytes` and the checksum of the last record; `None` if it is of another kind.
    fn from_bytes(bytes: &[u8], dimensions: u32) -> Option<(Self, u32)> {
        let header = bytes.get(..HEADER)?;
        if header[..8] != *MAGIC || u32_at(header, 8) != VERSION || u32_at(header, 12) != dimensions
        {
            return None;
        }
        let mut at = HEADER;
        let mut next = || {
            at += 4;
            bytes
                .get(at - 4..)
                .and_then(<[u8]>::first_chunk)
                .map(|number| u32::from_le_bytes(*number))
        };
        let mut index = Self {
            graph: Graph {
                nodes: Vec::new(),
                entry: Some(u32_at(header, 20)).filter(|entry| *entry != u32::MAX),
            },
            places: Vec::new(),
            end: u64::from(u32_at(header, 24)) | u64::from(u32_at(header, 28)) << 32,
        };
        for _ in 0..u32_at(header, 16) {
            index
                .places
                .push(u64::from(next()?) | u64::from(next()?) << 32);
            let mut levels = Vec::new();
            for _ in 0..next()? {
                let count = next()?;
                let mut links = Vec::new();
                for _ in 0..count {
                    links.push(next()?);
                }
                levels.push(links);
            }
            index.graph.nodes.push(levels);
        }
        Some((index, u32_at(header, 32)))
    }
}
