//! Laws that hold for any module, tried on random ones from wasm-smith.

use arbitrary::Unstructured;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use wasm_heft::binary::{header, push_section, sections};
use wasm_heft::features::minimal;
use wasm_heft::size::section_sizes;
use wasm_heft::strip::{Names, strip};
use wasm_heft::tree::{core_modules, rebuild};
use wasm_heft::validate::validate;
use wasm_heft::{Bytes, binary::Kind};
use wasmparser::WasmFeatures;

/// Where the random numbers start. Change it and other modules are tried.
const SEED: u64 = 0x5eed_2026;
/// How many modules each law is tried on.
const MODULES: u64 = 200;
/// Bytes of randomness for a module.
const ENTROPY: usize = 2048;

/// Calls `law` on [`MODULES`] random modules. Saves the module it fails on.
fn for_random_modules(law: impl Fn(&[u8])) {
    for i in 0..MODULES {
        let seed = SEED.wrapping_add(i);
        let entropy = random_bytes(seed);
        let mut source = Unstructured::new(&entropy);
        let config = wasm_smith::Config {
            gc_enabled: true,
            ..wasm_smith::Config::default()
        };
        let Ok(module) = wasm_smith::Module::new(config, &mut source) else {
            continue;
        };
        let module = module.to_bytes();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| law(&module))) {
            let path = std::env::temp_dir().join(format!("wasm-heft-failed-{seed:x}.wasm"));
            std::fs::write(&path, &module).unwrap();
            eprintln!("seed {seed:#x} failed; its module is {}", path.display());
            resume_unwind(panic);
        }
    }
}

/// xorshift64*: small, and the same on every machine.
fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes()
    };
    std::iter::repeat_with(next)
        .flatten()
        .take(ENTROPY)
        .collect()
}

/// A component around a module, with a nested component around it again.
fn wrapped(module: &[u8]) -> Vec<u8> {
    let mut inner = header(Kind::Component);
    push_section(&mut inner, 1, module);
    let mut outer = header(Kind::Component);
    push_section(&mut outer, 1, module);
    push_section(&mut outer, 4, &inner);
    outer
}

#[test]
fn section_sizes_add_up_to_the_file() {
    for_random_modules(|module| {
        for file in [module.to_vec(), wrapped(module)] {
            let sum: Bytes = section_sizes(&file)
                .unwrap()
                .iter()
                .map(|part| part.bytes)
                .sum();
            assert_eq!(sum, Bytes::of(&file));
        }
    });
}

#[test]
fn stripping_twice_is_stripping_once_and_keeps_the_file_valid() {
    for_random_modules(|module| {
        let once = strip(module, Names::Drop).unwrap();
        assert!(strip(&once, Names::Drop).unwrap() == once);
        assert!(once.len() <= module.len());
        validate(&once, WasmFeatures::all()).unwrap();
        let named = strip(module, Names::Keep).unwrap();
        assert!(strip(&named, Names::Drop).unwrap() == once);
    });
}

#[test]
fn rebuilding_an_unchanged_component_gives_the_same_bytes() {
    for_random_modules(|module| {
        let file = wrapped(module);
        let modules = core_modules(&file).unwrap();
        assert_eq!(modules.len(), 2);
        let find = |index: &_| modules.iter().find(|m| m.index == *index).unwrap().bytes;
        assert!(rebuild(&file, find, |_| true).unwrap() == file);
    });
}

#[test]
fn a_module_is_valid_with_its_minimal_features_and_with_none_fewer() {
    for_random_modules(|module| {
        let set = minimal(module, WasmFeatures::empty()).unwrap();
        validate(module, set).unwrap();
        assert!(
            minimal(module, WasmFeatures::all()).unwrap() == set,
            "from above and from below"
        );
    });
}

#[test]
fn every_truncation_is_either_refused_or_still_whole_sections() {
    for_random_modules(|module| {
        for end in (0..module.len()).step_by(7) {
            if let Ok((_, found)) = sections(&module[..end], 0) {
                assert!(found.last().map_or(8, |s| s.range.end) == end);
            }
        }
    });
}
