//! Which proposals a module really needs, and what wasm-opt calls them.
//!
//! The `target_features` section is a hint at best: adapters and stubs inside components carry none,
//! and compilers declare what they were allowed to use. So the needs are read from the code.

use crate::validate::validate;
use wasmparser::WasmFeatures;

/// Switches of the validator that are not proposals: always on.
const BASE: WasmFeatures = WasmFeatures::MVP;

/// wasm-opt's name for each proposal. Proposals that are not listed have no flag there.
///
/// The names are from `wasm-opt --help` of binaryen 131. The third column is the name to fall back
/// on where an older wasm-opt does not list the second.
const WASM_OPT_NAMES: &[(WasmFeatures, &str, Option<&str>)] = &[
    (WasmFeatures::MUTABLE_GLOBAL, "mutable-globals", None),
    (WasmFeatures::SIGN_EXTENSION, "sign-ext", None),
    (
        WasmFeatures::SATURATING_FLOAT_TO_INT,
        "nontrapping-float-to-int",
        None,
    ),
    (WasmFeatures::MULTI_VALUE, "multivalue", None),
    (
        WasmFeatures::BULK_MEMORY_OPT,
        "bulk-memory-opt",
        Some("bulk-memory"),
    ),
    (WasmFeatures::BULK_MEMORY, "bulk-memory", None),
    (
        WasmFeatures::CALL_INDIRECT_OVERLONG,
        "call-indirect-overlong",
        Some("reference-types"),
    ),
    (WasmFeatures::REFERENCE_TYPES, "reference-types", None),
    (WasmFeatures::SIMD, "simd", None),
    (WasmFeatures::RELAXED_SIMD, "relaxed-simd", None),
    (WasmFeatures::THREADS, "threads", None),
    (
        WasmFeatures::SHARED_EVERYTHING_THREADS,
        "shared-everything",
        None,
    ),
    (WasmFeatures::TAIL_CALL, "tail-call", None),
    (WasmFeatures::MULTI_MEMORY, "multimemory", None),
    // One flag covers both: wasm-opt keeps whichever instructions the module has.
    (WasmFeatures::EXCEPTIONS, "exception-handling", None),
    (WasmFeatures::LEGACY_EXCEPTIONS, "exception-handling", None),
    (WasmFeatures::MEMORY64, "memory64", None),
    (WasmFeatures::EXTENDED_CONST, "extended-const", None),
    (WasmFeatures::FUNCTION_REFERENCES, "gc", None),
    (WasmFeatures::GC, "gc", None),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom-page-sizes", None),
    (WasmFeatures::STACK_SWITCHING, "stack-switching", None),
    (WasmFeatures::WIDE_ARITHMETIC, "wide-arithmetic", None),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "custom-descriptors", None),
    (WasmFeatures::COMPACT_IMPORTS, "compact-imports", None),
    (
        WasmFeatures::ACQUIRE_RELEASE_ATOMICS,
        "relaxed-atomics",
        None,
    ),
    (WasmFeatures::MULTIBYTE_ARRAY_ACCESS, "multibyte", None),
];

