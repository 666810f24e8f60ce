//! The reader beside rustc-demangle, on random symbols and on what random changes make of them.

use std::fmt::{self, Write as _};

use rustc_demangle::try_demangle;

use super::random_symbol::{Symbol, random_symbol};
use super::*;

/// Where the random numbers start. Change it and other symbols are tried.
const SEED: u64 = 0x5eed_2603;
const SYMBOLS: usize = 20_000;
/// Randomness for the largest symbol.
const MAX_ENTROPY: usize = 400;

/// How much of a demangled text is compared: back references make it up to 1 MB.
const COMPARED: usize = 200;

/// What rustc-demangle writes where a back reference leads to nothing that it can print.
const UNREADABLE: [&str; 3] = [
    "{invalid syntax}",
    "{recursion limit reached}",
    "{size limit reached}",
];

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("64 bits");
        usize::try_from((self.next() >> 16) % end).expect("smaller")
    }

    fn symbol(&mut self) -> Symbol {
        let len = 8 + self.below(MAX_ENTROPY - 8);
        let bytes: Vec<u8> = std::iter::repeat_with(|| self.next().to_le_bytes())
            .flatten()
            .take(len)
            .collect();
        random_symbol(&bytes)
    }

    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (a, b) = (self.below(len + 1), self.below(len + 1));
        // Short ones mostly.
        let start = a.min(b);
        start..a.max(b).min(start + 1 + self.below(20))
    }
}

/// The first [`COMPARED`] characters or so of a text.
struct Beginning(String);

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() > COMPARED {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn beginning(demangled: &rustc_demangle::Demangle<'_>) -> String {
    let mut text = Beginning(String::new());
    // That it was cut off is no error.
    let _ = write!(text, "{demangled:#}");
    text.0
}

/// Whether a demangled text is of something in this crate, and of no impl.
fn is_in(text: &str, krate: &str) -> bool {
    text.strip_prefix(krate)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('.'))
}

#[test]
fn a_random_symbol_has_the_crate_that_its_parts_say() {
    let mut random = Random(SEED);
    let mut with_crate = 0;
    for _ in 0..SYMBOLS {
        let Symbol {
            text: symbol,
            krate: expected,
            begins_with_crate,
        } = random.symbol();
        let demangled = try_demangle(&symbol);
        let demangled = demangled.unwrap_or_else(|_| panic!("rustc-demangle refuses {symbol}"));
        let text = beginning(&demangled);
        assert!(
            !UNREADABLE.iter().any(|mark| text.contains(mark)),
            "{symbol}: {text}"
        );
        assert_eq!(krate(&symbol).as_deref(), Some(&*expected), "{symbol}");
        assert_eq!(
            is_in(&text, &expected),
            begins_with_crate,
            "{symbol}: {text}"
        );
        with_crate += usize::from(begins_with_crate);
    }
    // Neither kind may die out.
    assert!((SYMBOLS / 10..SYMBOLS * 9 / 10).contains(&with_crate));
}

/// Symbols as rustc 1.97.1 wrote them.
const REAL: [&str; 6] = [
    "_RNvNtCsaeYBpMJDXx8_4core9panicking5panic",
    "_RNCNvMsi_NtNtNtCs8NZnfvJOJlS_3std3sys2fs4unixNtB7_4File4open0Bd_",
    "_RNvMsF_NtCsiQyXi22Ek22_5alloc3vecINtB5_3VecNtNtCsaBJs8EavLO0_12clawft_types4json5PlaceE4pushBJ_",
    "_RINvXs0_NtCsaBJs8EavLO0_12clawft_types7messageNtB6_4RoleNtNtCsagA7hf0k8GH_10serde_core2de11Deserialize11deserializeQINtNtCsdFjHma00XEb_10serde_json2de12DeserializerNtNtB1V_4read9SliceReadEEB8_",
    "_RNvYNtNtCsdFjHma00XEb_10serde_json5error5ErrorNtNtCsagA7hf0k8GH_10serde_core2de5Error14invalid_lengthCsaBJs8EavLO0_12clawft_types",
    "_RNvYINvNtCsdFjHma00XEb_10serde_json4read6as_strNtB5_9SliceReadEINtNtNtCsaeYBpMJDXx8_4core3ops8function6FnOnceTRBJ_RShEE9call_onceB7_",
];

