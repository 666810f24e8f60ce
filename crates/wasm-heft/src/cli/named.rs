//! A file with the names for it: from a twin, or its own.

use anyhow::Context as _;
use std::path::{Path, PathBuf};
use wasm_heft::attribution::{Attribution, attribute};
use wasm_heft::files;
use wasm_heft::tree::has_function_names;

/// A file, and its named twin where there is one.
pub(crate) struct Named {
    /// The file as it was named.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    twin: Option<Twin>,
}

struct Twin {
    name: String,
    bytes: Vec<u8>,
    /// Whether a person named it; one that was only found beside the file may be an old one.
    asked_for: bool,
}

impl Named {
    /// Reads a file and its twin: the one given, else `X.names.wasm` beside `X.wasm`.
    pub(crate) fn read(path: &Path, twin: Option<&Path>) -> anyhow::Result<Self> {
        let bytes = files::read(path)?;
        let twin = match twin {
            Some(twin) => Some((twin.to_owned(), true)),
            None => beside(path).map(|twin| (twin, false)),
        };
        let twin = match twin {
            Some((path, asked_for)) => Some(Twin {
                name: path.display().to_string(),
                bytes: files::read(&path)?,
                asked_for,
            }),
            None => None,
        };
        // `optimize --names` writes one without names for a file that has none.
        let twin = twin.filter(|twin| twin.asked_for || has_function_names(&twin.bytes));
        Ok(Self {
            name: path.display().to_string(),
            bytes,
            twin,
        })
    }

    /// Attributes the file. Returns where the names are from, too.
    pub(crate) fn attribute(&self) -> anyhow::Result<(Attribution<'_>, &str)> {
        let cannot = || format!("cannot attribute `{}`", self.name);
        let own = "its own name section";
        let Some(twin) = &self.twin else {
            return Ok((attribute(&self.bytes, None).with_context(cannot)?, own));
        };
        match attribute(&self.bytes, Some(&twin.bytes)) {
            Ok(found) => Ok((found, &twin.name)),
            Err(err) if twin.asked_for => {
                Err(err).with_context(|| format!("{} with the names of `{}`", cannot(), twin.name))
            }
            Err(err) => {
                let mut found = attribute(&self.bytes, None).with_context(cannot)?;
                found
                    .notes
                    .push(format!("`{}` is not used: {err}", twin.name));
                Ok((found, own))
            }
        }
    }

    /// The twin's content, if there is one.
    pub(crate) fn twin(&self) -> Option<&[u8]> {
        self.twin.as_ref().map(|twin| twin.bytes.as_slice())
    }
}

/// `X.names.wasm` for `X.wasm`, if it is there.
fn beside(path: &Path) -> Option<PathBuf> {
    if files::is_stdio(path) || path.extension().is_none_or(|extension| extension != "wasm") {
        return None;
    }
    let twin = path.with_extension("names.wasm");
    twin.is_file().then_some(twin)
}
