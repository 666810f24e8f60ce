//! One command, without printing.

use std::io::Read;
use std::path::Path;

use crate::agent::{self, Request};
use crate::cli::{Command, HELP};
use crate::config_file::{self, Loaded};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::provider;

/// Executes `command` on the files below `root`; `stdin` is read for
/// [`MessageSource::Stdin`](crate::MessageSource) only.
///
/// # Errors
/// Says what is wrong, where, and what to do. What was on disk is still there.
pub fn execute(command: Command, root: &Path, stdin: impl Read) -> Result<Outcome, Error> {
    match command {
        Command::Help => Ok(Outcome::from(HELP)),
        Command::Version => Ok(Outcome::from(concat!(
            "clawft ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        ))),
        Command::ConfigCheck { config } => Ok(check(&config_file::load(root, config)?)),
        Command::ConfigShow { config } => show(&config_file::load(root, config)?),
        Command::Agent {
            message,
            session,
            config,
        } => {
            let loaded = config_file::load(root, config)?;
            agent::answer(&Request { loaded, session }, message, root, stdin)
        }
        #[cfg(feature = "memory")]
        Command::Memory { action, config } => {
            crate::memory::execute(action, &config_file::load(root, config)?, root, stdin)
        }
        #[cfg(not(feature = "memory"))]
        Command::Memory { .. } => Err(Error::new(
            "this build has no memory; use one with the feature `memory`",
        )),
    }
}

fn check(loaded: &Loaded) -> Outcome {
    let text = match &loaded.path {
        Some(path) => format!("config ok: {path}\n"),
        None => format!("config ok: no {}, the defaults are in use\n", loaded.name()),
    };
    let warnings = provider::missing(loaded.config.provider)
        .map(|reason| format!("{}: field `provider`: {reason}", loaded.name()));
    Outcome {
        text,
        warnings: warnings.into_iter().collect(),
    }
}

fn show(loaded: &Loaded) -> Result<Outcome, Error> {
    let mut text = serde_json::to_string_pretty(&loaded.config)
        .map_err(|_| Error::new("the config cannot be written as JSON"))?;
    text.push('\n');
    Ok(Outcome::from(text))
}
