//! Laws that hold for any module, tried on random ones from wasm-smith.

use arbitrary::Unstructured;
use heft_size::attribution::attribute;
use heft_size::diff::diff;
use heft_size::laws::read_any_file;
use heft_wasm::binary::Kind;
use heft_wasm::binary::{header, push_section, sections};
use heft_wasm::bytes::Bytes;
use heft_wasm::component::{plan, share, shorten_names};
use heft_wasm::core_modules::{core_modules, rebuild};
use heft_wasm::custom_sections::{Names, strip};
use heft_wasm::features::minimal;
use heft_wasm::functions::{functions, trap_functions};
use heft_wasm::interface::interface;
use heft_wasm::section_sizes::section_sizes;
use heft_wasm::validate::validate;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
fn functions_that_only_trap_fit_in_the_place_of_any_and_are_no_larger_than_what_never_returns() {
    for_random_modules(|module| {
        let all = functions(module).unwrap();
        let indices = |keep: &dyn Fn(usize) -> bool| -> BTreeSet<u32> {
            let kept = (0..all.len()).filter(|at| keep(*at));
            kept.map(|at| all[at].index).collect()
        };
        let face = |module: &[u8]| {
            let face = interface(module, WasmFeatures::all()).unwrap();
            (face.imports, face.exports)
        };
        let never = |at: usize| all[at].never_returns().unwrap();
        for some in [
            indices(&|_| true),
            indices(&|at| at % 2 == 0),
            indices(&never),
        ] {
            let changed = trap_functions(module, &some).unwrap();
            validate(&changed, WasmFeatures::all()).unwrap();
            assert_eq!(face(&changed), face(module));
            let after = functions(&changed).unwrap();
            assert_eq!(after.len(), all.len());
            assert!(some != indices(&never) || changed.len() <= module.len());
        }
        assert!(trap_functions(module, &BTreeSet::new()).unwrap() == strip_nothing(module));
    });
}

