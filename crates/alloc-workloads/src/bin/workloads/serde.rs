//! JSON in and out: chat documents parsed to trees and to types, and printed again.
//!
//! Parsing allocates many small strings and vectors that grow by doubling; printing grows one
//! large buffer.

use crate::chat::{self, Chat, Message};
use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;
use serde_json::Value;
use std::collections::VecDeque;

/// Seed of the documents: the letters "serde".
const SEED: u64 = 0x73_6572_6465;

/// Documents.
const DOCUMENTS: usize = 24;
/// Messages of a document.
const MESSAGES: (u32, u32) = (8, 100);
/// Parsed documents that are kept while the next ones are parsed.
const KEPT: usize = 6;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "serde",
    summary: "JSON chat documents parsed to trees and to types, and printed again",
    rounds: 3,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    let documents: Vec<String> = (0..DOCUMENTS)
        .map(|_| print(&chat::chat(&mut random, MESSAGES.0, MESSAGES.1)))
        .collect();
    for round in 0..rounds {
        let mut kept: VecDeque<Value> = VecDeque::new();
        for document in &documents {
            let tree: Value = parse(document);
            let printed = print(&tree);
            checksum.add(printed.as_bytes());
            kept.push_back(tree);
            if kept.len() > KEPT {
                kept.pop_front();
            }

            let mut chat: Chat = parse(&printed);
            answer(&mut chat, round);
            checksum.add_number(print(&chat).len() as u64);
        }
    }
    Outcome {
        checksum,
        operations: None,
    }
}

/// Drops the oldest message and repeats the last one in capitals.
fn answer(chat: &mut Chat, round: u32) {
    chat.messages.remove(0);
    if let Some(last) = chat.messages.last() {
        let content = format!("{round}: {}", last.content.to_uppercase());
        chat.messages.push(Message {
            role: chat::Role::Assistant,
            tokens: chat::tokens(&content),
            content,
            tool_calls: last.tool_calls.clone(),
        });
    }
}

/// # Panics
///
/// If `text` is not of that type; it was printed here.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("it was printed from the same type")
}

/// # Panics
///
/// If `value` cannot be JSON; all types here can.
pub(crate) fn print<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("every key is a string")
}
