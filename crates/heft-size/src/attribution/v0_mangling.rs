//! The crate a symbol in Rust's v0 mangling belongs to, without demangling it.
//!
//! The grammar is that of RFC 2603. Only as much of a symbol is read as is needed: for most, that is
//! the first path up to its crate root.

use std::cell::Cell;

/// Paths nested deeper than this are given up on: no compiler writes them.
const MAX_DEPTH: u32 = 128;

/// Paths read for one symbol: back references can make a short symbol stand for an endless one.
const MAX_PATHS: u32 = 1000;

/// Where a path starts, and what it ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Path<'a> {
    krate: &'a str,
    /// The outermost name, e.g. of the trait.
    last: &'a str,
}

/// The crate that a function with this mangled name is written in; `None` when `symbol` is not in v0
/// mangling.
///
/// - a path or a closure: the crate it starts at;
/// - a method of an impl: the crate the impl is in;
/// - a trait's own method (`<T as Trait>::provided`): the trait's crate, but for `Fn`, `FnMut` and
///   `FnOnce` that of the closure or function behind it;
/// - an instance of a generic function: the crate that defines the function.
pub(super) fn krate(symbol: &str) -> Option<&str> {
    let rest = symbol
        .strip_prefix("_R")
        .or_else(|| symbol.strip_prefix('R'))
        .or_else(|| symbol.strip_prefix("__R"))?;
    if !rest.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let left = Cell::new(MAX_PATHS);
    let mut reader = Reader {
        text: rest,
        at: 0,
        left: &left,
    };
    Some(reader.path(0)?.krate)
}

