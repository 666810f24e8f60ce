//! Any bytes at all are read or refused; what is read adds up.
#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| wasm_heft::size::laws::read_any_file(file));
