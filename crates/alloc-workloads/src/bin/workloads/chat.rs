//! Made-up conversations: documents as a chat service sends and receives them.

use alloc_workloads::random::Random;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A conversation, with what it was sent with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) temperature: f64,
    pub(crate) messages: Vec<Message>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) role: Role,
    pub(crate) content: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) tokens: u32,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    System,
    User,
    Assistant,
    Tool,
}

/// A tool that the assistant wants to have called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ToolCall {
    pub(crate) name: String,
    pub(crate) arguments: BTreeMap<String, serde_json::Value>,
}

/// Words of several lengths, some of which JSON has to escape.
const WORDS: &[&str] = &[
    "a",
    "the",
    "of",
    "in",
    "is",
    "for",
    "agent",
    "memory",
    "window",
    "context",
    "token",
    "message",
    "allocate",
    "\"quoted\"",
    "line\nbreak",
    "back\\slash",
    "naïve",
    "größer",
    "東京",
    "🙂",
    "deterministic",
    "conversation",
];

/// Text of between `least` and `most` words.
pub(crate) fn text(random: &mut Random, least: u32, most: u32) -> String {
    let mut text = String::new();
    for _ in 0..random.between(least, most) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(random.pick(WORDS));
    }
    text
}

/// A message by `role`; every third one of the assistant calls a tool.
pub(crate) fn message(random: &mut Random, role: Role) -> Message {
    let content = text(random, 4, 60);
    let mut tool_calls = Vec::new();
    if role == Role::Assistant && random.below(3) == 0 {
        tool_calls.push(tool_call(random));
    }
    Message {
        role,
        tokens: tokens(&content),
        content,
        tool_calls,
    }
}

fn tool_call(random: &mut Random) -> ToolCall {
    let limit = random.below(1_000);
    ToolCall {
        name: format!("tool_{}", random.below(20)),
        arguments: BTreeMap::from([
            ("path".to_owned(), text(random, 1, 4).into()),
            ("limit".to_owned(), limit.into()),
            ("ratio".to_owned(), (limit as f64 / 8.0).into()),
            (
                "tags".to_owned(),
                vec![text(random, 1, 1), text(random, 1, 1)].into(),
            ),
        ]),
    }
}

/// A rule of thumb: four bytes are a token.
pub(crate) fn tokens(content: &str) -> u32 {
    u32::try_from(content.len() / 4).unwrap_or(u32::MAX)
}

/// A conversation of between `least` and `most` messages.
pub(crate) fn chat(random: &mut Random, least: u32, most: u32) -> Chat {
    let mut messages = vec![message(random, Role::System)];
    for index in 0..random.between(least, most) {
        let role = if index % 2 == 0 {
            Role::User
        } else {
            Role::Assistant
        };
        messages.push(message(random, role));
    }
    Chat {
        id: format!("chat-{:016x}", random.bits()),
        model: "small-model".to_owned(),
        temperature: random.below(100) as f64 / 100.0,
        messages,
        metadata: (0..random.below(6))
            .map(|index| (format!("key-{index}"), text(random, 1, 5)))
            .collect(),
    }
}
