//! The crate a symbol in Rust's v0 mangling belongs to, without demangling it.
//!
//! The grammar is that of RFC 2603. Only as much of a symbol is read as is needed: for most, that is
//! the first path up to its crate root.
//!
//! It is not taken from the demangled text, as [`super::paths`] takes it where a file has nothing else:
//! that text has neither the crate of an impl nor that of a method of `char`. Of the 493 functions with
//! such a symbol in `clawft.names.wasm` of `nix/run build .#wasm-slabs-wasip2`, clawft's recommended
//! artifact for wasip2 (November 2026: rustc 1.97.1, binaryen 131, rustc-demangle 0.1.28), the text gives
//! 39 to another crate and 11 to none: 4,794 B of 150,541 B of code.

#[cfg(test)]
mod random_symbol;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::Cell;

/// Paths nested deeper than this are given up on: no compiler writes them.
const MAX_DEPTH: u32 = 128;

/// Paths read for one symbol: back references can make a short symbol stand for an endless one.
const MAX_PATHS: u32 = 1000;

/// Where a path starts, and what it ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Path<'a> {
    krate: Name<'a>,
    /// The outermost name, e.g. of the trait.
    last: Name<'a>,
}

/// A name as the symbol has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'a> {
    text: &'a str,
    is_punycode: bool,
}

impl<'a> Name<'a> {
    fn equals(self, text: &str) -> bool {
        !self.is_punycode && self.text == text
    }

    fn decoded(self) -> Cow<'a, str> {
        if !self.is_punycode {
            return Cow::Borrowed(self.text);
        }
        let root = format!("_RCu{}_{}", self.text.len(), self.text);
        Cow::Owned(format!("{:#}", rustc_demangle::demangle(&root)))
    }
}

/// The crate that a function with this mangled name is written in; `None` when `symbol` is not in v0
/// mangling.
///
/// - a path or a closure: the crate it starts at;
/// - a method of an impl: the crate the impl is in;
/// - a trait's own method (`<T as Trait>::provided`): the trait's crate, but for `Fn`, `FnMut` and
///   `FnOnce` that of the closure or function behind it;
/// - an instance of a generic function: the crate that defines the function.
///
/// What follows the first path is not looked at: optimizers append to names.
pub(super) fn krate(symbol: &str) -> Option<Cow<'_, str>> {
    let rest = behind_prefix(symbol)?;
    if !rest.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let left = Cell::new(MAX_PATHS);
    let mut reader = Reader {
        text: rest,
        at: 0,
        left: &left,
    };
    Some(reader.path(0)?.krate.decoded())
}

/// The symbol after `_R`, or what some tools make of that.
fn behind_prefix(symbol: &str) -> Option<&str> {
    symbol
        .strip_prefix("_R")
        .or_else(|| symbol.strip_prefix("__R"))
        .or_else(|| {
            // C's names begin so as well, e.g. `RC4_set_key`.
            let rest = symbol.strip_prefix('R')?;
            rustc_demangle::try_demangle(symbol).ok().map(|_| rest)
        })
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
                self.skip_path(depth + 1)?;
                Some(found)
            }
            b'Y' => {
                let of = self.type_path(depth + 1)?;
                let defined = self.path(depth + 1)?;
                let is_call = defined.krate.equals("core")
                    && ["Fn", "FnMut", "FnOnce"]
                        .iter()
                        .any(|name| defined.last.equals(name));
                Some(if is_call {
                    of.unwrap_or(defined)
                } else {
                    defined
                })
            }
            b'N' => {
                self.namespace()?;
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
                let to = self.back_reference(start)?;
                let mut there = Reader { at: to, ..*self };
                there.path(depth + 1)
            }
            _ => None,
        }
    }

    /// A type, read to its end; its path when it is one.
    fn type_path(&mut self, depth: u32) -> Option<Option<Path<'a>>> {
        match self.peek()? {
            b'C' | b'M' | b'X' | b'Y' | b'N' | b'I' => self.path(depth).map(Some),
            b'B' => {
                let start = self.at;
                self.skip_type(depth)?;
                let is_path = {
                    let mut there = Reader {
                        at: start + 1,
                        ..*self
                    };
                    let to = there.back_reference(start)?;
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
        // `#[splat]`, before the type of an argument.
        self.eat(b'w');
        match self.peek()? {
            // Not all letters are a type.
            b'g' | b'k' | b'q' | b'r' | b'w' => return None,
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
            b'W' => {
                self.at += 1;
                self.skip_type(depth + 1)?;
                self.skip_pattern(depth + 1)?;
            }
            _ => self.skip_path(depth + 1)?,
        }
        Some(())
    }

    /// What a pattern type's values are, as of `u32 is 1..=9`.
    fn skip_pattern(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.next()? {
            b'N' => {}
            b'R' => {
                self.skip_const(depth + 1)?;
                self.skip_const(depth + 1)?;
            }
            b'O' => {
                self.skip_pattern(depth + 1)?;
                while !self.eat(b'E') {
                    self.skip_pattern(depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn skip_function_type(&mut self, depth: u32) -> Option<()> {
        if self.eat(b'G') {
            self.base62()?;
        }
        self.eat(b'U');
        if self.eat(b'K') && !self.eat(b'C') {
            let abi = self.identifier()?;
            if abi.is_punycode || abi.text.is_empty() {
                return None;
            }
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
                if self.eat(b'K') {
                    self.skip_const(depth + 1)?;
                } else {
                    self.skip_type(depth + 1)?;
                }
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
        let start = self.at;
        match self.next()? {
            b'p' => {}
            b'B' => {
                self.back_reference(start)?;
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
            b'h' | b't' | b'm' | b'y' | b'o' | b'j' | b'b' | b'c' | b'e' => self.skip_hex()?,
            b'a' | b's' | b'l' | b'x' | b'n' | b'i' => {
                self.eat(b'n');
                self.skip_hex()?;
            }
            _ => return None,
        }
        Some(())
    }

    /// NB: whether it is a value of its type is not looked at.
    fn skip_hex(&mut self) -> Option<()> {
        while !self.eat(b'_') {
            if !matches!(self.next()?, b'0'..=b'9' | b'a'..=b'f') {
                return None;
            }
        }
        Some(())
    }

    /// Like [`Reader::path`], without following back references.
    fn skip_path(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let start = self.at;
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
                self.namespace()?;
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
                self.back_reference(start)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn namespace(&mut self) -> Option<()> {
        self.next()?.is_ascii_alphabetic().then_some(())
    }

    /// Where the back reference leads whose `B` is at `start`: only ever backwards, so that following
    /// them ends.
    fn back_reference(&mut self, start: usize) -> Option<usize> {
        let to = usize::try_from(self.base62()?).ok()?;
        (to < start).then_some(to)
    }

    /// `s` and a number, or nothing.
    fn disambiguator(&mut self) -> Option<()> {
        if self.eat(b's') {
            self.base62()?;
        }
        Some(())
    }

    fn identifier(&mut self) -> Option<Name<'a>> {
        let is_punycode = self.eat(b'u');
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
        let text = self.text.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        // Punycode has its digits after the last `_`.
        let has_digits = !text.is_empty() && !text.ends_with('_');
        let is_name = text.is_ascii() && (has_digits || !is_punycode);
        is_name.then_some(Name { text, is_punycode })
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
