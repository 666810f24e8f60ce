//! Writing HTML and SVG: everything that comes from outside is escaped, by its type.

mod grid;
mod text;

pub use grid::{Cell, Grid};
pub use text::{Shown, label, prose, script_json};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// What makes HTML of a text by hand, and the files that may.
    const BY_HAND: [(&str, &[&str]); 4] = [
        ("escape::html", &["html/text.rs"]),
        (
            "PreEscaped(",
            &["html/text.rs", "page.rs", "plot/picture.rs"],
        ),
        // The opening tag of what plotters wrote.
        ("\"<svg", &["plot/frame.rs"]),
        // A picture as a file of its own.
        ("\"<style", &["plot/picture.rs"]),
    ];

    /// What a file writes by hand and should leave to maud.
    fn faults(path: &str, text: &str) -> Vec<String> {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines: Vec<&str> = code.lines().collect();
        let mut found = Vec::new();
        for (i, line) in lines.iter().enumerate() {
            let line = line.trim();
            if line.starts_with("//") {
                continue;
            }
            let sort = BY_HAND.iter().find(|(sign, _)| line.contains(sign));
            let is_tag =
                |(at, _)| line[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
            let wrong = match sort {
                Some((_, may)) => !may.contains(&path),
                None => line.match_indices("\"<").any(is_tag),
            };
            let before = lines[i.saturating_sub(3)..i].iter();
            let says_why = before
                .map(|line| line.trim())
                .any(|line| line.starts_with("// Safe: "));
            if wrong || (line.contains("PreEscaped(") && !says_why) {
                found.push(format!("{path}: {line}"));
            }
        }
        found
    }

    fn each_file(folder: &Path, look: &mut dyn FnMut(&Path, &str)) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                each_file(&path, look);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                look(&path, &fs::read_to_string(&path).expect("it is text"));
            }
        }
    }

    #[test]
    fn no_element_is_written_by_hand_and_what_is_html_already_says_why_it_is_safe() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut files, mut found) = (0, Vec::new());
        each_file(&root, &mut |path, text| {
            let path = path.strip_prefix(&root).expect("it is below");
            let path = path.to_string_lossy().replace('\\', "/");
            files += 1;
            found.extend(faults(&path, text));
        });
        assert!(files > 30, "{files}");
        assert_eq!(found, Vec::<String>::new());
        // Its counterpart.
        for (path, text) in [
            ("page.rs", "format!(\"<b>{name}</b>\")"),
            ("page.rs", "out.push_str(\"</b>\");"),
            ("bars.rs", "// Safe: it is not\nPreEscaped(name)"),
            ("page.rs", "PreEscaped(name)"),
            ("bars.rs", "heft_data::escape::html(name)"),
        ] {
            assert_eq!(faults(path, text).len(), 1, "{text}");
        }
    }
}
