//! An agent's long conversation: what a program does that runs for days.
//!
//! Each turn a message comes in as JSON and is added to the history; the newest messages that fit
//! into the model's budget of tokens are copied into a request, which goes out as JSON; the answer
//! comes back as JSON. Messages that are too old are dropped. The live memory stays the same from
//! early on, so pages that go on growing are memory that an allocator lost.

use crate::chat::{self, Chat, Message, Role};
use crate::definition::{Outcome, Workload};
use crate::serde::{parse, print};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// Seed of what is said: the letters "longrun".
const SEED: u64 = 0x6C_6F6E_6772_756E;

/// Turns of a round.
const TURNS: u32 = 400;

/// Tokens that a request may have.
const BUDGET: u32 = 1_500;

/// Words of what a tool finds.
const RESULT: (u32, u32) = (50, 400);

/// Messages that are remembered.
const REMEMBERED: usize = 400;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "longrun",
    summary: "400 turns of a conversation: history, a window within a token budget, JSON in and out",
    rounds: 1,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    let mut history: VecDeque<Message> = VecDeque::new();
    let system = chat::message(&mut random, Role::System);
    for _ in 0..rounds {
        for turn in 0..TURNS {
            remember(&mut history, incoming(&mut random));

            let request = print(&request(turn, &system, &history));
            checksum.add_number(request.len() as u64);

            let (answer, results) = answer(&mut random, &request);
            remember(&mut history, answer);
            for result in results {
                remember(&mut history, result);
            }
        }
    }
    for message in &history {
        checksum.add(message.content.as_bytes());
    }
    Outcome {
        checksum,
        operations: None,
    }
}

/// What the user says, by way of JSON.
fn incoming(random: &mut Random) -> Message {
    parse(&print(&chat::message(random, Role::User)))
}

/// Adds a message and drops the oldest beyond [`REMEMBERED`].
fn remember(history: &mut VecDeque<Message>, message: Message) {
    history.push_back(message);
    while history.len() > REMEMBERED {
        history.pop_front();
    }
}

/// The system's message and the newest messages that fit into [`BUDGET`], in their order.
fn request(turn: u32, system: &Message, history: &VecDeque<Message>) -> Chat {
    let mut left = BUDGET.saturating_sub(system.tokens);
    let mut messages: Vec<Message> = Vec::new();
    for message in history.iter().rev() {
        let Some(after) = left.checked_sub(message.tokens) else {
            break;
        };
        left = after;
        messages.push(message.clone());
    }
    messages.push(system.clone());
    messages.reverse();
    Chat {
        id: format!("turn-{turn}"),
        model: "small-model".to_owned(),
        temperature: 0.2,
        messages,
        metadata: BTreeMap::from([("tokens-left".to_owned(), left.to_string())]),
    }
}

/// What a model makes of the request, by way of JSON: its message, and the results of the tools it
/// called.
fn answer(random: &mut Random, request: &str) -> (Message, Vec<Message>) {
    let request: Value = parse(request);
    let heard = request["messages"].as_array().map_or(0, Vec::len);
    let mut message = chat::message(random, Role::Assistant);
    message.content = format!("after {heard} messages: {}", message.content);
    message.tokens = chat::tokens(&message.content);
    let message: Message = parse(&print(&message));

    let results = message.tool_calls.iter().map(|call| {
        let arguments = print(&call.arguments);
        let found = chat::text(random, RESULT.0, RESULT.1);
        let content = format!("{}({arguments}): {found}", call.name);
        Message {
            role: Role::Tool,
            tokens: chat::tokens(&content),
            content,
            tool_calls: Vec::new(),
        }
    });
    let results = results.collect();
    (message, results)
}
