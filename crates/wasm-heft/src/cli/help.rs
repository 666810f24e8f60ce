//! What stands under the options in `--help`, laid out for the terminal at hand.
//!
//! clap breaks lines that are too long and joins none, so text with line breaks of its own comes out
//! ragged on any terminal narrower than those. Here such text is taken apart and filled anew:
//!
//! - a line that starts as far in as the text of the line before goes on with it;
//! - a line with a gap of two spaces is a word and what it means, and `1. ` begins an item;
//! - a line that is further in than that is shown as it is: an example, or a file.

use clap::Command;

/// Lines are never longer, however wide the terminal: longer ones are hard to read.
pub(crate) const WIDEST: usize = 100;
/// How far in a line is that is shown as it is.
const VERBATIM: usize = 4;
/// Beside its word, what it means needs this much room; else it goes under it.
const ROOM: usize = 24;

/// The command and its subcommands, with what stands under their options as wide as the terminal.
pub(crate) fn fitted(command: Command) -> Command {
    let width = width();
    let fit = |command: Command| match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(fill(&text, width)),
        None => command,
    };
    fit(command).mut_subcommands(fit)
}

/// How wide clap takes the terminal for, which it does not tell: as wide as the lines that it fills.
fn width() -> usize {
    let longest = |first: &str| {
        let help = Command::new("")
            .max_term_width(WIDEST)
            .help_template("{after-help}")
            .after_help(format!("{first}{}", " x".repeat(WIDEST)))
            .render_help()
            .to_string();
        help.lines().map(|line| line.trim_end().len()).max()
    };
    // Words of one letter fill lines of an odd length; after two letters, of an even one.
    longest("x").max(longest("xx")).unwrap_or(WIDEST)
}

/// What begins at one place of a line and goes on until the next such thing.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Blank,
    Verbatim(&'a str),
    Text {
        /// How far in it begins.
        indent: usize,
        /// `1. `, or a word with the gap after it.
        term: &'a str,
        words: Vec<&'a str>,
    },
}

/// Fills lines of `width` with `text`.
pub(crate) fn fill(text: &str, width: usize) -> String {
    let mut out = String::new();
    for block in blocks(text) {
        match block {
            Block::Blank => {}
            Block::Verbatim(line) => verbatim(&mut out, line, width),
            Block::Text {
                indent,
                term,
                words,
            } => paragraph(&mut out, indent, term, &words, width),
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    for line in text.lines() {
        let rest = line.trim_start();
        let indent = line.len() - rest.len();
        if rest.is_empty() {
            found.push(Block::Blank);
            continue;
        }
        let term = term(rest);
        match found.last_mut() {
            Some(Block::Text {
                indent: at,
                term: of,
                words,
            }) if indent == *at + of.len() && term.is_empty() => {
                words.extend(rest.split_whitespace());
            }
            _ if indent >= VERBATIM => found.push(Block::Verbatim(line)),
            _ => found.push(Block::Text {
                indent,
                term,
                words: rest[term.len()..].split_whitespace().collect(),
            }),
        }
    }
    found
}

/// The word at the start of a line whose meaning follows after a gap, with the gap; empty without one.
fn term(line: &str) -> &str {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if number.len() < line.len() && number.starts_with(". ") {
        return &line[..line.len() - number.len() + 2];
    }
    let Some(gap) = line.find("  ") else {
        return "";
    };
    let meaning = line[gap..].trim_start();
    &line[..line.len() - meaning.len()]
}

fn paragraph(out: &mut String, indent: usize, term: &str, words: &[&str], width: usize) {
    let mut hanging = indent + term.len();
    out.push_str(&" ".repeat(indent));
    out.push_str(term);
    if !term.is_empty() && hanging + ROOM > width {
        hanging = (indent + 2).min(width / 2);
        if term.ends_with("  ") {
            out.truncate(out.trim_end().len());
            next_line(out, hanging);
        }
    }
    let mut used = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
    let mut first = true;
    for word in words {
        let length = word.chars().count();
        if !first && used + 1 + length > width {
            next_line(out, hanging);
            used = hanging;
        } else if !first {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
        first = false;
    }
}

/// A line as it is. A command that is too long goes on in the next line as a shell reads it.
fn verbatim(out: &mut String, line: &str, width: usize) {
    let line = &line[VERBATIM - 2..];
    if line.len() <= width || !line.trim_start().starts_with("wasm-heft ") {
        out.push_str(line);
        return;
    }
    let mut used = 0;
    for (i, word) in arguments(line).into_iter().enumerate() {
        // Room for a space and the sign that the command goes on.
        if i > 1 && used + 1 + word.len() + 2 > width {
            out.push_str(" \\");
            next_line(out, VERBATIM);
            used = VERBATIM;
        } else if i > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += word.len();
    }
}

/// The words of a command: no space between quotes ends one. The first one has what is before it.
fn arguments(line: &str) -> Vec<&str> {
    let (mut quoted, mut start, mut words) = (false, 0, Vec::new());
    let begin = line.len() - line.trim_start().len();
    for (at, c) in line.char_indices().filter(|(at, _)| *at >= begin) {
        match c {
            '\'' | '"' => quoted = !quoted,
            ' ' if !quoted => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&line[start..]);
    words
}

fn next_line(out: &mut String, indent: usize) {
    out.truncate(out.trim_end().len());
    out.push('\n');
    out.push_str(&" ".repeat(indent));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
What is shown:
  raw       the file as it is
  sections  all sections of one sort in one module or component, with
            their lengths
  1. finds what
     there is

Names are from FILE, else
from the file itself.

Examples:
    wasm-heft size --format json a.wasm | jq '.files[] | [.path, .gzip]'
    key = \"value\"   # a file";

    #[test]
    fn a_wide_terminal_gets_each_sentence_on_as_few_lines_as_it_takes() {
        let expected = "\
What is shown:
  raw       the file as it is
  sections  all sections of one sort in one module or component, with their lengths
  1. finds what there is

Names are from FILE, else from the file itself.

Examples:
  wasm-heft size --format json a.wasm | jq '.files[] | [.path, .gzip]'
  key = \"value\"   # a file";
        assert_eq!(fill(TEXT, 90), expected);
    }

    #[test]
    fn a_narrow_terminal_gets_full_lines_and_commands_that_a_shell_reads() {
        let expected = "\
What is shown:
  raw       the file as it is
  sections  all sections of one sort
            in one module or
            component, with their
            lengths
  1. finds what there is

Names are from FILE, else from the
file itself.

Examples:
  wasm-heft size --format json \\
    a.wasm | jq \\
    '.files[] | [.path, .gzip]'
  key = \"value\"   # a file";
        assert_eq!(fill(TEXT, 36), expected);
    }

    #[test]
    fn where_there_is_no_room_beside_a_word_its_meaning_goes_under_it() {
        let expected = "\
What is shown:
  raw
    the file as it is
  sections
    all sections of one sort";
        assert!(fill(TEXT, 30).starts_with(expected));
    }

    #[test]
    fn any_width_has_the_same_words() {
        let words = |text: &str| {
            let all = text.split_whitespace().filter(|word| *word != "\\");
            all.map(str::to_owned).collect::<Vec<_>>()
        };
        for width in 0..=120 {
            assert_eq!(words(&fill(TEXT, width)), words(TEXT), "{width}");
        }
    }
}
