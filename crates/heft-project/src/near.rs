//! Which known key somebody may have meant.

/// At most this share of a key's letters may differ, in percent: `targts` is `targets`, `color` is not.
const MAY_DIFFER_PERCENT: usize = 40;

/// What serde says of a name that it does not know, and what is said here of that name.
const UNKNOWN: [(&str, &str, &str); 2] = [
    ("unknown field `", "key", "is unknown"),
    ("unknown variant `", "value", "is not known"),
];

/// Adds the nearest known key or value to what serde says of an unknown one; other messages stay as they are.
pub(crate) fn explain(message: &str) -> String {
    let explained = UNKNOWN.iter().find_map(|(start, what, is_unknown)| {
        let (found, expected) = message.strip_prefix(start)?.rsplit_once("`, expected ")?;
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let hint = match nearest(found, &known) {
            Some(name) => format!("did you mean `{name}`? "),
            None => String::new(),
        };
        let list = list.join(", ");
        Some(format!(
            "{what} `{found}` {is_unknown}; {hint}known are {list}"
        ))
    });
    explained.unwrap_or_else(|| message.to_owned())
}

/// The known name nearest to `found`, if one is near.
pub(crate) fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    near(found, known).first().copied()
}

/// The known names nearest to `found`, those that are equally near in the order of `known`; none if none is near.
#[must_use]
pub fn near<'a>(found: &str, known: &[&'a str]) -> Vec<&'a str> {
    let differ = |name: &str| {
        let distance = distance(found, name);
        let length = found.chars().count().max(name.chars().count());
        (distance * 100 <= length * MAY_DIFFER_PERCENT).then_some(distance)
    };
    let near = known.iter().filter_map(|name| Some((differ(name)?, *name)));
    let near: Vec<(usize, &str)> = near.collect();
    let least = near.iter().map(|(distance, _)| *distance).min();
    let nearest = near.into_iter().filter(|it| Some(it.0) == least);
    nearest.map(|(_, name)| name).collect()
}

/// How many letters have to be put in, left out or replaced (Levenshtein's distance, row by row).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{explain, near, nearest};

    #[test]
    fn a_misspelled_key_is_answered_with_the_nearest_one() {
        assert_eq!(
            explain("unknown field `targts`, expected one of `bin`, `targets`"),
            "key `targts` is unknown; did you mean `targets`? known are `bin`, `targets`"
        );
    }

    #[test]
    fn a_key_like_no_other_is_answered_with_the_list_alone() {
        assert_eq!(
            explain("unknown field `color`, expected `bin` or `targets`"),
            "key `color` is unknown; known are `bin`, `targets`"
        );
        assert_eq!(nearest("", &["bin"]), None);
    }

    #[test]
    fn a_misspelled_value_is_answered_with_the_nearest_one() {
        assert_eq!(
            explain("unknown variant `traps`, expected `keep` or `trap`"),
            "value `traps` is not known; did you mean `trap`? known are `keep`, `trap`"
        );
        assert_eq!(
            explain("unknown variant `often`, expected one of `auto`, `always`, `never`"),
            "value `often` is not known; known are `auto`, `always`, `never`"
        );
    }

    #[test]
    fn what_was_found_may_look_like_the_rest_of_the_message() {
        assert_eq!(
            explain("unknown field `a`, expected `b`, expected `bin` or `targets`"),
            "key `a`, expected `b` is unknown; known are `bin`, `targets`"
        );
    }

    #[test]
    fn names_that_are_equally_near_are_all_named() {
        let known = ["targets", "heft-0001", "heft-0002", "heft-0101"];
        assert_eq!(near("heft-0003", &known), ["heft-0001", "heft-0002"]);
        assert_eq!(near("heft-101", &known), ["heft-0101"]);
        assert!(near("E0308", &known).is_empty());
    }

    #[test]
    fn other_messages_stay_as_they_are() {
        assert_eq!(explain("missing field `schema`"), "missing field `schema`");
    }
}
