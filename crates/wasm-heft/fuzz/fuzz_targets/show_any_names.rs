//! Any names at all are shown in every medium, and do nothing there.
#![no_main]

libfuzzer_sys::fuzz_target!(|names: &[u8]| wasm_heft::fuzzing::show_any_names(names));
