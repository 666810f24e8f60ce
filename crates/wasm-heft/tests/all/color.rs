//! Color: it belongs to verdicts and notes, repeats what a word says, and moves nothing.

use crate::baseline::{artifact, module};
use crate::common::{Place, Run, wasm};

const BUDGETS: &[u8] = b"schema = 1\n[[budget]]\nartifacts = [\"*\"]\nraw = { limit = \"1 B\" }\ngzip = { limit = \"1 MiB\" }\n";

/// Runs a command with color and without. Returns what is in color, with the color's number, and both runs.
fn colored(place: &Place, command: &str) -> (Vec<(String, String)>, Run) {
    let plain = place.heft(command);
    let run = place.heft(&format!("{command} --color always"));
    assert_eq!(run.code(), plain.code(), "{}", run.stderr());
    let text = run.stdout();
    let mut found = Vec::new();
    let mut parts = text.split("\u{1b}[");
    let mut words = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('m').expect("a color");
        if number == "0" {
            words += rest;
        } else {
            found.push((number.to_owned(), rest.to_owned()));
            words += rest;
        }
    }
    assert_eq!(words, plain.stdout(), "{command}");
    (found, run)
}

fn pieces(of: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(color, text): &(&str, &str)| ((*color).to_owned(), (*text).to_owned());
    of.iter().map(owned).collect()
}

/// Colors were once given to words wherever they stood in the finished text.
#[test]
fn an_artifact_that_is_named_like_a_verdict_has_no_color() {
    let place = Place::new();
    place.write("a.wasm", &wasm("(module)"));
    place.write("budgets.toml", BUDGETS);
    let (found, run) = colored(
        &place,
        "gate --budgets budgets.toml MISSING-x=a.wasm OVER=a.wasm",
    );
    assert_eq!(run.code(), 1);
    let expected = [("31", "OVER"), ("32", "ok"), ("31", "OVER"), ("32", "ok")];
    assert_eq!(found, pieces(&expected));
    assert!(
        run.stdout().contains("\nMISSING-x  raw "),
        "{}",
        run.stdout()
    );
}

#[test]
fn accept_and_gate_color_what_moved_and_no_name() {
    let place = Place::new();
    artifact(&place, "REFUSED", &module(0), "1.97.1", "one");
    let gate = "gate --baseline sizes.json REFUSED=REFUSED.wasm";
    let accept = "accept --baseline sizes.json REFUSED=REFUSED.wasm";
    // Added: neither good nor bad.
    assert_eq!(colored(&place, &format!("{accept} --dry-run")).0, []);
    place.heft(accept).ok();
    assert_eq!(colored(&place, gate).0, []);
    artifact(&place, "REFUSED", &module(10_000), "1.97.1", "one");
    let (found, run) = colored(&place, accept);
    assert_eq!(run.code(), 1);
    assert_eq!(found[0], ("31".to_owned(), "REFUSED".to_owned()));
    assert!(found.iter().all(|piece| *piece == found[0]), "{found:?}");
    let (found, _) = colored(&place, gate);
    assert!(
        found.contains(&("31".to_owned(), "GREW".to_owned())),
        "{found:?}"
    );
    // Other tools: what is not judged is a note, and so is what says so.
    let other = [("33", "unknown tools"), ("33", "note")];
    artifact(&place, "REFUSED", &module(0), "1.98.0", "one");
    place.write("budgets.toml", BUDGETS);
    let (found, _) = colored(&place, &format!("{gate} --budgets budgets.toml"));
    assert!(
        pieces(&other).iter().all(|piece| found.contains(piece)),
        "{found:?}"
    );
}
