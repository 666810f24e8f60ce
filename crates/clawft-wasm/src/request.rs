//! A command as a JSON request, its outcome as a JSON response: what [`c_abi`](crate::c_abi) speaks.

use std::io;
use std::path::Path;

use clawft_types::from_json;
use serde::{Deserialize, Serialize};

use crate::cli::{Command, MemoryAction, MessageSource, search_limit, session_id};
use crate::error::Error;
use crate::execute::execute;
use crate::run::{EXIT_FAILURE, EXIT_SUCCESS};

/// The commands with the fields that each has.
const COMMANDS: &[(&str, &[&str])] = &[
    ("agent", &["message", "session", "config"]),
    ("config check", &["config"]),
    ("config show", &["config"]),
    ("memory add", &["message", "config"]),
    ("memory search", &["message", "limit", "config"]),
    ("memory list", &["config"]),
    ("memory forget", &["number", "config"]),
    ("help", &[]),
    ("version", &[]),
];

/// One command. Fields that a command does not use have to be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// A name of [`COMMANDS`].
    command: String,
    /// The text to answer, remember or look for. `-` is just a dash here.
    message: Option<String>,
    /// The session's name.
    session: Option<String>,
    /// Where the config is.
    config: Option<String>,
    /// How many memories to show at most.
    limit: Option<u32>,
    /// The number of a memory.
    number: Option<u32>,
}

/// What came of it: `text` and `warnings`, or `error`.
#[derive(Serialize)]
struct Response {
    /// As the `clawft` command would exit.
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Executes the request in `json` on the files below `root`; returns the response as JSON.
pub(crate) fn handle(json: &[u8], root: &Path) -> String {
    let outcome = to_command(json).and_then(|command| execute(command, root, io::empty()));
    let response = match outcome {
        Ok(outcome) => Response {
            exit_code: EXIT_SUCCESS,
            text: Some(outcome.text),
            warnings: outcome.warnings,
            error: None,
        },
        Err(error) => Response {
            exit_code: EXIT_FAILURE,
            text: None,
            warnings: Vec::new(),
            error: Some(error.to_string()),
        },
    };
    // A struct of strings and numbers always is JSON.
    serde_json::to_string(&response).unwrap_or_default()
}

fn to_command(json: &[u8]) -> Result<Command, Error> {
    let request: Request = from_json(json)
        .map_err(|error| Error::in_json("request", &error, "the documentation lists the fields"))?;
    let Request {
        command,
        message,
        session,
        config,
        limit,
        number,
    } = request;
    let command = command.as_str();
    let Some((_, fields)) = COMMANDS.iter().find(|(name, _)| *name == command) else {
        let names: Vec<String> = COMMANDS
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        return Err(Error::new(format!(
            "request: field `command`: expected one of {}",
            names.join(", ")
        )));
    };
    for (field, given) in [
        ("message", message.is_some()),
        ("session", session.is_some()),
        ("config", config.is_some()),
        ("limit", limit.is_some()),
        ("number", number.is_some()),
    ] {
        if given && !fields.contains(&field) {
            return Err(Error::new(format!(
                "request: `{command}` has no field `{field}`; leave it out"
            )));
        }
    }
    let missing = |field: &str| Error::new(format!("request: `{command}` needs a field `{field}`"));
    let message = message
        .map(MessageSource::Text)
        .ok_or_else(|| missing("message"));
    let memory = |action| Command::Memory {
        action,
        config: config.clone(),
    };
    Ok(match command {
        "agent" => Command::Agent {
            message: message?,
            session: session.as_deref().map(session_id).transpose()?,
            config,
        },
        "config check" => Command::ConfigCheck { config },
        "config show" => Command::ConfigShow { config },
        "memory add" => memory(MemoryAction::Add { text: message? }),
        "memory search" => memory(MemoryAction::Search {
            text: message?,
            limit: search_limit(limit)?,
        }),
        "memory list" => memory(MemoryAction::List),
        "memory forget" => memory(MemoryAction::Forget {
            number: number.ok_or_else(|| missing("number"))?,
        }),
        "version" => Command::Version,
        _ => Command::Help,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_held_in_requests() {
        let root = tempfile::tempdir().expect("a folder");
        let say = |text: &str| {
            let json = format!(r#"{{"command":"agent","message":"{text}","session":"s"}}"#);
            handle(json.as_bytes(), root.path())
        };
        assert_eq!(say("one"), r#"{"exit_code":0,"text":"echo: one\n"}"#);
        assert_eq!(
            say("-"),
            r#"{"exit_code":0,"text":"echo: - (message 2 of this session; before it: \"one\")\n"}"#
        );
    }

    #[test]
    fn a_warning_is_part_of_the_response() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("clawft.json"), r#"{"provider":"http"}"#).expect("config");
        let response = handle(br#"{"command":"config check"}"#, root.path());
        assert_eq!(
            response,
            format!(
                "{{\"exit_code\":0,\"text\":\"config ok: clawft.json\\n\",\"warnings\":[\"clawft.json: \
                 field `provider`: {}\"]}}",
                crate::provider::missing(clawft_types::Provider::Http).expect("not here")
            )
        );
    }

    #[test]
    fn a_wrong_request_is_an_error_that_names_the_field() {
        let table = [
            ("", "request:1:1: expected a JSON object"),
            ("{}", "request:1:2: missing field `command`"),
            (
                r#"{"command":"agent"}"#,
                "request: `agent` needs a field `message`",
            ),
            (
                r#"{"command":"speak"}"#,
                "request: field `command`: expected one of `agent`, `config check`",
            ),
            (
                r#"{"command":"memory forget"}"#,
                "request: `memory forget` needs a field `number`",
            ),
            (
                r#"{"command":"memory search","message":"a","limit":101}"#,
                "a search shows from 1 to 100 memories",
            ),
            (
                r#"{"command":"memory list","limit":-1}"#,
                "request:1:35: field `limit`: invalid value: integer `-1`, expected u32",
            ),
            (
                r#"{"command":"help","config":"x"}"#,
                "request: `help` has no field `config`",
            ),
            (
                r#"{"command":"config show","message":"x"}"#,
                "request: `config show` has no field `message`",
            ),
            (
                r#"{"command":"agent","message":1}"#,
                "request:1:30: field `message`: invalid type: integer, expected a string",
            ),
            (
                r#"{"command":"agent","message":"a","session":"/"}"#,
                "session `/` is not a name",
            ),
        ];
        for (json, message) in table {
            let response = handle(json.as_bytes(), Path::new(""));
            let expected = format!("{{\"exit_code\":2,\"error\":\"{message}");
            assert!(response.starts_with(&expected), "{json}: {response}");
        }
    }
}
