//! The agent: one message in, one answer out, the session kept.

use std::io::Read;
use std::path::Path;

use clawft_types::{SessionId, Turn};

use crate::cli::MessageSource;
use crate::config_file::Loaded;
use crate::context::{Context, Window};
use crate::error::Error;
use crate::message::take_message;
use crate::outcome::Outcome;
use crate::provider;
use crate::session_file::SessionFile;

/// The circumstances of a message.
pub(crate) struct Request {
    pub(crate) loaded: Loaded,
    pub(crate) session: Option<SessionId>,
}

/// Answers a message. The turn is on disk before the answer is returned.
pub(crate) fn answer(
    request: &Request,
    message: MessageSource,
    root: &Path,
    stdin: impl Read,
) -> Result<Outcome, Error> {
    let Request { loaded, session } = request;
    let config = &loaded.config;
    if let Some(reason) = provider::missing(config.provider) {
        return Err(Error::new(format!(
            "{}: field `provider`: {reason}; use that, or set it to \"echo\"",
            loaded.name()
        )));
    }
    let message = take_message(message, stdin, config.max_message_bytes, loaded.name())?;
    let window = Window::beside(&message, config).map_err(|error| error.explain(loaded.name()))?;
    let session = match session {
        Some(id) => Some(SessionFile::load(root, id, window)?),
        None => None,
    };
    let reply = provider::answer(
        config,
        &Context {
            system_prompt: &config.system_prompt,
            turns: session.as_ref().map_or(&[], SessionFile::turns),
            message: &message,
            number: session.as_ref().map_or(0, SessionFile::count) + 1,
        },
    )?;

    let mut outcome = Outcome::default();
    outcome.text.push_str(&reply);
    outcome.text.push('\n');
    if let Some(session) = &session {
        outcome.warnings = session.append(root, &Turn::new(message, reply))?;
    }
    Ok(outcome)
}
