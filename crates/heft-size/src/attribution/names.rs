//! The names in a core module's `name` section.
//!
//! Names have no meaning for the code, so whatever is wrong with them is not a reason to fail: what can
//! be read is used, and what could not be is said in one sentence.

use heft_wasm::binary::read_u32;
use std::borrow::Cow;

/// Names of functions and data segments by index.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// The module's own name.
    pub(super) module: Option<Cow<'a, str>>,
    /// By function index, imported ones first.
    pub(super) functions: Vec<Option<Cow<'a, str>>>,
    /// By index of the data segment.
    pub(super) data: Vec<Option<Cow<'a, str>>>,
    /// Whether any function has a name.
    pub(super) any: bool,
    /// What is wrong, one clause each.
    pub(super) notes: Vec<String>,
}

const MODULE: u8 = 0;
const FUNCTIONS: u8 = 1;
const DATA: u8 = 9;

/// Reads the body of a `name` section for a module with so many functions and data segments. Both
/// counts are of things that are in the file, so that memory stays in proportion to it.
pub(super) fn read(body: &[u8], functions: usize, segments: usize) -> Names<'_> {
    let mut names = Names::default();
    let mut rest = body;
    while let [id, after @ ..] = rest {
        let Some((content, left)) = prefixed(after) else {
            names.notes.push("its name section is cut off".to_owned());
            break;
        };
        rest = left;
        match *id {
            MODULE => {
                names.module = prefixed(content).map(|(name, _)| String::from_utf8_lossy(name))
            }
            FUNCTIONS => {
                let found = read_map(content, functions, "function", &mut names.functions);
                names.notes.extend(found);
            }
            DATA => {
                let found = read_map(content, segments, "data segment", &mut names.data);
                names.notes.extend(found);
            }
            _ => {}
        }
    }
    names.any = names.functions.iter().any(Option::is_some);
    names
}

/// Reads pairs of index and name into `into`. Returns what is wrong with them.
fn read_map<'a>(
    content: &'a [u8],
    count: usize,
    what: &str,
    into: &mut Vec<Option<Cow<'a, str>>>,
) -> Vec<String> {
    let (mut beyond, mut twice, mut not_text) = (0_u64, 0_u64, 0_u64);
    into.resize(count, None);
    let mut notes = Vec::new();
    // NB: the count is not believed: only what follows is read.
    let mut rest = match read_u32(content) {
        Some((_, used)) => &content[used..],
        None => &[],
    };
    while !rest.is_empty() {
        let pair = read_u32(rest).and_then(|(index, used)| Some((index, prefixed(&rest[used..])?)));
        let Some((index, (name, left))) = pair else {
            notes.push(format!("its {what} names are cut off"));
            break;
        };
        rest = left;
        let Some(slot) = into.get_mut(index as usize) else {
            beyond += 1;
            continue;
        };
        if slot.is_some() {
            twice += 1;
            continue;
        }
        // NB: as a rule it is text, which is found out faster than where it is not.
        let name = std::str::from_utf8(name).map_or_else(
            |_| {
                not_text += 1;
                String::from_utf8_lossy(name)
            },
            Cow::Borrowed,
        );
        *slot = Some(name);
    }
    let mut note = |count: u64, words: &str| {
        if count > 0 {
            notes.push(format!("{count} of its {what} names {words}"));
        }
    };
    note(
        beyond,
        "have an index that it does not have, and were left out",
    );
    note(
        twice,
        "are for an index that has one already, and were left out",
    );
    note(
        not_text,
        "are not UTF-8; what is not text is shown as \u{fffd}",
    );
    notes
}

/// Splits off a run of bytes that its length stands before.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, used) = read_u32(bytes)?;
    bytes[used..].split_at_checked(usize::try_from(len).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A subsection with function names.
    fn functions(pairs: &[(u8, &[u8])]) -> Vec<u8> {
        let mut content = vec![u8::try_from(pairs.len()).expect("few")];
        for (index, name) in pairs {
            content.extend([*index, u8::try_from(name.len()).expect("short")]);
            content.extend(*name);
        }
        let mut out = vec![FUNCTIONS, u8::try_from(content.len()).expect("short")];
        out.extend(content);
        out
    }

    #[test]
    fn good_names_are_read_without_a_note() {
        let body = functions(&[(0, b"a"), (2, b"b")]);
        let names = read(&body, 3, 0);
        assert_eq!(names.functions, [Some("a".into()), None, Some("b".into())]);
        assert!(names.any && names.notes.is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_is_used() {
        let body = functions(&[(0, b"a"), (0, b"again"), (9, b"beyond"), (1, b"\xff")]);
        let names = read(&body, 2, 0);
        assert_eq!(names.functions, [Some("a".into()), Some("\u{fffd}".into())]);
        assert_eq!(names.notes.len(), 3, "{:?}", names.notes);
    }

    #[test]
    fn any_cut_gives_what_comes_before_it() {
        let body = functions(&[(0, b"first"), (1, b"second")]);
        for end in 0..body.len() {
            let names = read(&body[..end], 2, 0);
            assert!(!names.any || names.functions[0].as_deref() == Some("first"));
            assert!(end == 0 || !names.notes.is_empty(), "cut at {end}");
        }
    }

    #[test]
    fn a_huge_count_takes_no_memory() {
        let body = [FUNCTIONS, 5, 0xff, 0xff, 0xff, 0xff, 0x0f];
        assert!(!read(&body, 1, 0).any);
    }
}
