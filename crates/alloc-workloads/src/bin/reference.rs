//! An ordinary small program, to weigh recipes by: reads a typed JSON document from a file or from
//! standard input, tidies it up and prints it; says what is wrong with input it cannot read.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use wasi_alloc as _;

const USAGE: &str = "usage: reference [FILE]\n\nReads a catalog as JSON (from standard input without FILE), sorts it, and prints it.";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    title: String,
    edition: u32,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    limits: BTreeMap<String, f64>,
    items: Vec<Item>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: u64,
    name: String,
    kind: Kind,
    price: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<u64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Tool,
    Book { pages: u32 },
    Set(Vec<u64>),
}

/// What went wrong, and where.
struct Failure {
    place: String,
    reason: String,
}

impl Failure {
    fn new(place: &str, reason: impl fmt::Display) -> Self {
        Self {
            place: place.to_owned(),
            reason: reason.to_string(),
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [] => {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::new("standard input", error))
                .and_then(|_| tidy("standard input", &text))
        }
        [help] if help == "--help" => Ok(USAGE.to_owned()),
        [file] => std::fs::read_to_string(file)
            .map_err(|error| Failure::new(file, error))
            .and_then(|text| tidy(file, &text)),
        [_, extra, ..] => Err(Failure::new(extra, "one file at a time")),
    };
    let printed = result.and_then(|text| {
        writeln!(io::stdout(), "{text}").map_err(|error| Failure::new("standard output", error))
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { place, reason }) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {place}: {reason}");
            ExitCode::from(2)
        }
    }
}

fn tidy(place: &str, text: &str) -> Result<String, Failure> {
    let mut catalog: Catalog =
        serde_json::from_str(text).map_err(|error| Failure::new(place, error))?;
    catalog.tags.sort();
    catalog.tags.dedup();
    catalog.items.sort_by_key(|item| item.id);
    for pair in catalog.items.windows(2) {
        if let [first, second] = pair
            && first.id == second.id
        {
            let reason = format!(
                "items `{}` and `{}` have one id, {}",
                first.name, second.name, first.id
            );
            return Err(Failure::new(place, reason));
        }
    }
    let total: f64 = catalog.items.iter().map(|item| item.price).sum();
    catalog.limits.insert("total".to_owned(), total);
    serde_json::to_string_pretty(&catalog).map_err(|error| Failure::new(place, error))
}