/// The module with section lengths as short as they can be.
fn strip_nothing(module: &[u8]) -> Vec<u8> {
    heft_wasm::custom_sections::filter(module, |_| true).unwrap()
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

/// The module with a name for each function, some of them Rust's, in a section at the end.
fn with_names(module: &[u8], seed: u64) -> Vec<u8> {
    const NAMES: [&str; 6] = [
        "_ZN3app3run17h0123456789abcdefE",
        "_RNvNtCsaeYBpMJDXx8_4core9panicking5panic",
        "<talc::wasm::W as talc::source::Source>::acquire",
        "dlmalloc",
        "\u{fffd}",
        "",
    ];
    let mut pairs = vec![40_u8];
    for (index, random) in (0..40).zip(random_bytes(seed)) {
        let name = NAMES[usize::from(random) % NAMES.len()];
        pairs.extend([index, u8::try_from(name.len()).unwrap()]);
        pairs.extend(name.as_bytes());
    }
    let mut body = b"\x04name".to_vec();
    heft_wasm::binary::push_section(&mut body, 1, &pairs);
    let mut out = module.to_vec();
    push_section(&mut out, 0, &body);
    out
}

/// Some bytes of a file changed.
fn damaged(file: &[u8], seed: u64) -> Vec<u8> {
    let mut out = file.to_vec();
    for place in random_bytes(seed).chunks(4).take(3) {
        let at = usize::from(u16::from_le_bytes([place[0], place[1]])) % out.len();
        out[at] = place[2];
    }
    out
}

#[test]
fn every_byte_is_in_one_row_and_a_file_does_not_differ_from_itself() {
    for_random_modules(|module| {
        let named = with_names(module, module.len() as u64);
        for file in [module.to_vec(), wrapped(module), wrapped(&named), named] {
            attribute(&file, None).unwrap();
            read_any_file(&file);
        }
    });
}

#[test]
fn damaged_and_cut_files_are_read_or_refused() {
    for_random_modules(|module| {
        let named = with_names(module, module.len() as u64);
        for file in [wrapped(&named), named] {
            for seed in 0..2 {
                read_any_file(&damaged(&file, seed + file.len() as u64));
            }
            for end in (0..file.len()).step_by(211) {
                read_any_file(&file[..end]);
            }
        }
    });
}

#[test]
fn the_deltas_of_two_files_add_up_to_the_difference_of_their_sizes() {
    let before = std::cell::RefCell::new(wrapped(&with_names(
        &heft_wasm::binary::header(Kind::Module),
        1,
    )));
    for_random_modules(|module| {
        let file = wrapped(&with_names(module, module.len() as u64));
        let old = before.replace(file.clone());
        let found = diff(
            &attribute(&old, None).unwrap(),
            &attribute(&file, None).unwrap(),
        );
        let delta = i64::try_from(file.len()).unwrap() - i64::try_from(old.len()).unwrap();
        assert_eq!(found.delta_bytes.0, delta);
        let sum =
            |rows: &[heft_size::diff::Change]| rows.iter().map(|c| c.delta_bytes.0).sum::<i64>();
        assert_eq!(sum(&found.sections), delta);
        if let (Some(crates), Some(functions)) = (found.crates, found.functions) {
            assert_eq!(sum(&crates), delta);
            let inside: i64 = functions.iter().map(|c| c.delta_bytes.0).sum();
            assert_eq!(inside + found.elsewhere_delta_bytes.unwrap().0, delta);
        }
    });
}

/// A component that holds modules of `choice` here and there, with random components in it.
fn random_tree(choice: &[&[u8]], random: &mut impl Iterator<Item = u8>, depth: usize) -> Vec<u8> {
    let mut out = header(Kind::Component);
    for _ in 0..random.next().unwrap() % 5 {
        match usize::from(random.next().unwrap() % 4) {
            nested if nested >= 2 && depth < 4 => {
                push_section(&mut out, 4, &random_tree(choice, random, depth + 1));
            }
            module => push_section(&mut out, 1, choice[module % choice.len()]),
        }
    }
    out
}

#[test]
fn what_is_stored_once_is_valid_no_larger_complete_and_leaves_nothing_to_store_once() {
    let last = std::cell::RefCell::new(header(Kind::Module));
    let shared = std::cell::Cell::new(0);
    for_random_modules(|module| {
        let other = last.replace(module.to_vec());
        let random = random_bytes(module.len() as u64);
        let file = random_tree(&[module, &other], &mut random.into_iter(), 0);
        // Not every module may be in a component.
        if validate(&file, WasmFeatures::all()).is_err() {
            return;
        }
        let plan = plan(&file).unwrap();
        let small = share(&file, &plan).unwrap();
        validate(&small, WasmFeatures::all()).unwrap();
        assert!(small.len() < file.len() || (plan.is_empty() && small == file));
        shared.set(shared.get() + u32::from(!plan.is_empty()));
        let modules: BTreeMap<_, _> = core_modules(&file)
            .unwrap()
            .into_iter()
            .map(|module| (module.index, module.bytes))
            .collect();
        for (index, bytes) in &modules {
            if let Some(stored) = plan.stored_for(index) {
                assert!(
                    modules[&stored] == *bytes,
                    "{index} is not the same as {stored}"
                );
            }
        }
        let again = heft_wasm::component::plan(&small).unwrap();
        assert!(again.is_empty(), "{again:?}");
    });
    assert!(
        shared.get() > 50,
        "{} files had something twice",
        shared.get()
    );
}

/// What is not a name between core modules: all sections of a component but core modules, core
/// instances and aliases.
fn outside(component: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let (_, sections) = sections(component, 0).unwrap();
    let stays = sections.iter().filter(|s| ![1, 2, 4, 6].contains(&s.id));
    stays.map(|s| (s.id, s.body.to_vec())).collect()
}

/// Names are shortened: the file is valid and no larger, nothing but names changes, and there is
/// nothing left to shorten. Returns by how much it is smaller.
fn shorten(file: &[u8]) -> usize {
    let short = shorten_names(file, |_| false).unwrap();
    validate(&short, WasmFeatures::all()).unwrap();
    assert!(outside(&short) == outside(file));
    let (before, after) = (core_modules(file).unwrap(), core_modules(&short).unwrap());
    assert_eq!(before.len(), after.len());
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(old.index, new.index);
        let unnamed = |module: &[u8]| -> Vec<(u8, Vec<u8>)> {
            let (_, sections) = sections(module, 0).unwrap();
            let unnamed = sections.iter().filter(|s| ![2, 7].contains(&s.id));
            unnamed.map(|s| (s.id, s.body.to_vec())).collect()
        };
        assert!(unnamed(old.bytes) == unnamed(new.bytes));
    }
    assert!(shorten_names(&short, |_| false).unwrap() == short);
    file.len() - short.len()
}

