//! Names are untrusted: what a file, a path or an argument says is shown and never obeyed.
//!
//! One function per medium. Whatever a text holds, it stays on its line, in its cell and in its
//! command: output has as many lines, columns and commands as it would have with plain names.

use unicode_width::UnicodeWidthChar as _;

pub mod comment;

/// The most columns of a terminal that a table gives a text; JSON has all of it.
pub const WIDEST_CELL: usize = 160;
/// Of those, how many are from its end: what tells long names apart is often there.
const TAIL: usize = 60;

/// For a terminal, a log or a plain text: one line, in which nothing moves the cursor, colors, hides
/// or turns around what follows. Such characters are shown as Rust writes them: `\n`, `\u{1b}`.
///
/// Nor is it a command to GitHub, which reads the log of every step: `::` at the beginning of a line, and
/// `##[` anywhere in it, as its runner has it (<https://github.com/actions/runner>, `ActionCommand.cs`).
#[must_use]
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_space = |c: char| c.is_whitespace() && !c.is_control() && !is_invisible(c);
    let command = text.len() - text.trim_start_matches(is_space).len();
    for (at, c) in text.char_indices() {
        let is_command = c == ':' && at == command && text[at..].starts_with("::")
            || c == '[' && text[..at].ends_with("##");
        if is_command {
            out.extend(c.escape_unicode());
        } else if c.is_control() || is_invisible(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters without a shape of their own that change how others are shown: zero width, line and
/// paragraph separators, directions, tags (the Unicode category Cf and its neighbors, less the soft
/// hyphen and signs of scripts that need them).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Like [`line()`], and at most [`WIDEST_CELL`] columns wide: the middle of a longer text is left out.
#[must_use]
pub fn cell(text: &str) -> String {
    shortened(line(text), WIDEST_CELL, TAIL)
}

/// Both ends of a text that takes more than `widest` columns of a terminal, `tail` of them from its end.
fn shortened(text: String, widest: usize, tail: usize) -> String {
    if text.chars().map(columns).sum::<usize>() <= widest {
        return text;
    }
    let head = fitting(text.chars(), widest - tail - 1);
    let end = fitting(text.chars().rev(), tail);
    let head = text.chars().take(head);
    head.chain(['…'])
        .chain(text.chars().skip(text.chars().count() - end))
        .collect()
}

/// How many of these characters take no more than `room` columns.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> usize {
    let ends = chars.scan(0, |end, c| {
        *end += columns(c);
        Some(*end)
    });
    ends.take_while(|end| *end <= room).count()
}

/// The columns of a character. NB: one for an accent, too: a name may have thousands of them.
fn columns(c: char) -> usize {
    c.width().unwrap_or(1).max(1)
}

/// A sentence or a name for Markdown: what stands between back ticks is code, all else is plain text.
#[must_use]
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    spans(&mut out, &text, false);
    out
}

/// Like [`markdown()`], for a cell of a table: at most [`WIDEST_CELL`] columns wide.
#[must_use]
pub fn markdown_cell(text: &str) -> String {
    let text = cell(text);
    let mut out = String::with_capacity(text.len());
    spans(&mut out, &text, true);
    out
}

fn spans(out: &mut String, text: &str, in_table: bool) {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // A back tick without its other one is only a sign.
        plain(out, text, in_table);
        return;
    }
    for (i, part) in parts.iter().enumerate() {
        let is_code = i % 2 == 1;
        match part {
            // Two back ticks in a row would begin another sort of code.
            &"" if i > 0 && i + 1 < parts.len() && !is_code => out.push(' '),
            &"" => {}
            // Cells are told apart before code is: how these signs count there differs by reader.
            part if is_code && !(in_table && part.contains(['|', '\\'])) => {
                out.push('`');
                out.push_str(part);
                out.push('`');
            }
            part => plain(out, part, in_table || !out.trim().is_empty()),
        }
    }
}

/// Escapes what has a meaning inside a line and, unless something stands before it, at its beginning.
fn plain(out: &mut String, text: &str, inside: bool) {
    let chars: Vec<char> = text.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| c.is_alphanumeric())
    };
    // A line that begins with a number and a dot is an item of a list.
    let first = chars
        .iter()
        .position(|c| !c.is_whitespace())
        .unwrap_or_default();
    let digits = chars[first..]
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .count();
    for (i, c) in chars.iter().copied().enumerate() {
        let next = chars.get(i + 1).copied();
        let is_sign = match c {
            '\\' | '`' | '*' | '<' | '|' | '~' | '&' | '$' => true,
            // Inside a word it is a part of it.
            '_' => !(is_word(i.checked_sub(1)) && is_word(Some(i + 1))),
            // Without what follows it is only a bracket.
            ']' => matches!(next, Some('(' | '[' | ':')),
            '#' | '+' | '-' | '=' | '>' => !inside && i == first,
            '.' | ')' => !inside && digits > 0 && i == first + digits,
            _ => false,
        };
        if is_sign {
            out.push('\\');
        }
        out.push(c);
    }
}