/// A few bytes flipped, cut, doubled or moved.
fn mutate(symbol: &str, random: &mut Random) -> String {
    const LETTERS: &[u8] = b"CMXYNIBEKLTARQSPOFDGWUVuspbcejmh_0123459.\xc3";
    let mut bytes = symbol.as_bytes().to_vec();
    // One change, mostly: after more than that little is still a symbol.
    for _ in 0..1 + random.below(4) / 3 {
        // NB: the prefix stays, mostly: without it nothing is read.
        let range = random.range(bytes.len().saturating_sub(2));
        let range = (range.start + 2).min(bytes.len())..(range.end + 2).min(bytes.len());
        match random.below(5) {
            0 | 1 if range.start < bytes.len() => {
                bytes[range.start] = LETTERS[random.below(LETTERS.len())];
            }
            2 => bytes.truncate(range.start),
            3 => {
                bytes.drain(range);
            }
            _ => {
                let copy = bytes[range].to_vec();
                let at = random.below(bytes.len() + 1);
                bytes.splice(at..at, copy);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The symbol up to the end of its first path; back references are not followed.
fn first_path(symbol: &str) -> Option<&str> {
    let text = behind_prefix(symbol)?;
    let prefix = symbol.len() - text.len();
    let left = Cell::new(MAX_PATHS);
    let mut reader = Reader {
        text,
        at: 0,
        left: &left,
    };
    reader.skip_path(0)?;
    symbol.get(..prefix + reader.at)
}

/// Whether some back reference, or what looks like one, leads to no path or to one that it is itself in.
fn leads_nowhere(symbol: &str) -> bool {
    let Some(text) = behind_prefix(symbol) else {
        return false;
    };
    let left = Cell::new(MAX_PATHS);
    let reader = |at| Reader {
        text,
        at,
        left: &left,
    };
    let mut references = text.match_indices('B').map(|(at, _)| at);
    references.any(|at| {
        let Some(to) = reader(at + 1).back_reference(at) else {
            return false;
        };
        let mut there = reader(to);
        there.skip_path(0).is_none() || there.at > at
    })
}

/// Whether there may be a `bool`, `char` or `str` in it whose value rustc-demangle refuses.
fn may_have_a_value(symbol: &str) -> bool {
    symbol.match_indices(['b', 'c', 'e']).any(|(at, _)| {
        symbol[at + 1..]
            .trim_start_matches(|c: char| matches!(c, '0'..='9' | 'a'..='f'))
            .starts_with('_')
    })
}

#[test]
fn a_changed_symbol_is_read_where_rustc_demangle_reads_it_and_nowhere_else() {
    let mut random = Random(SEED);
    let (mut accepted, mut nowhere, mut refused) = (0, 0, 0);
    for i in 0..SYMBOLS {
        let symbol = match REAL.get(i % (2 * REAL.len())) {
            Some(real) => mutate(real, &mut random),
            None => {
                let symbol = random.symbol().text;
                mutate(&symbol, &mut random)
            }
        };
        let found = krate(&symbol);
        match (try_demangle(&symbol), found) {
            (Ok(demangled), Some(krate)) => {
                accepted += 1;
                let text = beginning(&demangled);
                assert!(
                    text.starts_with('<') || is_in(&text, &krate),
                    "{symbol}: {krate}, but {text}"
                );
            }
            // rustc-demangle follows back references only to print, and that of an impl's own path not
            // even then: it takes those that lead nowhere.
            (Ok(demangled), None) => {
                nowhere += 1;
                assert!(first_path(&symbol).is_some(), "{symbol}");
                let text = demangled.to_string();
                assert!(
                    UNREADABLE.iter().any(|mark| text.contains(mark)) || leads_nowhere(&symbol),
                    "{symbol}: no crate, but {text}"
                );
            }
            // The first path alone is read, and without the values of constants. And rustc-demangle cuts off
            // what LLVM appends first, even out of a name.
            (Err(_), Some(_)) => {
                refused += 1;
                let first = first_path(&symbol).expect("was read");
                assert!(
                    try_demangle(first).is_ok()
                        || may_have_a_value(first)
                        || first.contains(".llvm."),
                    "{symbol}"
                );
            }
            (Err(_), None) => {}
        }
    }
    assert!(accepted > SYMBOLS / 10, "{accepted}");
    assert!(nowhere < accepted / 100, "{nowhere}");
    assert!(refused > SYMBOLS / 100, "{refused}");
}
