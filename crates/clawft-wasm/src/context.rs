//! What a provider gets to see.

use clawft_types::{Config, Tokens, Turn};

use crate::error::Error;

/// What a provider gets to see, within the config's `context_tokens`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Context<'a> {
    pub(crate) system_prompt: &'a str,
    /// The newest turns that fit, oldest first.
    pub(crate) turns: &'a [Turn],
    pub(crate) message: &'a str,
    /// Which message of the session this is, from 1.
    pub(crate) number: usize,
}

/// Builds the context of `message` after the turns in `session`.
///
/// The system prompt and the message are always in it. Turns are taken from the newest back, whole,
/// until one does not fit: a conversation without holes, whatever its older part held.
pub(crate) fn build<'a>(
    config: &'a Config,
    session: &'a [Turn],
    message: &'a str,
) -> Result<Context<'a>, ContextError> {
    let prompt = Tokens::estimate(&config.system_prompt);
    let mut used = prompt.plus(Tokens::estimate(message));
    if used > config.context_tokens {
        return Err(ContextError {
            needed: used,
            allowed: config.context_tokens,
        });
    }
    let mut first = session.len();
    for (index, turn) in session.iter().enumerate().rev() {
        let [user, assistant] = &turn.messages;
        used = used
            .plus(Tokens::estimate(&user.content))
            .plus(Tokens::estimate(&assistant.content));
        if used > config.context_tokens {
            break;
        }
        first = index;
    }
    Ok(Context {
        system_prompt: &config.system_prompt,
        turns: &session[first..],
        message,
        number: session.len() + 1,
    })
}

/// The system prompt and the message alone are too large.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContextError {
    needed: Tokens,
    allowed: Tokens,
}

impl ContextError {
    /// The error for a person who can change the config called `config_name`.
    pub(crate) fn explain(&self, config_name: &str) -> Error {
        Error::new(format!(
            "system prompt and message need {} tokens, but `context_tokens` in {config_name} is {}; \
             shorten them or raise it",
            self.needed.0, self.allowed.0
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(context_tokens: u32) -> Config {
        Config {
            system_prompt: "12345678".to_owned(), // 2 tokens
            context_tokens: Tokens(context_tokens),
            ..Config::default()
        }
    }

    /// Turns of 2 tokens each.
    fn session(turns: usize) -> Vec<Turn> {
        (0..turns)
            .map(|turn| Turn::new(turn.to_string(), "ok".to_owned()))
            .collect()
    }

    #[test]
    fn the_newest_turns_that_fit_come_along() {
        let session = session(5);
        for (budget, turns) in [(3, 0), (4, 0), (5, 1), (6, 1), (7, 2), (13, 5), (99, 5)] {
            let config = config(budget);
            let context = build(&config, &session, "hi").expect("fits");
            assert_eq!(context.turns, &session[5 - turns..], "budget {budget}");
            assert_eq!(context.number, 6);
        }
    }

    #[test]
    fn a_large_turn_ends_the_context_even_if_older_ones_would_fit() {
        let mut session = session(3);
        session[1] = Turn::new("x".repeat(100), String::new());
        let config = config(20);
        let context = build(&config, &session, "hi").expect("fits");
        assert_eq!(context.turns, &session[2..]);
    }

    #[test]
    fn prompt_and_message_must_fit() {
        assert!(build(&config(3), &[], "1234").is_ok());
        let error = build(&config(3), &[], "12345").expect_err("one token too many");
        assert_eq!(
            error,
            ContextError {
                needed: Tokens(4),
                allowed: Tokens(3)
            }
        );
    }
}