#[derive(Clone, Copy)]
struct Reader<'a, 'c> {
    /// The symbol after `_R`: back references count from here.
    text: &'a str,
    at: usize,
    /// How many paths may still be read.
    left: &'c Cell<u32>,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// A path, read to its end.
    fn path(&mut self, depth: u32) -> Option<Path<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.left.set(self.left.get().checked_sub(1)?);
        let start = self.at;
        match self.next()? {
            b'C' => {
                self.disambiguator()?;
                let name = self.identifier()?;
                Some(Path {
                    krate: name,
                    last: name,
                })
            }
            b'M' => {
                self.disambiguator()?;
                let found = self.path(depth + 1)?;
                self.skip_type(depth + 1)?;
                Some(found)
            }
            b'X' => {
                self.disambiguator()?;
                let found = self.path(depth + 1)?;
                self.skip_type(depth + 1)?;
                self.path(depth + 1)?;
                Some(found)
            }
            b'Y' => {
                let of = self.type_path(depth + 1)?;
                let defined = self.path(depth + 1)?;
                let is_call =
                    defined.krate == "core" && matches!(defined.last, "Fn" | "FnMut" | "FnOnce");
                Some(if is_call {
                    of.unwrap_or(defined)
                } else {
                    defined
                })
            }
            b'N' => {
                self.next()?;
                let outer = self.path(depth + 1)?;
                self.disambiguator()?;
                Some(Path {
                    krate: outer.krate,
                    last: self.identifier()?,
                })
            }
            b'I' => {
                let found = self.path(depth + 1)?;
                while !self.eat(b'E') {
                    self.skip_generic(depth + 1)?;
                }
                Some(found)
            }
            b'B' => {
                let to = self.base62()?;
                // Only ever backwards, so that following them ends.
                let to = usize::try_from(to).ok().filter(|to| *to < start)?;
                let mut there = Reader { at: to, ..*self };
                there.path(depth + 1)
            }
            _ => None,
        }
    }

    /// A type, read to its end; its path when it is one.
    fn type_path(&mut self, depth: u32) -> Option<Option<Path<'a>>> {
        let start = self.at;
        match self.peek()? {
            b'C' | b'M' | b'X' | b'Y' | b'N' | b'I' => self.path(depth).map(Some),
            b'B' => {
                let mut there = *self;
                self.skip_type(depth)?;
                let is_path = {
                    there.next()?;
                    let to = usize::try_from(there.base62()?)
                        .ok()
                        .filter(|to| *to < start)?;
                    let byte = *self.text.as_bytes().get(to)?;
                    matches!(byte, b'C' | b'M' | b'X' | b'Y' | b'N' | b'I')
                };
                if !is_path {
                    return Some(None);
                }
                let mut from = Reader { at: start, ..*self };
                from.path(depth).map(Some)
            }
            _ => {
                self.skip_type(depth)?;
                Some(None)
            }
        }
    }

    /// NB: back references are stepped over, not followed, so that the time is linear.
    fn skip_type(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'a'..=b'z' => self.at += 1,
            b'A' => {
                self.at += 1;
                self.skip_type(depth + 1)?;
                self.skip_const(depth + 1)?;
            }
            b'S' | b'P' | b'O' => {
                self.at += 1;
                self.skip_type(depth + 1)?;
            }
            b'R' | b'Q' => {
                self.at += 1;
                if self.eat(b'L') {
                    self.base62()?;
                }
                self.skip_type(depth + 1)?;
            }
            b'T' => {
                self.at += 1;
                while !self.eat(b'E') {
                    self.skip_type(depth + 1)?;
                }
            }
            b'F' => {
                self.at += 1;
                self.skip_function_type(depth)?;
            }
            b'D' => {
                self.at += 1;
                self.skip_dyn(depth)?;
            }
            b'B' => {
                self.at += 1;
                self.base62()?;
            }
            _ => self.skip_path(depth + 1)?,
        }
        Some(())
    }

    fn skip_function_type(&mut self, depth: u32) -> Option<()> {
        if self.eat(b'G') {
            self.base62()?;
        }
        self.eat(b'U');
        if self.eat(b'K') && !self.eat(b'C') {
            self.identifier()?;
        }
        while !self.eat(b'E') {
            self.skip_type(depth + 1)?;
        }
        self.skip_type(depth + 1)
    }

    fn skip_dyn(&mut self, depth: u32) -> Option<()> {
        if self.eat(b'G') {
            self.base62()?;
        }
        while !self.eat(b'E') {
            self.skip_path(depth + 1)?;
            while self.eat(b'p') {
                self.identifier()?;
                self.skip_type(depth + 1)?;
            }
        }
        if !self.eat(b'L') {
            return None;
        }
        self.base62().map(|_| ())
    }

    fn skip_generic(&mut self, depth: u32) -> Option<()> {
        if self.eat(b'L') {
            return self.base62().map(|_| ());
        }
        if self.eat(b'K') {
            return self.skip_const(depth);
        }
        self.skip_type(depth)
    }

    fn skip_const(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.next()? {
            b'p' => {}
            b'B' => {
                self.base62()?;
            }
            b'R' | b'Q' => self.skip_const(depth + 1)?,
            b'A' | b'T' => {
                while !self.eat(b'E') {
                    self.skip_const(depth + 1)?;
                }
            }
            b'V' => {
                self.skip_path(depth + 1)?;
                match self.next()? {
                    b'U' => {}
                    b'T' => {
                        while !self.eat(b'E') {
                            self.skip_const(depth + 1)?;
                        }
                    }
                    b'S' => {
                        while !self.eat(b'E') {
                            self.disambiguator()?;
                            self.identifier()?;
                            self.skip_const(depth + 1)?;
                        }
                    }
                    _ => return None,
                }
            }
            b'a'..=b'z' => {
                self.eat(b'n');
                while !self.eat(b'_') {
                    if !self.next()?.is_ascii_hexdigit() {
                        return None;
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Like [`Reader::path`], without following back references.
    fn skip_path(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.next()? {
            b'C' => {
                self.disambiguator()?;
                self.identifier()?;
            }
            b'M' => {
                self.disambiguator()?;
                self.skip_path(depth + 1)?;
                self.skip_type(depth + 1)?;
            }
            b'X' => {
                self.disambiguator()?;
                self.skip_path(depth + 1)?;
                self.skip_type(depth + 1)?;
                self.skip_path(depth + 1)?;
            }
            b'Y' => {
                self.skip_type(depth + 1)?;
                self.skip_path(depth + 1)?;
            }
            b'N' => {
                self.next()?;
                self.skip_path(depth + 1)?;
                self.disambiguator()?;
                self.identifier()?;
            }
            b'I' => {
                self.skip_path(depth + 1)?;
                while !self.eat(b'E') {
                    self.skip_generic(depth + 1)?;
                }
            }
            b'B' => {
                self.base62()?;
            }
            _ => return None,
        }
        Some(())
    }

    /// `s` and a number, or nothing.
    fn disambiguator(&mut self) -> Option<()> {
        if self.eat(b's') {
            self.base62()?;
        }
        Some(())
    }

    fn identifier(&mut self) -> Option<&'a str> {
        self.eat(b'u');
        let mut len = 0_usize;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            len = len
                .checked_mul(10)?
                .checked_add(usize::from(digit - b'0'))?;
            // A leading zero is the number zero.
            if len == 0 {
                break;
            }
        }
        if self.at == start {
            return None;
        }
        self.eat(b'_');
        let name = self.text.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        Some(name)
    }

    /// `_` is 0, `0_` is 1, and so on.
    fn base62(&mut self) -> Option<u64> {
        if self.eat(b'_') {
            return Some(0);
        }
        let mut value = 0_u64;
        loop {
            let digit = match self.next()? {
                b'_' => return value.checked_add(1),
                byte @ b'0'..=b'9' => byte - b'0',
                byte @ b'a'..=b'z' => byte - b'a' + 10,
                byte @ b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            value = value.checked_mul(62)?.checked_add(u64::from(digit))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_the_crate_it_starts_at() {
        assert_eq!(
            krate("_RNvNtCsaeYBpMJDXx8_4core9panicking5panic"),
            Some("core")
        );
        assert_eq!(
            krate("_RNvCs9z2xkY7X3cr_4zmij13umul192_hi128"),
            Some("zmij")
        );
        assert_eq!(
            krate("_RNCNvMsi_NtNtNtCs8NZnfvJOJlS_3std3sys2fs4unixNtB7_4File4open0Bd_"),
            Some("std")
        );
    }

    #[test]
    fn an_instance_belongs_to_the_crate_that_defines_the_function() {
        // `alloc::vec::Vec<clawft_types::json::Place>::push`, made in clawft_types.
        let push = "_RNvMsF_NtCsiQyXi22Ek22_5alloc3vecINtB5_3VecNtNtCsaBJs8EavLO0_12clawft_types4json5PlaceE4pushBJ_";
        assert_eq!(krate(push), Some("alloc"));
    }

    #[test]
    fn an_impl_belongs_to_the_crate_it_is_written_in() {
        // `<serde_core::de::impls::StringVisitor as serde_core::de::Expected>::fmt`
        let own =
            "_RNvXs_NtCsagA7hf0k8GH_10serde_core2deNtNtB4_5impls13StringVisitorNtB4_8Expected3fmt";
        assert_eq!(krate(own), Some("serde_core"));
        // A derived impl for a type of another crate.
        let derived = "_RINvXs0_NtCsaBJs8EavLO0_12clawft_types7messageNtB6_4RoleNtNtCsagA7hf0k8GH_10serde_core2de11Deserialize11deserializeQINtNtCsdFjHma00XEb_10serde_json2de12DeserializerNtNtB1V_4read9SliceReadEEB8_";
        assert_eq!(krate(derived), Some("clawft_types"));
    }

    #[test]
    fn a_provided_method_belongs_to_the_traits_crate_and_a_call_to_the_closures() {
        let provided = "_RNvYNtNtCsdFjHma00XEb_10serde_json5error5ErrorNtNtCsagA7hf0k8GH_10serde_core2de5Error14invalid_lengthCsaBJs8EavLO0_12clawft_types";
        assert_eq!(krate(provided), Some("serde_core"));
        let call = "_RNvYINvNtCsdFjHma00XEb_10serde_json4read6as_strNtB5_9SliceReadEINtNtNtCsaeYBpMJDXx8_4core3ops8function6FnOnceTRBJ_RShEE9call_onceB7_";
        assert_eq!(krate(call), Some("serde_json"));
    }

    #[test]
    fn what_is_no_symbol_has_no_crate_and_back_references_end() {
        for text in [
            "",
            "_R",
            "Rust",
            "_RNvB_",
            "_RNvB0_3foo",
            "_RIB_",
            "_RNvYB_B_1f",
            "_RNvC99999999999999999999a",
            "run",
        ] {
            assert_eq!(krate(text), None, "{text}");
        }
        let deep = format!("_R{}C1a", "Nv".repeat(100_000));
        assert_eq!(krate(&deep), None);
    }

    #[test]
    fn back_references_that_double_end_soon() {
        // Each argument is `<the one before as the one before>`, and the trait is the last of them:
        // followed blindly, that is 2^60 paths.
        let mut symbol = "YIC1a".to_owned();
        let mut before = symbol.len();
        symbol += "NtC4core6FnOnce";
        for _ in 0..60 {
            let start = symbol.len();
            let back = format!("B{}", base62(before));
            symbol += &format!("Y{back}{back}");
            before = start;
        }
        symbol += &format!("EB{}", base62(before));
        assert_eq!(krate(&format!("_R{symbol}")), None);
    }

    fn base62(value: usize) -> String {
        const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let (mut rest, mut out) = (value - 1, Vec::new());
        loop {
            out.insert(0, DIGITS[rest % 62]);
            rest /= 62;
            if rest == 0 {
                break;
            }
        }
        String::from_utf8(out).expect("ASCII") + "_"
    }
}
