//! A command as a JSON request, its outcome as a JSON response: what [`c_abi`](crate::c_abi) speaks.

use std::io;
use std::path::Path;

use clawft_types::from_json;
use serde::{Deserialize, Serialize};

use crate::cli::{Command, MessageSource, session_id};
use crate::error::Error;
use crate::execute::execute;
use crate::run::{EXIT_FAILURE, EXIT_SUCCESS};

/// One command. Fields that a command does not use have to be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// `agent`, `config check`, `config show`, `help` or `version`.
    command: String,
    /// For `agent`: the text to answer. `-` is just a dash here.
    message: Option<String>,
    /// For `agent`: the session's name.
    session: Option<String>,
    /// For `agent` and `config`: where the config is.
    config: Option<String>,
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
    } = request;
    let unused = |field: &str, given: bool| {
        if given {
            return Err(Error::new(format!(
                "request: `{command}` has no field `{field}`; leave it out"
            )));
        }
        Ok(())
    };
    if command != "agent" {
        unused("message", message.is_some())?;
        unused("session", session.is_some())?;
    }
    match command.as_str() {
        "agent" => Ok(Command::Agent {
            message: MessageSource::Text(
                message.ok_or_else(|| Error::new("request: `agent` needs a field `message`"))?,
            ),
            session: session.as_deref().map(session_id).transpose()?,
            config,
        }),
        "config check" => Ok(Command::ConfigCheck { config }),
        "config show" => Ok(Command::ConfigShow { config }),
        "help" | "version" => {
            unused("config", config.is_some())?;
            Ok(if command == "help" {
                Command::Help
            } else {
                Command::Version
            })
        }
        _ => Err(Error::new(
            "request: field `command`: expected `agent`, `config check`, `config show`, `help` or \
             `version`",
        )),
    }
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
            "{\"exit_code\":0,\"text\":\"config ok: clawft.json\\n\",\"warnings\":[\"clawft.json: \
             field `provider`: this build has no HTTP provider\"]}"
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
                "request: field `command`: expected `agent`",
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
                "request:1:30: field `message`: invalid type: integer `1`, expected a string",
            ),
            (
                r#"{"command":"agent","message":"a","session":"/"}"#,
                "session `/` is no name",
            ),
        ];
        for (json, message) in table {
            let response = handle(json.as_bytes(), Path::new(""));
            let expected = format!("{{\"exit_code\":2,\"error\":\"{message}");
            assert!(response.starts_with(&expected), "{json}: {response}");
        }
    }
}
