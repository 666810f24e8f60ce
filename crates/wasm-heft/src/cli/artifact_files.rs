//! An artifact, and the files that `optimize` writes beside it.

use anyhow::Context as _;
use heft_size::attribution::{Attribution, AttributionError, attribute};
use heft_wasm::core_modules::has_function_names;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use wasm_heft::files;

/// A file that belongs to an artifact `X.wasm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Companion {
    /// `X.names.wasm`: the same code with its names.
    Symbols,
    /// `X.json`: what was done to it.
    Record,
}

impl Companion {
    /// Where it is expected.
    pub(crate) fn path(self, artifact: &Path) -> PathBuf {
        artifact.with_extension(match self {
            Self::Symbols => "names.wasm",
            Self::Record => "json",
        })
    }

    /// Where it is, if it is there. Standard input has none, and no file is its own.
    pub(crate) fn find(self, artifact: &Path) -> Option<PathBuf> {
        let path = self.path(artifact);
        (!files::is_stdio(artifact) && path != artifact && path.is_file()).then_some(path)
    }
}

/// A file, and its symbols file where there is one.
pub(crate) struct Named<'a> {
    /// The file as it was named.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Cow<'a, [u8]>,
    symbols: Option<SymbolsFile>,
}

struct SymbolsFile {
    name: String,
    bytes: Vec<u8>,
    /// Whether a person named it; one that was only found beside the file may be an old one.
    asked_for: bool,
}

/// A file whose bytes have owners.
pub(crate) struct Attributed<'a> {
    /// The owners.
    pub(crate) attribution: Attribution<'a>,
    /// Where the names are from.
    pub(crate) source: &'a str,
    /// Why the symbols file that was found beside it is not used.
    pub(crate) refused: Option<AttributionError>,
}

impl Named<'static> {
    /// Reads a file and its symbols file.
    pub(crate) fn read(path: &Path, symbols: Option<&Path>) -> anyhow::Result<Self> {
        Named::new(path, files::read(path)?.into(), symbols)
    }
}

impl<'a> Named<'a> {
    /// A file with what was read of it. Its symbols file is the one given, else `X.names.wasm` beside `X.wasm`.
    pub(crate) fn new(
        path: &Path,
        bytes: Cow<'a, [u8]>,
        symbols: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let symbols = match symbols {
            Some(symbols) => Some((symbols.to_owned(), true)),
            None => Companion::Symbols
                .find(path)
                .map(|symbols| (symbols, false)),
        };
        let symbols = match symbols {
            Some((path, asked_for)) => Some(SymbolsFile {
                name: path.display().to_string(),
                bytes: files::read(&path)?,
                asked_for,
            }),
            None => None,
        };
        // `optimize --names` writes one without names for a file that has none.
        let symbols =
            symbols.filter(|symbols| symbols.asked_for || has_function_names(&symbols.bytes));
        Ok(Self {
            name: path.display().to_string(),
            bytes,
            symbols,
        })
    }

    /// Attributes the file.
    pub(crate) fn attribute(&self) -> anyhow::Result<Attributed<'_>> {
        let cannot = || format!("cannot weigh `{}`", self.name);
        let alone = || -> anyhow::Result<_> {
            Ok(Attributed {
                attribution: attribute(&self.bytes, None).with_context(cannot)?,
                source: "its own name section",
                refused: None,
            })
        };
        let Some(symbols) = &self.symbols else {
            return alone();
        };
        match attribute(&self.bytes, Some(&symbols.bytes)) {
            Ok(attribution) => Ok(Attributed {
                attribution,
                source: &symbols.name,
                refused: None,
            }),
            Err(err) if symbols.asked_for => Err(err)
                .with_context(|| format!("{} with the names of `{}`", cannot(), symbols.name)),
            Err(err) => {
                let mut found = alone()?;
                let note = format!("`{}` is not used: {err}", symbols.name);
                found.attribution.notes.push(note);
                found.refused = Some(err);
                Ok(found)
            }
        }
    }

    /// The symbols file's content, if there is one.
    pub(crate) fn symbols(&self) -> Option<&[u8]> {
        self.symbols
            .as_ref()
            .map(|symbols| symbols.bytes.as_slice())
    }
}
