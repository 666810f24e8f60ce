//! Function names as people read them.

use super::owner::without_suffix;

/// The name demangled, without rustc's hashes and without what a compiler appends to tell two
/// functions of one name apart.
#[must_use]
pub fn display_name(name: &str) -> String {
    let plain = without_suffix(name);
    match rustc_demangle::try_demangle(plain) {
        Ok(demangled) => format!("{demangled:#}"),
        Err(_) => without_hash(plain).to_owned(),
    }
}

/// A demangled legacy name without its hash: `a::b::h0123456789abcdef` is `a::b`.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path
        }
        _ => name,
    }
}

/// [`display_name`] without generic arguments, so that all instances of a function share one name:
/// `alloc::vec::Vec<u8>::push` and `alloc::vec::Vec<T>::push` are `alloc::vec::Vec::push`.
#[must_use]
pub fn folded_name(name: &str) -> String {
    fold(&display_name(name))
}

fn fold(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(name.len());
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'<'
            && starts_arguments(&bytes[..at])
            && !bytes[at..].starts_with(b"<impl ")
        {
            let end = matching(bytes, at);
            out.push_str(name[copied..at].trim_end_matches("::"));
            at = end;
            copied = end;
            continue;
        }
        at += 1;
    }
    out.push_str(&name[copied..]);
    out
}

/// Whether a `<` behind this text opens generic arguments, and not a path like `<T as Trait>`.
fn starts_arguments(before: &[u8]) -> bool {
    before
        .last()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'}'))
}

/// The position behind the `>` that closes the `<` at `open`.
fn matching(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for at in open..bytes.len() {
        match bytes[at] {
            b'<' => depth += 1,
            b'>' if bytes[at - 1] != b'-' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_hashes_and_suffixes() {
        for (name, expected) in [
            (
                "_ZN4core3fmt5write17h0123456789abcdefE.llvm.42",
                "core::fmt::write",
            ),
            (
                "_RNvNtCsaeYBpMJDXx8_4core9panicking5panic.14",
                "core::panicking::panic",
            ),
            ("app::run::h0123456789abcdef", "app::run"),
            ("printf_core", "printf_core"),
            ("pad.1", "pad"),
        ] {
            assert_eq!(display_name(name), expected);
        }
    }

    #[test]
    fn instances_of_a_generic_share_a_folded_name() {
        for (name, expected) in [
            ("alloc::vec::Vec<app::T<u8>>::push", "alloc::vec::Vec::push"),
            ("<alloc::vec::Vec<u8>>::push", "<alloc::vec::Vec>::push"),
            ("a::f::<fn(u8) -> u8>::{closure#0}", "a::f::{closure#0}"),
            ("<&str as app::Trait<u8>>::f", "<&str as app::Trait>::f"),
            ("core::str::<impl str>::len", "core::str::<impl str>::len"),
            ("a::f::<u8>", "a::f"),
            ("a<", "a"),
        ] {
            assert_eq!(fold(name), expected);
        }
    }
}
