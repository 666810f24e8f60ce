//! Text as HTML and SVG. What a text is says how it is escaped: nobody has to think of it.

use maud::{Markup, PreEscaped, Render, html};

/// A text from outside: a name out of a file, a path, an argument. Markup in it is text, and what would move a
/// terminal, hide or turn around what stands beside it is written out.
///
/// What maud escapes by itself are the page's own words and numbers.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a str);

impl Render for Shown<'_> {
    fn render_to(&self, out: &mut String) {
        out.push_str(&heft_data::escape::html(self.0));
    }
}

/// A sentence for an element: what stands between back ticks is code.
#[must_use]
pub fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // A back tick without its other one is only a sign.
    let is_sign = parts.len().is_multiple_of(2);
    html! {
        @if is_sign { (Shown(text)) }
        @else {
            @for (i, part) in parts.iter().enumerate() {
                @if i % 2 == 0 { (Shown(part)) } @else { code { (Shown(part)) } }
            }
        }
    }
}

/// A sentence for an attribute, where nothing is code.
#[must_use]
pub fn label(text: &str) -> Markup {
    Shown(&text.replace('`', "")).render()
}

/// JSON for a `script` element: nothing in it can end the element or begin a comment.
#[must_use]
pub fn script_json(json: &str) -> Markup {
    // Safe: in JSON, `<` is only found in strings, where it may be written as an escape; without it a script has no
    // end. Entities mean nothing there, so that any other escaping would change the JSON.
    PreEscaped(heft_data::escape::json(json).replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_a_sentence_is_code() {
        let prose = |text| prose(text).into_string();
        assert_eq!(prose("in `a<b` so"), "in <code>a&lt;b</code> so");
        assert_eq!(prose("one ` alone"), "one ` alone");
        assert_eq!(label("in `a<b` so").into_string(), "in a&lt;b so");
    }

    #[test]
    fn a_text_from_outside_is_shown_sign_by_sign_in_elements_and_attributes() {
        let bad = Shown("<b>'\"&\u{202e}\u{1b}\0\n");
        let shown = "&lt;b&gt;&#39;&quot;&amp;\\u{202e}\\u{1b}\\u{0}\\n";
        let page = html! { p title=(bad) class=[Some(bad)] { (bad) } }.into_string();
        assert_eq!(
            page,
            format!("<p title=\"{shown}\" class=\"{shown}\">{shown}</p>")
        );
    }

    #[test]
    fn json_can_not_end_its_element() {
        let bad = "<script>alert('1 & \"2\"')</script>";
        let json = serde_json::to_string(&format!("{bad}<!--")).expect("a string");
        let safe = script_json(&json).into_string();
        assert!(!safe.contains('<'));
        let back: String = serde_json::from_str(&safe).expect("still JSON");
        assert_eq!(back, format!("{bad}<!--"));
    }
}
