//! The counters of a run in the help of commands.

use heft_data::counter::Counter;

/// The longest line of the help.
const WIDTH: usize = 100;

/// The columns of a table that show counters, a line each.
#[cfg(feature = "bench")]
pub(crate) fn columns() -> String {
    /// Where the words begin.
    const INDENT: usize = 15;
    let column = |(counter, name): (Counter, &str)| {
        let words = counter.description().trim_end_matches('.');
        // Within a list, as its other lines are.
        let words = words[..1].to_lowercase() + &words[1..];
        let words = fill(&words, INDENT);
        format!("  {name:<width$}{words}", width = INDENT - 2)
    };
    let columns: Vec<String> = Counter::shown(|_| true).map(column).collect();
    columns.join("\n")
}

/// The names of the counters in files, between other words.
pub(crate) fn names(before: &str, after: &str) -> String {
    let names: Vec<&str> = Counter::ALL.iter().map(|counter| counter.key()).collect();
    let text = format!("{before} {}{after}", names.join(", "));
    format!("  {}", fill(&text, 2))
}

/// Words in lines: the first line begins behind `indent` characters, the others with as many spaces.
fn fill(words: &str, indent: usize) -> String {
    let (mut out, mut length) = (String::new(), indent);
    for word in words.split_whitespace() {
        if length > indent && length + 1 + word.len() > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            length = indent;
        } else if length > indent {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_below_their_first_word() {
        let text = fill(&"word ".repeat(25), 4);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len() + 4, 98);
        assert!(lines[1].starts_with("    word"));
    }
}
