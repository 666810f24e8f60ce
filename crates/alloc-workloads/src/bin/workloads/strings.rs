//! Strings that grow by pieces of text, are cut, joined, copied and given back their spare room, in turn.
//!
//! What editors, template engines and log shippers do. Beside resizing in both directions it asks for blocks
//! of exactly the length of a text, which are not powers of two.

use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;
use alloc_workloads::random::Random;

/// Seed of what happens to which string: the letters "strings".
const SEED: u64 = 0x73_7472_696E_6773;

/// Strings that are live together.
const LIVE: u32 = 400;

/// Changes of one of them, in a round.
const STEPS: u32 = 80_000;

/// A string that is longer, in bytes, starts anew.
const LONGEST: usize = 32 << 10;

/// What strings are made of: one piece, and so many times.
const PIECE: &str = "a line of text that somebody wrote, ";
const PIECES: (u32, u32) = (1, 12);

pub(crate) const WORKLOAD: Workload = Workload {
    name: "strings",
    summary: "400 strings that grow, are cut, joined, copied and shrunk to fit, in turn",
    rounds: 1,
    run,
};

fn run(rounds: u32) -> Outcome {
    let mut random = Random::new(SEED);
    let mut checksum = Fnv::new();
    for _ in 0..rounds {
        let mut strings = vec![String::new(); LIVE as usize];
        for step in 0..STEPS {
            let place = random.below(LIVE);
            change(&mut strings, place, step, &mut random);
            let string = &strings[place];
            let last = string.as_bytes().last().copied().unwrap_or_default();
            checksum.add_number((string.len() as u64) << 8 | u64::from(last));
        }
        for string in &strings {
            checksum.add(string.as_bytes());
        }
    }
    Outcome {
        checksum,
        operations: None,
    }
}

/// One change of the string at `place`; half of them let it grow.
fn change(strings: &mut [String], place: usize, step: u32, random: &mut Random) {
    let string = &mut strings[place];
    match random.below(8) {
        _ if string.len() > LONGEST => *string = String::new(),
        0..4 => {
            for _ in 0..random.between(PIECES.0, PIECES.1) {
                string.push_str(PIECE);
            }
        }
        4 => {
            string.truncate(string.len() / 2);
            string.shrink_to_fit();
        }
        5 => *string = format!("{step}: {string}"),
        6 => {
            let rest = string.split_off(string.len() / 3);
            strings[random.below(LIVE)].push_str(&rest);
        }
        _ => {
            let copy = string.clone();
            strings[random.below(LIVE)] = copy;
        }
    }
}
