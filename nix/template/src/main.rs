//! Counts the words of files, or of standard input: the most frequent first.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::{env, fs};

// One allocator for Rust, for C and for what the host hands over.
use wasi_alloc as _;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let mut text = String::new();
    let mut paths = env::args().skip(1).peekable();
    if paths.peek().is_none() {
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|_| "standard input is not UTF-8 text".to_owned())?;
    }
    for path in paths {
        let file =
            fs::read_to_string(&path).map_err(|_| format!("cannot read {path} as UTF-8 text"))?;
        text.push_str(&file);
        text.push('\n');
    }

    let mut output = String::new();
    for (word, count) in count(&text) {
        output.push_str(&format!("{count} {word}\n"));
    }
    io::stdout()
        .write_all(output.as_bytes())
        .map_err(|error| format!("cannot write: {error}"))
}

/// The words of `text` and how often each is there; equally frequent ones by the alphabet.
fn count(text: &str) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            *counts.entry(word.to_lowercase()).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn the_most_frequent_word_is_first() {
        let counts = count("to be, or not to be: To");
        let words: Vec<_> = counts.iter().map(|(word, n)| (word.as_str(), *n)).collect();
        assert_eq!(words, [("to", 3), ("be", 2), ("not", 1), ("or", 1)]);
    }
}
