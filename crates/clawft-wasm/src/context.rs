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

/// The room that a context has for turns, beside system prompt and message.
///
/// Turns are taken from the newest back, whole, until one does not fit: a conversation without holes,
/// whatever its older part held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    left: Tokens,
}

impl Window {
    /// The room beside `message`, which has to fit.
    pub(crate) fn beside(message: &str, config: &Config) -> Result<Self, ContextError> {
        let used = Tokens::estimate(&config.system_prompt).plus(Tokens::estimate(message));
        match config.context_tokens.0.checked_sub(used.0) {
            Some(left) => Ok(Self { left: Tokens(left) }),
            None => Err(ContextError {
                needed: used,
                allowed: config.context_tokens,
            }),
        }
    }

    /// Takes the next older turn, if it fits. Even an empty turn takes a token, so that a window is
    /// full some time.
    #[cfg(any(feature = "files", test))]
    pub(crate) fn take(&mut self, turn: &Turn) -> bool {
        let [user, assistant] = &turn.messages;
        let tokens = Tokens::estimate(&user.content).plus(Tokens::estimate(&assistant.content));
        match self.left.0.checked_sub(tokens.0.max(1)) {
            Some(left) => {
                self.left = Tokens(left);
                true
            }
            None => {
                self.left = Tokens(0);
                false
            }
        }
    }
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

    /// How many of `turns`, newest first, fit.
    fn fitting(config: &Config, message: &str, turns: &[Turn]) -> usize {
        let mut window = Window::beside(message, config).expect("fits");
        turns.iter().take_while(|turn| window.take(turn)).count()
    }

    fn turn(text: &str) -> Turn {
        Turn::new(text.to_owned(), "ok".to_owned())
    }

    #[test]
    fn the_newest_turns_that_fit_come_along() {
        let turns = vec![turn("1"); 5]; // of 2 tokens each
        for (budget, count) in [(3, 0), (4, 0), (5, 1), (6, 1), (7, 2), (13, 5), (99, 5)] {
            assert_eq!(fitting(&config(budget), "hi", &turns), count, "{budget}");
        }
    }

    #[test]
    fn a_large_turn_ends_the_context_even_if_older_ones_would_fit() {
        let turns = [turn("1"), turn(&"x".repeat(100)), turn("3")];
        assert_eq!(fitting(&config(20), "hi", &turns), 1);
        let mut window = Window::beside("hi", &config(20)).expect("fits");
        assert!(!window.take(&turns[1]));
        assert!(!window.take(&turns[2]));
    }

    #[test]
    fn empty_turns_fill_a_context_too() {
        let empty = vec![Turn::new(String::new(), String::new()); 50];
        assert_eq!(fitting(&config(13), "hi", &empty), 10);
    }

    #[test]
    fn prompt_and_message_must_fit() {
        assert!(Window::beside("1234", &config(3)).is_ok());
        let error = Window::beside("12345", &config(3)).expect_err("one token too many");
        assert_eq!(
            error,
            ContextError {
                needed: Tokens(4),
                allowed: Tokens(3)
            }
        );
    }
}
