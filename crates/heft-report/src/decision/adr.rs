//! The table in a document, between two comments.

/// Begins what is written by [`write()`].
pub const BEGIN: &str = "<!-- wasm-heft decide: written by the command, do not edit -->";
/// Ends it.
pub const END: &str = "<!-- wasm-heft decide: end -->";

/// What keeps a document from holding a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdrError {
    /// A marker is not there.
    #[error("there is no line `{0}`; add both markers where the table belongs")]
    Missing(&'static str),
    /// A marker is there more than once.
    #[error("the line `{0}` is there twice; keep one")]
    Twice(&'static str),
    /// The end comes first.
    #[error("`{END}` stands before `{BEGIN}`; swap them")]
    Swapped,
}

/// Where a document and the numbers part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line of the document, from 1.
    pub line: usize,
    /// What stands there; `None` when it ends too early.
    pub found: Option<String>,
    /// What should; `None` when it goes on too long.
    pub expected: Option<String>,
}

/// The document with `table` between its markers.
///
/// # Errors
///
/// When the markers are not there once each, in order.
pub fn write(document: &str, table: &str) -> Result<String, AdrError> {
    let (begin, end) = markers(document)?;
    let lines: Vec<&str> = document.lines().collect();
    let mut out = lines[..=begin].join("\n");
    out.push_str("\n\n");
    out.push_str(table.trim_end());
    out.push_str("\n\n");
    out.push_str(&lines[end..].join("\n"));
    out.push('\n');
    Ok(out)
}

/// The first line in which `document` is not what [`write()`] would make of it.
///
/// # Errors
///
/// As [`write()`].
pub fn compare(document: &str, table: &str) -> Result<Option<Difference>, AdrError> {
    let expected = write(document, table)?;
    let (mut found, mut expected) = (document.lines(), expected.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (found.next(), expected.next()) {
            (None, None) => return Ok(None),
            (a, b) if a == b => {}
            (a, b) => {
                return Ok(Some(Difference {
                    line,
                    found: a.map(str::to_owned),
                    expected: b.map(str::to_owned),
                }));
            }
        }
    }
}

/// The lines of the markers, from 0.
fn markers(document: &str) -> Result<(usize, usize), AdrError> {
    let find = |marker: &'static str| {
        let mut hits = document
            .lines()
            .enumerate()
            .filter(|(_, line)| line.trim() == marker);
        match (hits.next(), hits.next()) {
            (None, _) => Err(AdrError::Missing(marker)),
            (Some(_), Some(_)) => Err(AdrError::Twice(marker)),
            (Some((at, _)), None) => Ok(at),
        }
    };
    let (begin, end) = (find(BEGIN)?, find(END)?);
    if end < begin {
        return Err(AdrError::Swapped);
    }
    Ok((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(between: &str) -> String {
        format!("# Title\n\n{BEGIN}\n{between}{END}\n\nText\n")
    }

    #[test]
    fn writing_twice_is_writing_once() {
        let once = write(&document("old\n"), "| a |\n| - |\n").expect("markers are there");
        assert_eq!(once, document("\n| a |\n| - |\n\n"));
        assert_eq!(write(&once, "| a |\n| - |\n"), Ok(once.clone()));
        assert_eq!(compare(&once, "| a |\n| - |\n"), Ok(None));
    }

    #[test]
    fn a_changed_number_is_found_with_its_line() {
        let text = write(&document(""), "| 1 |").expect("markers are there");
        let found = compare(&text, "| 2 |").expect("markers are there");
        let expected = Difference {
            line: 5,
            found: Some("| 1 |".to_owned()),
            expected: Some("| 2 |".to_owned()),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn markers_have_to_be_there_once_and_in_order() {
        assert_eq!(write("text", ""), Err(AdrError::Missing(BEGIN)));
        assert_eq!(write(BEGIN, ""), Err(AdrError::Missing(END)));
        let twice = format!("{BEGIN}\n{BEGIN}\n{END}");
        assert_eq!(write(&twice, ""), Err(AdrError::Twice(BEGIN)));
        let swapped = format!("{END}\n{BEGIN}");
        assert_eq!(write(&swapped, ""), Err(AdrError::Swapped));
    }
}