/// The names wasm-opt knows these proposals by, in a fixed order, each once.
///
/// `known` says whether the installed wasm-opt has a name.
#[must_use]
pub fn wasm_opt_names(features: WasmFeatures, known: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (feature, name, older) in WASM_OPT_NAMES {
        if !features.contains(*feature) {
            continue;
        }
        let name = if known(name) {
            Some(*name)
        } else {
            older.filter(|name| known(name))
        };
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

/// The proposals as words for people and records, in a fixed order, e.g. `bulk-memory`.
///
/// A proposal that is part of another one in the set is left out.
#[must_use]
pub fn display_names(features: WasmFeatures) -> Vec<String> {
    singles(features.difference(BASE))
        .filter(|(_, one)| {
            !singles(features).any(|(_, other)| other != *one && other.contains(*one))
        })
        .map(|(name, _)| name.to_ascii_lowercase().replace('_', "-"))
        .collect()
}

/// Each named proposal in `features`.
fn singles(features: WasmFeatures) -> impl Iterator<Item = (&'static str, WasmFeatures)> {
    WasmFeatures::all()
        .iter_names()
        .chain([
            // Flags that contain others are not met by `iter_names` of the whole set in every
            // release of `bitflags`, so they are named here.
            ("REFERENCE_TYPES", WasmFeatures::REFERENCE_TYPES),
            ("BULK_MEMORY", WasmFeatures::BULK_MEMORY),
            (
                "CALL_INDIRECT_OVERLONG",
                WasmFeatures::CALL_INDIRECT_OVERLONG,
            ),
            ("BULK_MEMORY_OPT", WasmFeatures::BULK_MEMORY_OPT),
        ])
        .filter(move |(_, one)| features.contains(*one))
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
}

/// The smallest set of proposals with which a valid module or component still validates.
///
/// Smallest means: taking any one away makes it invalid. The search starts from `seed`, adds what
/// the validator asks for, and then takes away what is not needed.
///
/// # Errors
///
/// The validator's error when `bytes` is not valid with every proposal known.
pub fn minimal(bytes: &[u8], seed: WasmFeatures) -> wasmparser::Result<WasmFeatures> {
    let mut set = match grow(bytes, BASE.union(seed)) {
        Some(set) => set,
        None => {
            let all = WasmFeatures::all();
            validate(bytes, all)?;
            all
        }
    };
    // Parts after wholes: first try to do without a proposal altogether, then with a part of it.
    let mut candidates: Vec<WasmFeatures> = singles(set.difference(BASE)).map(|(_, f)| f).collect();
    candidates.sort_by_key(|f| std::cmp::Reverse(f.bits().count_ones()));
    for one in candidates {
        let parts = singles(one).map(|(_, f)| f).filter(|f| *f != one);
        let parts = parts.fold(WasmFeatures::empty(), WasmFeatures::union);
        for smaller in [set.difference(one), set.difference(one).union(parts)] {
            if smaller != set && validate(bytes, smaller).is_ok() {
                set = smaller;
                break;
            }
        }
    }
    Ok(set)
}

/// Adds proposals one at a time until `bytes` validates. `None` when that leads nowhere.
fn grow(bytes: &[u8], start: WasmFeatures) -> Option<WasmFeatures> {
    let mut set = start;
    loop {
        let err = match validate(bytes, set) {
            Ok(_) => return Some(set),
            Err(err) => err,
        };
        let named = err.missing_wasm_feature().filter(|f| !set.contains(*f));
        // Not every error names its proposal: then the one that helps is found by trying.
        let next = named.or_else(|| {
            singles(WasmFeatures::all().difference(set))
                .map(|(_, f)| f)
                .find(|f| match validate(bytes, set.union(*f)) {
                    Ok(_) => true,
                    Err(later) => later.offset() > err.offset(),
                })
        })?;
        set = set.union(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(text: &str) -> Vec<String> {
        let bytes = wat::parse_str(text).expect("the test's text is right");
        display_names(minimal(&bytes, WasmFeatures::empty()).expect("valid"))
    }

    #[test]
    fn a_module_of_the_first_release_needs_nothing() {
        assert_eq!(needs("(module (func (result f64) f64.const 1))"), [""; 0]);
    }

    #[test]
    fn each_proposal_is_found_in_the_code() {
        let cases: &[(&str, &[&str])] = &[
            (
                "(module (func (param i32) (result i32) local.get 0 i32.extend8_s))",
                &["sign-extension"],
            ),
            (
                "(module (func (param f32) (result i32) local.get 0 i32.trunc_sat_f32_s))",
                &["saturating-float-to-int"],
            ),
            (
                "(module (func (result i32 i32) i32.const 1 i32.const 2))",
                &["multi-value"],
            ),
            (
                "(module (global (export \"g\") (mut i32) (i32.const 0)))",
                &["mutable-global"],
            ),
            (
                "(module (memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))))",
                &["bulk-memory-opt"],
            ),
            (
                "(module (memory 1) (data \"a\") (func (data.drop 0)))",
                &["bulk-memory"],
            ),
            ("(module (func (param externref)))", &["reference-types"]),
            (
                "(module (func (result v128) v128.const i64x2 0 0))",
                &["simd"],
            ),
            ("(module (memory 1 1 shared))", &["threads"]),
            ("(module (func $f return_call $f))", &["tail-call"]),
            ("(module (memory 1) (memory 1))", &["multi-memory"]),
            ("(module (memory i64 1))", &["memory64"]),
            ("(module (tag) (func throw 0))", &["exceptions"]),
            (
                "(module (func try catch_all end))",
                &["exceptions", "legacy-exceptions"],
            ),
            (
                "(module (global i32 (i32.add (i32.const 1) (i32.const 1))))",
                &["extended-const"],
            ),
            ("(module (type (struct (field i32))))", &["gc"]),
        ];
        for (text, expected) in cases {
            let found = needs(text);
            let of_interest: Vec<&str> = found.iter().map(String::as_str).collect();
            assert!(
                expected.iter().any(|e| of_interest.contains(e)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn taking_any_proposal_away_from_the_minimal_set_breaks_the_module() {
        let bytes = wat::parse_str(
            "(module (memory 1) (data \"x\")
                (func (param externref) (result i32 i32)
                    (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))
                    i32.const 1 (i32.extend8_s (i32.const 2))))",
        )
        .expect("the test's text is right");
        let set = minimal(&bytes, WasmFeatures::empty()).expect("valid");
        assert_eq!(
            display_names(set),
            [
                "bulk-memory",
                "multi-value",
                "reference-types",
                "sign-extension"
            ]
        );
        for (name, one) in singles(set.difference(BASE)) {
            let parent = singles(set).any(|(_, other)| other != one && other.contains(one));
            assert!(
                parent || validate(&bytes, set.difference(one)).is_err(),
                "{name} is not needed"
            );
        }
    }

    #[test]
    fn an_older_wasm_opt_gets_the_wider_flag() {
        let old = |name: &str| name != "bulk-memory-opt";
        assert_eq!(
            wasm_opt_names(WasmFeatures::BULK_MEMORY_OPT, old),
            ["bulk-memory"]
        );
        assert_eq!(
            wasm_opt_names(WasmFeatures::BULK_MEMORY_OPT, |_| true),
            ["bulk-memory-opt"]
        );
    }
}
