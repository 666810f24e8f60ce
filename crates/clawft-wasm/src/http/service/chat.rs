//! Chat completions as JSON: what is asked, and what comes back, whole or piece by piece.

use clawft_types::{Config, Role};
use serde::{Deserialize, Serialize};

use crate::context::Context;

/// How a stream says that it is at its end.
const DONE: &[u8] = b"[DONE]";

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    messages: Vec<Said<'a>>,
    stream: bool,
}

#[derive(Serialize)]
struct Said<'a> {
    role: Role,
    content: &'a str,
}

/// A completion, a piece of one, or an error; what else is in it does not matter.
#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    error: Option<Problem>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "delta")]
    message: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    message: Option<String>,
}

/// The body of the request for an answer to `context`.
pub(super) fn request(config: &Config, context: &Context<'_>) -> String {
    let mut messages = Vec::with_capacity(2 + 2 * context.turns.len());
    messages.push(Said {
        role: Role::System,
        content: context.system_prompt,
    });
    for message in context.turns.iter().flat_map(|turn| &turn.messages) {
        messages.push(Said {
            role: message.role,
            content: &message.content,
        });
    }
    messages.push(Said {
        role: Role::User,
        content: context.message,
    });
    // A struct of strings always is JSON.
    serde_json::to_string(&Request {
        model: &config.model,
        messages,
        stream: config.http.stream,
    })
    .unwrap_or_default()
}

/// An answer as far as it has come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) complete: bool,
}

impl Answer {
    /// Takes a whole completion, or the data of an event; says what is wrong with it.
    pub(super) fn take(&mut self, json: &[u8]) -> Result<(), String> {
        if json == DONE {
            self.complete = true;
            return Ok(());
        }
        let part: Completion = clawft_types::from_json(json)
            .map_err(|error| format!("its answer is not a chat completion: {error}"))?;
        if let Some(problem) = part.error {
            let message = problem.message.unwrap_or_default();
            return Err(format!("it reports an error: {message}"));
        }
        if let Some(choice) = part.choices.into_iter().next() {
            if let Some(text) = choice.message.and_then(|message| message.content) {
                self.text += &text;
            }
            self.complete |= choice.finish_reason.is_some();
        }
        Ok(())
    }
}

/// What an error's body says about it.
pub(super) fn problem(body: &[u8]) -> Option<String> {
    let completion: Completion = clawft_types::from_json(body).ok()?;
    completion.error?.message
}

#[cfg(test)]
mod tests {
    use clawft_types::Turn;

    use super::*;

    #[test]
    fn a_request_holds_the_context_in_order() {
        let turns = [Turn::new("one".to_owned(), "1".to_owned())];
        let context = Context {
            system_prompt: "Be brief.",
            turns: &turns,
            message: "two",
            number: 2,
        };
        assert_eq!(
            request(&Config::default(), &context),
            concat!(
                r#"{"model":"echo","messages":[{"role":"system","content":"Be brief."},"#,
                r#"{"role":"user","content":"one"},{"role":"assistant","content":"1"},"#,
                r#"{"role":"user","content":"two"}],"stream":true}"#
            )
        );
    }

    #[test]
    fn pieces_add_up_to_an_answer() {
        let mut answer = Answer::default();
        for piece in [
            r#"{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}"#,
            r#"{"choices":[{"delta":{"content":"Hel"}}]}"#,
            r#"{"choices":[]}"#,
            r#"{"choices":[{"delta":{"content":"lo"},"finish_reason":null}]}"#,
        ] {
            answer.take(piece.as_bytes()).expect("a piece");
            assert!(!answer.complete);
        }
        answer.take(b"[DONE]").expect("the end");
        assert_eq!((answer.text.as_str(), answer.complete), ("Hello", true));
    }

    #[test]
    fn what_is_no_completion_is_said_to_be_none() {
        let deep = format!("{{\"choices\":{}", "[".repeat(100_000));
        for (json, problem) in [
            (
                "",
                "its answer is not a chat completion: expected a JSON object",
            ),
            (
                "<html>",
                "its answer is not a chat completion: expected a JSON object",
            ),
            (
                "{\"choices\":1}",
                "its answer is not a chat completion: field `choices`",
            ),
            (&deep, "its answer is not a chat completion: "),
            (
                "{\"error\":{\"message\":\"no\"}}",
                "it reports an error: no",
            ),
        ] {
            let error = Answer::default()
                .take(json.as_bytes())
                .expect_err("refused");
            assert!(error.starts_with(problem), "{error}");
        }
    }
}
