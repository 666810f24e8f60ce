//! What must hold for any names, called by the fuzzer and by the tests: in every medium, what they hold changes
//! nothing but themselves.

mod html;
#[cfg(feature = "bench")]
mod programs;
mod reports;

pub use heft_size::laws::read_any_file;

use heft_data::table::Style;
use heft_gate::render as gate_text;
use heft_report::decision::tables as decision_text;
use heft_report::{Pictures, markdown, page, plot};
use heft_size::diff;
use heft_size::render as size_text;
use reports::Names;

/// A page in which every name is this one.
///
/// # Panics
///
/// Never: numbers are JSON.
#[must_use]
pub fn page_of(name: &str) -> String {
    let names = Names([name; 3]);
    let bench = names.bench();
    let pictures = Some(Pictures::of(&bench));
    page::write(&names.report(), pictures).expect("numbers are JSON")
}

/// Shows reports with names made of `data` in every medium. Each has as many lines, columns, commands
/// and elements as the same report with plain names.
///
/// # Panics
///
/// When a name does more than be shown.
pub fn show_any_names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut names = text.split('\0');
    let mut next = || names.next().unwrap_or(&text);
    let hostile = Names([next(), next(), next()]);
    let plain = hostile.plain();
    for (medium, show) in MEDIA {
        let (found, expected) = (show(&hostile), show(&plain));
        assert_eq!(
            shape(*medium, &found),
            shape(*medium, &expected),
            "{medium:?}\n{found}"
        );
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Medium {
    Text,
    Markdown,
    Commands,
    Html,
}

type Show = fn(&Names<'_>) -> String;

const MEDIA: &[(Medium, Show)] = &[
    (Medium::Text, |n| size_text::tables(&n.sizes(), Style::Text)),
    (Medium::Markdown, |n| {
        size_text::tables(&n.sizes(), Style::Markdown)
    }),
    (Medium::Commands, |n| size_text::github(&n.sizes())),
    (Medium::Text, |n| {
        let (diff, prints) = n.diff();
        diff::render::tables(&diff, &prints, 9, Style::Text)
    }),
    (Medium::Markdown, |n| {
        let (diff, prints) = n.diff();
        diff::render::tables(&diff, &prints, 9, Style::Markdown)
    }),
    (Medium::Commands, |n| {
        let (diff, prints) = n.diff();
        diff::render::github(&diff, &prints, 9)
    }),
    (Medium::Text, |n| gate_text::render(&n.gate(), Style::Text)),
    (Medium::Text, |n| gate_text::lines(&n.gate()).join("\n")),
    (Medium::Markdown, |n| {
        gate_text::render(&n.gate(), Style::Markdown)
    }),
    (Medium::Markdown, |n| gate_text::summary(&n.gate())),
    (Medium::Commands, |n| gate_text::annotations(&n.gate())),
    (Medium::Markdown, |n| n.comment()),
    (Medium::Text, |n| {
        decision_text::render(&n.decision(), Style::Text)
    }),
    (Medium::Markdown, |n| {
        decision_text::render(&n.decision(), Style::Markdown)
    }),
    #[cfg(feature = "bench")]
    (Medium::Text, |n| n.bench_table(Style::Text)),
    #[cfg(feature = "bench")]
    (Medium::Markdown, |n| n.bench_table(Style::Markdown)),
    #[cfg(feature = "bench")]
    (Medium::Text, |n| n.profile_table(Style::Text)),
    #[cfg(feature = "bench")]
    (Medium::Markdown, |n| n.profile_table(Style::Markdown)),
    (Medium::Markdown, |n| markdown::write(&n.report())),
    (Medium::Html, |n| {
        page::write(&n.report(), None).expect("numbers are JSON")
    }),
    (Medium::Html, |n| {
        let bench = n.bench();
        let pictures = Some(Pictures::of(&bench));
        page::write(&n.report(), pictures).expect("numbers are JSON")
    }),
    (Medium::Html, |n| {
        plot::crates(n.0[0], &n.crates()).to_inline().0.to_owned()
    }),
];

/// What a reader of a medium counts in a text.
fn shape(medium: Medium, text: &str) -> Vec<[usize; 5]> {
    // What turns text around is as bad as what moves the cursor.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let quiet = |c: char| c == '\n' || !(c.is_control() || turns(c));
    assert!(
        text.chars().all(quiet),
        "{medium:?} moves a terminal\n{text}"
    );
    assert!(!text.contains("##["), "{medium:?} commands GitHub\n{text}");
    if medium == Medium::Html {
        return vec![html::shape(text)];
    }
    text.lines()
        .map(|line| {
            let command = usize::from(line.trim_start().starts_with("::"));
            if medium == Medium::Text {
                return [command, 0, 0, 0, 0];
            }
            if command == 1 {
                let head = line.split("::").nth(1).unwrap_or_default();
                return [command, head.matches(',').count(), 0, 0, 0];
            }
            if line.starts_with('<') {
                // A block of HTML: no sign of Markdown means anything in it.
                return [command, 0, line.matches('<').count(), 0, 0];
            }
            let bare = unescaped(line);
            let count = |sign: &str| bare.matches(sign).count();
            let bars = if line.starts_with('|') { bars(line) } else { 0 };
            [command, bars, count("<"), count("]("), block(line)]
        })
        .collect()
}

/// The bars that end a cell: code keeps none of them from doing so
/// (<https://github.github.com/gfm/#tables-extension->, example 200).
fn bars(line: &str) -> usize {
    let mut chars = line.chars();
    let mut count = 0;
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '|' => count += 1,
            _ => {}
        }
    }
    count
}

/// What a Markdown line begins.
fn block(line: &str) -> usize {
    let line = line.trim_start();
    let line = line.strip_prefix("- ").map_or((line, 0), |rest| (rest, 1));
    usize::from(line.0.starts_with(['#', '>', '-', '+'])) * 2 + line.1
}

/// A Markdown line without what is escaped, and without code.
fn unescaped(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        match c {
            '\\' => {
                rest = &rest[1..];
                rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
            }
            '`' => rest = after_code(rest).unwrap_or_else(|| panic!("code without an end: {line}")),
            c => {
                bare.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    bare
}

/// What follows code: it ends at as many back ticks as it begins with, whatever is before them.
fn after_code(text: &str) -> Option<&str> {
    let run = |text: &str| text.len() - text.trim_start_matches('`').len();
    let fence = run(text);
    let mut rest = &text[fence..];
    loop {
        rest = &rest[rest.find('`')?..];
        let ticks = run(rest);
        rest = &rest[ticks..];
        if ticks == fence {
            return Some(rest);
        }
    }
}
