//! The crate a Rust path belongs to, in legacy mangling and demangled.

use std::borrow::Cow;

/// The standard library's crates, each after those it builds on.
const STANDARD: [&str; 3] = ["core", "alloc", "std"];

/// The crate of a symbol in legacy mangling (`_ZN4core3fmt5write17h0123456789abcdefE`). `None` when
/// it is not one; C++ names look alike, but do not end with a hash.
pub(super) fn legacy_crate(symbol: &str) -> Option<Cow<'_, str>> {
    let rest = symbol
        .strip_prefix("_ZN")
        .or_else(|| symbol.strip_prefix("ZN"))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let len: usize = rest[..digits].parse().ok()?;
    let first = rest.get(digits..digits.checked_add(len)?)?;
    if !ends_with_hash(rest) {
        return None;
    }
    if !first.contains('$') && !first.contains("..") {
        return Some(Cow::Borrowed(first));
    }
    let text = decode(first);
    demangled_crate(&text).map(|found| Cow::Owned(found.to_owned()))
}

/// Whether the path's last name is rustc's hash: `17h`, 16 hexadecimal digits, `E`.
fn ends_with_hash(path: &str) -> bool {
    path.rmatch_indices("17h").any(|(at, _)| {
        let rest = &path.as_bytes()[at + 3..];
        rest.len() > 16 && rest[..16].iter().all(u8::is_ascii_hexdigit) && rest[16] == b'E'
    })
}

/// A name of legacy mangling with its escapes read: `_$LT$a..B$u20$as$u20$c..D$GT$` is `<a::B as c::D>`.
fn decode(name: &str) -> String {
    let name = match name.strip_prefix('_') {
        Some(rest) if rest.starts_with('$') => rest,
        _ => name,
    };
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find(['$', '.']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("..") {
            out.push_str("::");
            rest = after;
            continue;
        }
        let escape = rest[1..].find('$').filter(|_| rest.starts_with('$'));
        let sign = escape.and_then(|end| escaped(&rest[1..=end]));
        match (sign, escape) {
            (Some(sign), Some(end)) => {
                out.push(sign);
                rest = &rest[end + 2..];
            }
            _ => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn escaped(name: &str) -> Option<char> {
    Some(match name {
        "SP" => '@',
        "BP" => '*',
        "RF" => '&',
        "LT" => '<',
        "GT" => '>',
        "LP" => '(',
        "RP" => ')',
        "C" => ',',
        _ => char::from_u32(u32::from_str_radix(name.strip_prefix('u')?, 16).ok()?)?,
    })
}

/// The crate of a demangled Rust path: `a::b::c` is a's. For `<T as Trait>::f` the impl's crate is not
/// in the name; it is T's or the trait's, as an impl is written beside one of the two. T's is taken,
/// unless T has none, or is of `core`, `alloc` or `std` and the trait is of a crate that builds on it.
pub(super) fn demangled_crate(path: &str) -> Option<&str> {
    let Some(inner) = path.strip_prefix('<') else {
        return type_crate(path);
    };
    let (mut depth, mut of, mut end) = (0_u32, None, inner.len());
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'<' | b'(' | b'[' => depth += 1,
            // The arrow of a function type closes nothing.
            b'>' if at > 0 && inner.as_bytes()[at - 1] == b'-' => {}
            b'>' if depth == 0 => {
                end = at;
                break;
            }
            b'>' | b')' | b']' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 && of.is_none() && inner[at..].starts_with(" as ") => of = Some(at),
            _ => {}
        }
    }
    let (this, of) = match of {
        Some(at) => (&inner[..at], Some(&inner[at + 4..end])),
        None => match inner[..end].strip_prefix("impl ") {
            Some(text) => text
                .split_once(" for ")
                .map_or((text, None), |(of, this)| (this, Some(of))),
            None => (&inner[..end], None),
        },
    };
    let rank = |krate: &str| {
        STANDARD
            .iter()
            .position(|s| *s == krate)
            .unwrap_or(STANDARD.len())
    };
    match (type_crate(this), of.and_then(type_crate)) {
        (Some(this), Some(of)) if rank(this) < rank(of) => Some(of),
        (this, of) => this.or(of),
    }
}

/// The first name of a path type, behind signs for references and the like; `None` for what has no
/// path, such as `u32` or `T`.
fn type_crate(text: &str) -> Option<&str> {
    let mut text = text;
    loop {
        let before = text;
        text = text.trim_start_matches(['&', '[', '(', '*', ' ', '<']);
        for word in ["mut ", "const ", "dyn "] {
            text = text.strip_prefix(word).unwrap_or(text);
        }
        if text == before {
            break;
        }
    }
    let len = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    let (name, mut rest) = text.split_at(len);
    // Version 0 demangled in full writes the crate's hash: `core[1f3a…]::fmt`.
    if let Some(hash) = rest.strip_prefix('[') {
        rest = hash.split_once(']')?.1;
    }
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (starts && rest.starts_with("::")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_name_belongs_to_its_first_part() {
        let name = "_ZN4core3fmt5write17h0123456789abcdefE";
        assert_eq!(legacy_crate(name).as_deref(), Some("core"));
        let suffixed =
            "_ZN8dlmalloc8dlmalloc17Dlmalloc$LT$A$GT$6malloc17h0123456789abcdefE.llvm.123";
        assert_eq!(legacy_crate(suffixed).as_deref(), Some("dlmalloc"));
    }

    #[test]
    fn a_cpp_name_is_not_rusts() {
        assert_eq!(legacy_crate("_ZN3foo3barEv"), None);
        assert_eq!(legacy_crate("_ZN999foo"), None);
        assert_eq!(legacy_crate("_ZN"), None);
    }

    #[test]
    fn an_impl_belongs_to_the_type_unless_only_the_trait_can_have_it() {
        let cases = [
            (
                "<lol_alloc::free_list::X as core::alloc::GlobalAlloc>::alloc",
                Some("lol_alloc"),
            ),
            (
                "<alloc::vec::Vec<T> as serde::ser::Serialize>::serialize",
                Some("serde"),
            ),
            (
                "<alloc::string::String as core::fmt::Write>::write_str",
                Some("alloc"),
            ),
            ("<&mut app::T as core::fmt::Debug>::fmt", Some("app")),
            ("<T as app::Trait>::f", Some("app")),
            ("<fn(u32) -> u8 as app::Trait>::f", Some("app")),
            ("<[u8] as core::fmt::Debug>::fmt", Some("core")),
            ("<app::A>::f", Some("app")),
            ("<impl serde::De for app::T>::f", Some("app")),
            ("core[0123]::fmt::write", Some("core")),
            ("main", None),
            ("<", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(demangled_crate(name), expected, "{name}");
        }
    }

    #[test]
    fn legacy_escapes_are_read() {
        let name = "_ZN92_$LT$lol_alloc..free_list..FreeListAllocator$u20$as$u20$core..alloc..global..GlobalAlloc$GT$5alloc17h0123456789abcdefE";
        assert_eq!(legacy_crate(name).as_deref(), Some("lol_alloc"));
        assert_eq!(decode("_$LT$$RF$a..B$GT$"), "<&a::B>");
        assert_eq!(decode("$odd$.x"), "$odd$.x");
    }
}
