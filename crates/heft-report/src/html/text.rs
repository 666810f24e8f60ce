//! Escaping text for HTML and SVG.

pub use heft_data::escape::html as escape;

/// A sentence for an element: what stands between back ticks is code.
#[must_use]
pub fn prose(text: &str) -> String {
    let parts: Vec<String> = text.split('`').map(escape).collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part = |(i, part): (usize, &String)| match i % 2 {
        0 => part.clone(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(part).collect()
}

/// JSON for a `script` element: nothing in it can end the element or begin a comment.
#[must_use]
pub fn script_json(json: &str) -> String {
    // In JSON, `<` is only found in strings, where it may be written as an escape.
    heft_data::escape::json(json).replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_a_sentence_is_code() {
        assert_eq!(prose("in `a<b` so"), "in <code>a&lt;b</code> so");
        assert_eq!(prose("one ` alone"), "one ` alone");
    }

    #[test]
    fn json_can_not_end_its_element() {
        let bad = "<script>alert('1 & \"2\"')</script>";
        let json = serde_json::to_string(&format!("{bad}<!--")).expect("a string");
        let safe = script_json(&json);
        assert!(!safe.contains('<'));
        let back: String = serde_json::from_str(&safe).expect("still JSON");
        assert_eq!(back, format!("{bad}<!--"));
    }
}
