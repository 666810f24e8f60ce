//! Finding and reading the config.

use std::path::Path;

use clawft_types::{Config, from_json};

use crate::error::Error;
use crate::files;

/// Where the config is looked for if nobody says otherwise.
pub(crate) const DEFAULT_PATH: &str = "clawft.json";

const ADVICE: &str = "correct the file; `clawft help` lists the fields";

/// A config and where it comes from.
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// `None` if there is no file and these are the defaults.
    pub(crate) path: Option<String>,
}

impl Loaded {
    /// The file's name for messages: where a setting is, or where it would be.
    pub(crate) fn name(&self) -> &str {
        self.path.as_deref().unwrap_or(DEFAULT_PATH)
    }
}

/// Reads the config at `path`, or at [`DEFAULT_PATH`], where it may be absent.
pub(crate) fn load(root: &Path, path: Option<String>) -> Result<Loaded, Error> {
    let asked_for = path.is_some();
    let path = path.unwrap_or_else(|| DEFAULT_PATH.to_owned());
    match files::read(root, &path)? {
        Some(text) => {
            let config = from_json(&text).map_err(|error| Error::in_json(&path, &error, ADVICE))?;
            Ok(Loaded {
                config,
                path: Some(path),
            })
        }
        None if asked_for => {
            let reason = files::reason(std::io::ErrorKind::NotFound);
            Err(files::cannot("read", &path, reason))
        }
        None => Ok(Loaded {
            config: Config::default(),
            path: None,
        }),
    }
}
