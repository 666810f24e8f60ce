//! For a comment on GitHub, where more has a meaning than in Markdown.
//!
//! A name is shown as code. In a code span there is no emphasis, link, HTML, mention (`@name`) or reference
//! (`#1`); what is left are back ticks, line breaks, and the bar that ends a table's cell.

/// The most characters shown of a name.
const WIDEST: usize = 100;
/// Of those, how many are from its end: what tells long names apart is often there.
const TAIL: usize = 40;

/// A name as a code span that fits into a table's cell, a list or a sentence.
#[must_use]
pub fn code(name: &str) -> String {
    let name = super::shortened(visible(name), WIDEST, TAIL);
    if name.trim().is_empty() {
        return "(no name)".to_owned();
    }
    let fence = "`".repeat(longest_run(&name) + 1);
    // A space at both ends is taken away again by whoever reads Markdown.
    let pad = if name.contains('`') { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}

/// A sentence of the gate's, in which names stand between back ticks: they become code as above, and what
/// has a meaning in Markdown elsewhere is escaped.
#[must_use]
pub fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return begins_nothing(&plain(text));
    }
    let parts = parts.iter().enumerate();
    let parts = parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { plain(part) });
    begins_nothing(&parts.collect::<String>())
}

/// A line that is not a heading, rule or item of a list: the sign that would make it one is its number.
fn begins_nothing(line: &str) -> String {
    let text = line.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let at = line.len() - text.len() + digits;
    match line[at..].chars().next() {
        Some(c @ ('.' | ')')) if digits > 0 => {
            format!("{}&#{};{}", &line[..at], u32::from(c), &line[at + 1..])
        }
        Some(c @ ('-' | '+' | '=' | '#')) if digits == 0 => {
            format!("{}&#{};{}", &line[..at], u32::from(c), &line[at + 1..])
        }
        _ => line.to_owned(),
    }
}

/// Plain text: every sign that could begin something is written as its number, which never does.
/// <https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references>
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            // NB: `@` and `#` are GitHub's own, and are found after references are resolved; so is `www.`.
            // A joiner without width keeps them apart from what follows.
            '@' | '#' => {
                out.push(c);
                out.push('\u{2060}');
            }
            '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '\\' | '~' | '!' | '$' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.replace("://", ":\u{2060}//")
        .replace("www.", "www\u{2060}.")
}

/// One line, in which nothing moves, hides or turns around the rest. A bar is shown as Rust could write it,
/// since a cell ends at it even inside of code.
fn visible(text: &str) -> String {
    super::line(text).replace('|', "\\u{7c}")
}

fn longest_run(name: &str) -> usize {
    let runs = name.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{code, sentence};

    #[test]
    fn a_name_is_code_whatever_is_in_it() {
        for (name, shown) in [
            ("core::fmt", "`core::fmt`"),
            ("<T as A>::b", "`<T as A>::b`"),
            ("@everyone #1 http://x", "`@everyone #1 http://x`"),
            ("a`b", "`` a`b ``"),
            ("``", "``` `` ```"),
            ("a|b", "`a\\u{7c}b`"),
            ("a\n\n# b", "`a\\n\\n# b`"),
            ("-->", "`-->`"),
            ("a\u{202e}b", "`a\\u{202e}b`"),
            ("a ##[error]b", "`a ##\\u{5b}error]b`"),
            ("", "(no name)"),
            (" ", "(no name)"),
        ] {
            assert_eq!(code(name), shown);
        }
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        let shown = code(&format!("start{}end", "x".repeat(100_000)));
        assert_eq!(shown.chars().count(), super::WIDEST + 2);
        assert!(shown.starts_with("`start") && shown.ends_with("end`"));
    }

    #[test]
    fn a_sentence_begins_nothing() {
        for (text, shown) in [
            ("`a*b` grew *much*", "`a*b` grew &#42;much&#42;"),
            ("one ` alone", "one &#96; alone"),
            ("<b> @me #1", "&#60;b&#62; @\u{2060}me #\u{2060}1"),
            ("see https://x", "see https:\u{2060}//x"),
            ("- no item", "&#45; no item"),
            (" 12. no item", " 12&#46; no item"),
            ("# no heading", "&#35;\u{2060} no heading"),
            ("3 of `a` - b", "3 of `a` - b"),
        ] {
            assert_eq!(sentence(text), shown);
        }
    }
}
