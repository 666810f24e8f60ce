//! Vector memory: texts that are found again by what they are about.
//!
//! [`store`] is the file of all memories, whose layout is in [`mod@format`]. A search compares with all of
//! them as long as they are few; beyond [`index::MIN_COUNT`] it asks the [`index`], and compares with
//! the newest ones that are not in it yet.

mod best;
mod crc32;
mod format;
mod graph;
mod index;
mod ngram;
mod store;
pub(crate) mod vector;

use std::io::Read;
use std::path::Path;

use clawft_types::{Config, Embedder};

use self::best::{Best, Found};
use self::crc32::Crc32;
use self::format::Kind;
use self::index::Index;
use self::store::{Memory, Store};
use crate::cli::{MemoryAction, MessageSource};
use crate::config_file::Loaded;
use crate::disk;
use crate::error::{Error, one_line};
use crate::files;
use crate::message::take_message;
use crate::outcome::Outcome;

/// Executes one of the `memory` commands.
pub(crate) fn execute(
    action: MemoryAction,
    loaded: &Loaded,
    root: &Path,
    stdin: impl Read,
) -> Result<Outcome, Error> {
    let config = &loaded.config;
    let store = Store {
        root,
        kind: Kind {
            embedder: config.memory.embedder,
            dimensions: config.memory.dimensions,
        },
        crc: Crc32::new(),
    };
    let text_of = |source: MessageSource, stdin| {
        take_message(source, stdin, config.max_message_bytes, loaded.name())
    };
    match action {
        MemoryAction::Add { text } => add(&store, &text_of(text, stdin)?, config),
        MemoryAction::Search { text, limit } => {
            search(&store, &text_of(text, stdin)?, limit, config)
        }
        MemoryAction::List => list(&store),
        MemoryAction::Forget { number } => forget(&store, number),
    }
}

fn embed(text: &str, config: &Config) -> Result<Vec<f32>, Error> {
    match config.memory.embedder {
        Embedder::Ngram => Ok(ngram::embed(text, config.memory.dimensions)),
        #[cfg(feature = "http")]
        Embedder::Http => crate::http::embed(config, text),
        #[cfg(not(feature = "http"))]
        Embedder::Http => Err(Error::new(
            "field `memory.embedder`: this build has no HTTP; use one with the feature `http`",
        )),
    }
}

fn add(store: &Store<'_>, text: &str, config: &Config) -> Result<Outcome, Error> {
    let vector = embed(text, config)?;
    let summary = store.scan_to_add()?;
    let (number, mut warnings) = store.add(summary, &vector, text)?;
    let index = Index::load(store)?.unwrap_or_default();
    if number >= index::MIN_COUNT && number - index.count() >= index::MAX_BEHIND {
        // The memory is saved, whatever becomes of the index.
        let failed = index.extend(store).err();
        warnings.extend(failed.map(|error| error.to_string()));
    }
    Ok(Outcome {
        text: format!("remembered as {number}\n"),
        warnings,
    })
}

fn search(store: &Store<'_>, text: &str, limit: u32, config: &Config) -> Result<Outcome, Error> {
    let query = embed(text, config)?;
    let limit = limit as usize;
    let mut hits = Hits::new(limit);
    let mut rest = None;
    if let Some(index) = Index::load(store)? {
        for found in index.search(store, &query, limit)?.list() {
            if hits.texts.len() == limit {
                break;
            }
            let before = found.index;
            if let Some(place) = index.place(before) {
                store.one(place, before, |memory| hits.offer(&query, memory))?;
            }
        }
        rest = Some(index.rest());
    }
    store.scan(rest, |memory| hits.offer(&query, memory))?;
    Ok(Outcome::from(hits.render()))
}

/// The most similar memories with their texts.
struct Hits {
    best: Best,
    /// Beside `best`, in its order.
    texts: Vec<String>,
}

impl Hits {
    fn new(limit: usize) -> Self {
        Self {
            best: Best::new(limit),
            texts: Vec::new(),
        }
    }

    fn offer(&mut self, query: &[f32], memory: &Memory<'_>) {
        let similarity = vector::similarity(query, memory.vector);
        if memory.forgotten || similarity <= 0.0 {
            return;
        }
        let found = Found {
            similarity,
            index: memory.number,
        };
        if let Some(place) = self.best.offer(found) {
            self.texts.insert(place, memory.text.to_owned());
            self.texts.truncate(self.best.list().len());
        }
    }

    fn render(&self) -> String {
        let mut text = String::new();
        for (found, memory) in self.best.list().iter().zip(&self.texts) {
            text += &format!(
                "{}  {}  {}\n",
                found.index,
                four_places(found.similarity),
                one_line(memory)
            );
        }
        text
    }
}

/// A number from 0 to 1 with four places. (The standard library's way to print any number takes 10 KB.)
fn four_places(value: f32) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "to a whole number from 0 to 10,000"
    )]
    let value = (value.clamp(0.0, 1.0) * 10_000.0 + 0.5) as u32;
    format!("{}.{:04}", value / 10_000, value % 10_000)
}

fn list(store: &Store<'_>) -> Result<Outcome, Error> {
    let mut text = String::new();
    store.scan(None, |memory| {
        if !memory.forgotten {
            text += &format!("{}  {}\n", memory.number, one_line(memory.text));
        }
    })?;
    Ok(Outcome::from(text))
}

fn forget(store: &Store<'_>, number: u32) -> Result<Outcome, Error> {
    let mut place = None;
    store.scan(None, |memory| {
        if memory.number == number && !memory.forgotten {
            place = Some((memory.at, memory.text.len()));
        }
    })?;
    let (at, text_len) = place.ok_or_else(|| {
        Error::new(format!(
            "there is no memory {number}; `clawft memory list` shows all"
        ))
    })?;
    store.forget(at, text_len)?;
    // It leads through vectors that are zeros now. The next memory that is added makes it anew.
    disk::remove(&store.root.join(index::PATH))
        .map_err(|error| files::refused("save", index::PATH, &error))?;
    Ok(Outcome::from(format!("forgot {number}\n")))
}

#[cfg(test)]
mod tests;
