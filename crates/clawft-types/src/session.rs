//! A session: its name and its records.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, from_json};
use crate::message::{Message, Role};

/// One record of a session file: what the person said and what came back.
///
/// Both are one record, one line of JSON, so that a line that is there stands for a whole turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The person's message, then the answer.
    pub messages: [Message; 2],
}

impl Turn {
    /// A turn of what the person said and the answer.
    #[must_use]
    pub fn new(user: String, assistant: String) -> Self {
        Self {
            messages: [
                Message::new(Role::User, user),
                Message::new(Role::Assistant, assistant),
            ],
        }
    }

    /// Reads a turn from one line of a session file.
    ///
    /// # Errors
    /// Says where the line is not a turn; the line number is that within `line`.
    pub fn from_line(line: &[u8]) -> Result<Self, JsonError> {
        let turn: Self = from_json(line)?;
        if turn.messages[0].role != Role::User || turn.messages[1].role != Role::Assistant {
            return Err(JsonError {
                line: 1,
                column: 1,
                field: String::from("messages"),
                problem: String::from("expected one message of `user`, then one of `assistant`"),
                cut_off: false,
            });
        }
        Ok(turn)
    }

    /// What the person said.
    #[must_use]
    pub fn user(&self) -> &Message {
        &self.messages[0]
    }
}

/// The name of a session: 1 to 64 of `A-Z a-z 0-9 . _ -`, not starting with a dot.
///
/// It becomes part of a file name, and no name that gets through here can leave its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionId(String);

/// The name is no [`SessionId`]; `Display` says what one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionIdError;

impl SessionId {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Takes `id` if it is a valid name.
    ///
    /// # Errors
    /// [`SessionIdError`] if it is not.
    pub fn new(id: &str) -> Result<Self, SessionIdError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let valid = (1..=Self::MAX_LEN).contains(&id.len())
            && !id.starts_with('.')
            && id.bytes().all(allowed);
        if valid {
            Ok(Self(String::from(id)))
        } else {
            Err(SessionIdError)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 1 to 64 of `A-Z a-z 0-9 . _ -`, not starting with a dot")
    }
}

impl core::error::Error for SessionIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_read_back_as_it_was_written() {
        let turn = Turn::new(String::from("hi\n\"x\""), String::from("echo: ä"));
        let line = serde_json::to_string(&turn).expect("writes");
        assert!(!line.contains('\n'), "one record is one line: {line}");
        assert_eq!(Turn::from_line(line.as_bytes()), Ok(turn));
    }

    #[test]
    fn a_turn_with_the_wrong_roles_is_refused() {
        let line = br#"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#;
        let error = Turn::from_line(line).expect_err("refused");
        assert_eq!(error.field, "messages");
    }

    #[test]
    fn a_wrong_value_deep_in_a_turn_is_named_with_its_path() {
        let line = br#"{"messages":[{"role":"user","content":"a"},{"role":"user","content":5}]}"#;
        let error = Turn::from_line(line).expect_err("refused");
        assert_eq!(error.field, "messages[1].content");
        assert_eq!(error.problem, "invalid type: integer, expected a string");
        assert!(!error.cut_off);
    }

    #[test]
    fn every_beginning_of_a_record_is_seen_as_cut_off() {
        let line =
            r#"{"messages":[{"role":"user","content":"ä\n"},{"role":"assistant","content":"b"}]}"#;
        for end in 1..line.len() {
            let error = Turn::from_line(&line.as_bytes()[..end]).expect_err("incomplete");
            assert!(error.cut_off, "cut at {end}: {error:?}");
        }
    }

    #[test]
    fn only_plain_names_become_a_session_id() {
        let long = "x".repeat(SessionId::MAX_LEN);
        for good in ["a", "A-1_b.c", "0", long.as_str()] {
            assert_eq!(SessionId::new(good).expect("valid").as_str(), good);
        }
        let too_long = "x".repeat(SessionId::MAX_LEN + 1);
        let bad = [
            "", ".", "..", ".a", "a/b", "../a", "a\\b", "a b", "ä", "a\0", &too_long,
        ];
        for bad in bad {
            assert_eq!(SessionId::new(bad), Err(SessionIdError), "{bad:?}");
        }
    }
}