/// JSON whose strings move no terminal: serde_json leaves more than the first 32 signs as they are. Nor
/// does a `##[` in one command GitHub, see [`line()`]. The same JSON to whoever reads it.
///
/// Of any other text it is the last net: only line feeds and tabs are left of what is not a sign.
#[must_use]
pub fn json(text: &str) -> String {
    use std::fmt::Write as _;
    let is_meant = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || is_invisible(c));
    if text.chars().all(is_meant) && !text.contains("##[") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_command = c == '[' && text[..at].ends_with("##");
        if is_meant(c) && !is_command {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// Text of a GitHub workflow command, after its second `::`.
///
/// The signs are those of <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
#[must_use]
pub fn github_message(text: &str) -> String {
    line(text).replace('%', "%25")
}

/// The value of a property of a GitHub workflow command, between its first and second `::`.
#[must_use]
pub fn github_property(text: &str) -> String {
    github_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for an HTML or SVG element, or for a quoted attribute.
#[must_use]
pub fn html(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_commands_no_terminal() {
        for (text, shown) in [
            ("größe_ok<T>", "größe_ok<T>"),
            ("a\n::error::b\r\n", "a\\n::error::b\\r\\n"),
            (
                "\u{1b}[31mred\u{1b}]0;title\u{7}",
                "\\u{1b}[31mred\\u{1b}]0;title\\u{7}",
            ),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("abc\u{202e}fed\u{2069}", "abc\\u{202e}fed\\u{2069}"),
            ("a\u{2028}b\u{85}c\0", "a\\u{2028}b\\u{85}c\\u{0}"),
            ("::error::a::b", "\\u{3a}:error::a::b"),
            (
                " \u{3000}::stop-commands::x",
                " \u{3000}\\u{3a}:stop-commands::x",
            ),
            (":a::b", ":a::b"),
            ("a ##[error]b ###[", "a ##\\u{5b}error]b ###\\u{5b}"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn a_cell_is_never_wider_than_its_limit_and_keeps_both_ends() {
        for length in [WIDEST_CELL - 1, WIDEST_CELL, WIDEST_CELL + 1, 155_647] {
            let name = format!("{}end", "ä".repeat(length - 3));
            let shown = cell(&name);
            assert_eq!(shown.chars().count(), length.min(WIDEST_CELL));
            assert!(shown.ends_with("end"));
            assert_eq!(shown == name, length <= WIDEST_CELL);
        }
        assert_eq!(cell(&"\n".repeat(100_000)).chars().count(), WIDEST_CELL);
        let wide = cell(&"\u{540d}".repeat(100));
        assert_eq!(
            wide.chars().map(columns).sum::<usize>(),
            WIDEST_CELL - 1,
            "no half of a character"
        );
        let accents = format!("e{}", "\u{301}".repeat(100_000));
        assert_eq!(cell(&accents).chars().count(), WIDEST_CELL);
    }

    #[test]
    fn markdown_shows_signs_as_they_are() {
        for (text, shown) in [
            ("core::fmt::write", "core::fmt::write"),
            ("<T as a::B>::c_d", "\\<T as a::B>::c_d"),
            ("_start", "\\_start"),
            ("[data]", "[data]"),
            ("[a](http://x) ![b][c]", "[a\\](http://x) ![b\\][c]"),
            ("a|b\\", "a\\|b\\\\"),
            ("# no heading", "\\# no heading"),
            ("1. no item", "1\\. no item"),
            ("- no item", "\\- no item"),
            (
                "&lt; $x$ ~~y~~ **z**",
                "\\&lt; \\$x\\$ \\~\\~y\\~\\~ \\*\\*z\\*\\*",
            ),
            ("in `a<b` so", "in `a<b` so"),
            ("one ` alone <b>", "one \\` alone \\<b>"),
            ("`a``b` <c>", "`a` `b` \\<c>"),
            ("``# a", "\\# a"),
            ("a `` <b> ``", "a  \\<b> "),
        ] {
            assert_eq!(markdown(text), shown, "{text}");
        }
    }

    #[test]
    fn a_cell_of_markdown_has_no_bar_of_its_own() {
        for (text, shown) in [
            ("a|b", "a\\|b"),
            ("-1,000 B", "-1,000 B"),
            ("`a|b`", "a\\|b"),
            ("`a\\`", "a\\\\"),
            ("`ok`", "`ok`"),
            ("a\n| b |", "a\\\\n\\| b \\|"),
        ] {
            assert_eq!(markdown_cell(text), shown, "{text}");
        }
    }

    #[test]
    fn what_would_end_a_command_early_is_escaped() {
        assert_eq!(github_message("1 %\r\n2: a, b"), "1 %25\\r\\n2: a, b");
        assert_eq!(github_property("a:b,c%\n"), "a%3Ab%2Cc%25\\n");
        assert_eq!(
            github_message("\n::stop-commands::x"),
            "\\n::stop-commands::x"
        );
    }

    #[test]
    fn json_says_the_same_and_moves_no_terminal() {
        for text in [
            "a\u{9b}2J\u{7f}\u{202e}\u{e0041}\u{85}\n\"",
            "a##[error]b",
            "##[##[[",
        ] {
            let written = json(&serde_json::to_string(text).expect("a string"));
            assert!(written.is_ascii() && !written.contains("##["), "{written}");
            let back: String = serde_json::from_str(&written).expect("still JSON");
            assert_eq!(back, text);
        }
        assert_eq!(json("a\u{1b}[2J\tb\r\n"), "a\\u001b[2J\tb\\u000d\n");
    }

    #[test]
    fn nothing_from_outside_is_markup() {
        let bad = "<script>alert('1 & \"2\"')</script>\n\u{1b}";
        assert_eq!(
            html(bad),
            "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;\\n\\u{1b}"
        );
    }
}
