//! Who answers.

use clawft_types::{Config, Provider};

use crate::context::Context;
use crate::error::{Error, cut};

/// How much of an earlier message the echo quotes, in bytes.
const LONGEST_ECHO_QUOTE: usize = 40;

/// Why `provider` cannot answer in this build, if it cannot.
pub(crate) fn missing(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Echo => None,
        #[cfg(feature = "http")]
        Provider::Http => crate::http::missing(),
        #[cfg(not(feature = "http"))]
        Provider::Http => Some("this build has no HTTP; use one with the feature `http`"),
    }
}

/// The answer to a context.
pub(crate) fn answer(config: &Config, context: &Context<'_>) -> Result<String, Error> {
    match config.provider {
        Provider::Echo => Ok(echo(context)),
        #[cfg(feature = "http")]
        Provider::Http => crate::http::answer(config, context),
        #[cfg(not(feature = "http"))]
        Provider::Http => Err(Error::new(missing(config.provider).unwrap_or_default())),
    }
}

/// Repeats the message; from the second one on it also shows what it saw of the session.
fn echo(context: &Context<'_>) -> String {
    let Context {
        message, number, ..
    } = context;
    if *number == 1 {
        return format!("echo: {message}");
    }
    let before = context.turns.last().map_or_else(
        || "nothing before it fits the context".to_owned(),
        |turn| {
            let text = cut(&turn.user().content, LONGEST_ECHO_QUOTE);
            let quoted = serde_json::to_string(&*text).unwrap_or_default();
            format!("before it: {quoted}")
        },
    );
    format!("echo: {message} (message {number} of this session; {before})")
}

#[cfg(test)]
mod tests {
    use clawft_types::Turn;

    use super::*;

    fn echoed(turns: &[Turn], number: usize) -> String {
        let context = Context {
            system_prompt: "",
            turns,
            message: "hello",
            number,
        };
        answer(&Config::default(), &context).expect("echo always answers")
    }

    #[test]
    fn the_echo_shows_what_it_saw_of_the_session() {
        let turn = |text: &str| Turn::new(text.to_owned(), String::new());
        assert_eq!(echoed(&[], 1), "echo: hello");
        assert_eq!(
            echoed(&[turn("one"), turn("a \"b\"\n")], 3),
            r#"echo: hello (message 3 of this session; before it: "a \"b\"\n")"#
        );
        assert_eq!(
            echoed(&[], 2),
            "echo: hello (message 2 of this session; nothing before it fits the context)"
        );
        assert_eq!(
            echoed(&[turn(&"x".repeat(41))], 2),
            format!(
                "echo: hello (message 2 of this session; before it: \"{}…\")",
                "x".repeat(40)
            )
        );
    }
}