#[test]
fn random_modules_in_a_component_are_the_same_but_for_names() {
    let shorter = std::cell::Cell::new(0);
    for_random_modules(|module| {
        let file = wrapped(module);
        // Not every module may be in a component.
        if validate(&file, WasmFeatures::all()).is_ok() {
            shorter.set(shorter.get() + u32::from(shorten(&file) > 0));
        }
    });
    assert!(shorter.get() > 50, "{} files got smaller", shorter.get());
}

/// A component of modules that import from each other, in text. Some of them are exported, some
/// imports come from items of a core instance, and some exports are exported by the component.
fn random_links(mut random: impl FnMut(usize) -> usize) -> String {
    const NAMES: [&str; 9] = [
        "",
        "a",
        "b",
        "memory",
        "0",
        "get-random",
        "$imports",
        "run",
        "cabi_realloc",
    ];
    let mut text = String::from("(component\n");
    let mut exports: Vec<Vec<&str>> = Vec::new();
    for module in 0..2 + random(5) {
        let mut own: Vec<&str> = NAMES.into_iter().filter(|_| random(2) == 0).collect();
        let turn = random(own.len().max(1));
        own.rotate_left(turn);
        let (mut imports, mut arguments) = (String::new(), String::new());
        for (given, names) in exports.iter().enumerate() {
            let wanted: Vec<&&str> = names.iter().filter(|_| random(3) == 0).collect();
            for name in &wanted {
                imports += &format!("(import \"from {given}\" \"{name}\" (func))");
            }
            match random(3) {
                0 => {
                    let items = names
                        .iter()
                        .map(|name| format!("(export \"{name}\" (func $i{given} \"{name}\"))"));
                    let items: String = items.collect();
                    arguments += &format!("(with \"from {given}\" (instance {items}))");
                }
                1 => arguments += &format!("(with \"from {given}\" (instance $i{given}))"),
                _ if wanted.is_empty() => {}
                _ => arguments += &format!("(with \"from {given}\" (instance $i{given}))"),
            }
        }
        let functions = own.iter().map(|name| format!("(func (export \"{name}\"))"));
        let functions: String = functions.collect();
        text += &format!("(core module $m{module} {imports} {functions})\n");
        text += &format!("(core instance $i{module} (instantiate $m{module} {arguments}))\n");
        if let Some(name) = own.first().filter(|_| random(3) == 0) {
            text += &format!(
                "(func (export \"f{module}\") (canon lift (core func $i{module} \"{name}\")))\n"
            );
        }
        if random(5) == 0 {
            text += &format!("(export \"m{module}\" (core module $m{module}))\n");
        }
        exports.push(own);
    }
    text + ")"
}

#[test]
fn random_links_between_modules_stay_with_short_names() {
    let mut smaller = 0;
    for seed in 0..MODULES {
        let bytes = random_bytes(SEED.wrapping_add(seed));
        let mut bytes = bytes.into_iter().cycle();
        let text = random_links(|below| usize::from(bytes.next().unwrap()) % below);
        let file = wat::parse_str(&text).unwrap_or_else(|err| panic!("{err}: {text}"));
        validate(&file, WasmFeatures::all()).unwrap_or_else(|err| panic!("{err}: {text}"));
        smaller += usize::from(shorten(&file) > 0);
    }
    assert!(smaller > 150, "{smaller} files got smaller");
}
