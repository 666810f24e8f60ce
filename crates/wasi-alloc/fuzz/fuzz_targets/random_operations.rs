//! The fuzzer's bytes are decisions of `wasi_alloc`'s state machine.
//!
//! A stable compiler will do, without cargo-fuzz: libfuzzer-sys compiles libFuzzer, or takes it from
//! CUSTOM_LIBFUZZER_PATH.
//!
//! ```sh
//! RUSTFLAGS="--cfg fuzzing -Cdebug-assertions -Coverflow-checks=on -Ccodegen-units=1 -Cpasses=sancov-module \
//!   -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
//!   -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
//!   cargo build --release --target x86_64-unknown-linux-gnu
//! target/x86_64-unknown-linux-gnu/release/random_operations -len_control=0 -max_len=4096 -seed=1 CORPUS
//! ```
//!
//! So it was compiled and run with Rust 1.97.1 and libfuzzer-sys 0.4.13 on 2026-11-29: 28,726 inputs in 41 s,
//! no fault. With an address sanitizer or a longer run it was not tried.
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
