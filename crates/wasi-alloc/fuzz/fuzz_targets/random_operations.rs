//! The fuzzer's bytes are decisions of `wasi_alloc`'s state machine.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use wasi_alloc::exercise::{Choices, native};

struct Bytes<'a>(Unstructured<'a>);

impl Choices for Bytes<'_> {
    fn below(&mut self, limit: u32) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        self.0.int_in_range(0..=limit - 1).ok()
    }
}

fuzz_target!(|input: (u16, &[u8])| {
    let (data, bytes) = input;
    let choices = || Bytes(Unstructured::new(bytes));
    for done in [
        native::talc_tail(data.into(), choices()),
        native::slabs(data.into(), choices()),
    ] {
        if let Err(why) = done {
            panic!("{why}");
        }
    }
});
