//! Which memory allocators are linked into a file, read from its function names.

use crate::attribution::{
    Attribution, WASI_MALLOC, attribute, display_name, is_mangled_rust, without_suffix,
};
use heft_wasm::bytes::Bytes;
use serde::Serialize;

/// A family of functions that together are an allocator.
struct Family {
    name: &'static str,
    /// The crate it is, or a module of one; `None` for C.
    krate: Option<&'static str>,
}

/// The allocator that C has of its own on WASI.
pub(crate) const WASI_LIBC_MALLOC: &str = "wasi-libc dlmalloc";

/// The families looked for. A new allocator is a row.
const FAMILIES: &[Family] = &[
    Family {
        // NB: not by `malloc`, `free` and the like: they are thin wrappers here, and another
        // allocator that serves C has them as well.
        name: WASI_LIBC_MALLOC,
        krate: None,
    },
    Family {
        name: "dlmalloc crate",
        krate: Some("dlmalloc"),
    },
    Family {
        name: "talc",
        krate: Some("talc"),
    },
    Family {
        name: "lol_alloc",
        krate: Some("lol_alloc"),
    },
    Family {
        name: "rlsf",
        krate: Some("rlsf"),
    },
    Family {
        name: "wee_alloc",
        krate: Some("wee_alloc"),
    },
    Family {
        // The rest of that crate stands between any allocator and its callers.
        name: "wasi-alloc slabs",
        krate: Some("wasi_alloc::slabs"),
    },
];

/// Grows the heap for wasi-libc's allocator; counted with it, and alone it is not an allocator.
const WASI_LIBC_HELPER: &str = "sbrk";

/// The functions of one allocator in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allocator {
    /// Which allocator.
    pub family: &'static str,
    /// How many functions of it are linked.
    pub functions: u64,
    /// Their bodies' size in the code section.
    pub code_bytes: Bytes,
    /// How many of them an export, the start function, a table or a global leads to through calls and
    /// references. `None` when some code could not be read.
    pub reachable_functions: Option<u64>,
}

/// Counts the allocators in a module or component by its own names. `None` without function names,
/// and for what can't be read.
#[must_use]
pub fn allocators(file: &[u8]) -> Option<Vec<Allocator>> {
    linked(&attribute(file, None).ok()?)
}

/// Counts the allocators of a file. `None` without function names.
#[must_use]
pub fn linked(attribution: &Attribution<'_>) -> Option<Vec<Allocator>> {
    if !attribution.has_names {
        return None;
    }
    let mut found: Vec<Allocator> = FAMILIES
        .iter()
        .map(|family| Allocator {
            family: family.name,
            functions: 0,
            code_bytes: Bytes(0),
            reachable_functions: Some(0),
        })
        .collect();
    for module in &attribution.modules {
        let mut members: Vec<(usize, usize)> = Vec::new();
        let mut helper = None;
        let own = &attribution.functions[module.functions.clone()];
        for (place, function) in own.iter().enumerate() {
            let Some(name) = function.name.as_deref() else {
                continue;
            };
            members.extend(families(name).map(|family| (family, place)));
            if c_name(name) == Some(WASI_LIBC_HELPER) {
                helper = Some(place);
            }
        }
        let has_wasi = members.iter().any(|(family, _)| *family == 0);
        members.extend(helper.filter(|_| has_wasi).map(|place| (0, place)));
        if members.is_empty() {
            continue;
        }
        let graph = attribution.calls(module);
        let reachable = graph.reachable();
        for (family, place) in members {
            let row = &mut found[family];
            row.functions += 1;
            row.code_bytes.0 += own[place].bytes.0;
            row.reachable_functions = match row.reachable_functions {
                Some(count) if graph.complete => Some(count + u64::from(reachable[place])),
                _ => None,
            };
        }
    }
    found.retain(|allocator| allocator.functions > 0);
    Some(found)
}

/// What to do when more than one allocator can be reached; `None` when there is nothing to do.
#[must_use]
pub fn hint(allocators: &[Allocator]) -> Option<String> {
    let live: Vec<&Allocator> = allocators
        .iter()
        .filter(|allocator| allocator.reachable_functions != Some(0))
        .collect();
    if live.len() < 2 {
        return None;
    }
    let names: Vec<&str> = live.iter().map(|allocator| allocator.family).collect();
    let sum: Bytes = live.iter().map(|allocator| allocator.code_bytes).sum();
    Some(format!(
        "{} allocators can be reached ({}), {sum} of code; each keeps a heap of its own. Let one serve the others' \
         callers, e.g. define C's malloc family over the Rust allocator",
        live.len(),
        names.join(", "),
    ))
}

/// Whether a crate is an allocator or holds one, by its name as in Rust code: `talc`, `wasi_alloc`.
///
/// ```
/// use heft_size::allocators::is_allocator_crate;
///
/// assert!(is_allocator_crate("lol_alloc"));
/// assert!(!is_allocator_crate("alloc"), "what asks for memory is Rust's own");
/// ```
#[must_use]
pub fn is_allocator_crate(name: &str) -> bool {
    let crates = FAMILIES.iter().filter_map(|family| family.krate);
    crates.map(crate_of).any(|krate| krate == name)
}

/// The crate of a path: `wasi_alloc` of `wasi_alloc::slabs`.
fn crate_of(path: &str) -> &str {
    path.split_once("::").map_or(path, |(krate, _)| krate)
}

/// The allocators that a function belongs to: most belong to none.
pub(crate) fn families_of(name: &str) -> impl Iterator<Item = &'static str> {
    families(name).map(|place| FAMILIES[place].name)
}

/// The places in [`FAMILIES`] of the allocators a function belongs to: most belong to none.
fn families(name: &str) -> impl Iterator<Item = usize> {
    let is_c = c_name(name).is_some_and(|name| WASI_MALLOC.binary_search(&name).is_ok());
    let of_crates = FAMILIES
        .iter()
        .enumerate()
        .filter_map(move |(place, family)| {
            let krate = family.krate?;
            // Demangling is slow, and a name that does not hold the crate's need not be demangled.
            (name.contains(crate_of(krate)) && is_in_crate(&display_name(name), krate))
                .then_some(place)
        });
    let of_crates = may_name_a_crate(name).then_some(of_crates);
    is_c.then_some(0)
        .into_iter()
        .chain(of_crates.into_iter().flatten())
}

/// The name of a function of C's, without what the compiler appends.
fn c_name(name: &str) -> Option<&str> {
    (!is_mangled_rust(name)).then(|| without_suffix(name))
}

/// Whether a name holds the first letters of any crate of [`FAMILIES`]: most do not, and one look tells.
fn may_name_a_crate(name: &str) -> bool {
    let mut windows = name.as_bytes().windows(FIRST);
    windows.any(|window| {
        let window = window.first_chunk::<FIRST>();
        window.is_some_and(|window| FIRSTS.contains(window))
    })
}

/// How many letters tell most names apart: no crate of [`FAMILIES`] has fewer, or this does not compile.
const FIRST: usize = 4;

/// The first letters of each crate's name.
const FIRSTS: [[u8; FIRST]; FAMILIES.len()] = {
    let mut all = [[0; FIRST]; FAMILIES.len()];
    let mut at = 0;
    while at < FAMILIES.len() {
        if let Some(krate) = FAMILIES[at].krate {
            all[at].copy_from_slice(krate.as_bytes().split_at(FIRST).0);
        }
        at += 1;
    }
    all
};

/// Whether a demangled Rust path names something of this crate as its first part or as the type or
/// trait it is about: `talc::base::Talc<S>::alloc`, `<talc::wasm::X as core::alloc::GlobalAlloc>::alloc`.
fn is_in_crate(name: &str, krate: &str) -> bool {
    let is_path = |text: &str| {
        text.strip_prefix(krate)
            .is_some_and(|rest| rest.starts_with("::") || rest.starts_with('['))
    };
    let inner = name.trim_start_matches(['<', '&', '_']);
    is_path(inner) || name.split_once(" as ").is_some_and(|(_, of)| is_path(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Option<Vec<(&'static str, u64)>> {
        let file = wat::parse_str(text).expect("the test's text is right");
        let found = allocators(&file)?;
        Some(found.into_iter().map(|a| (a.family, a.functions)).collect())
    }

    #[test]
    fn the_c_dlmalloc_and_the_crate_of_that_name_are_told_apart() {
        let text = r#"(module
            (import "a" "b" (func $imported))
            (func $dlmalloc) (func $dispose_chunk) (func $sbrk) (func $malloc)
            (func $_ZN8dlmalloc8dlmalloc17Dlmalloc$LT$A$GT$6malloc17h0123456789abcdefE))"#;
        let expected = vec![("wasi-libc dlmalloc", 3), ("dlmalloc crate", 1)];
        assert_eq!(count(text), Some(expected));
    }

    #[test]
    fn slabs_are_an_allocator_and_what_they_share_a_crate_with_is_not() {
        let text = r#"(module
            (func $_ZN10wasi_alloc5slabs6source4grow17h0123456789abcdefE)
            (func $"<wasi_alloc::slabs::Slabs<M> as core::alloc::global::GlobalAlloc>::alloc")
            (func $_ZN10wasi_alloc4edge4fits17h0123456789abcdefE))"#;
        assert_eq!(count(text), Some(vec![("wasi-alloc slabs", 2)]));
    }

    #[test]
    fn talc_and_lol_alloc_are_found_in_every_module_of_a_component() {
        let text = r#"(component
            (core module (func $_ZN4talc4base4Talc5alloc17h0123456789abcdefE))
            (core module
                (func $_ZN92_$LT$lol_alloc..free_list..FreeListAllocator$u20$as$u20$core..alloc..global..GlobalAlloc$GT$5alloc17h0123456789abcdefE)
                (func $"<talc::wasm::WasmSource as talc::source::Source>::acquire")))"#;
        assert_eq!(count(text), Some(vec![("talc", 2), ("lol_alloc", 1)]));
    }

    #[test]
    fn names_that_only_contain_an_allocators_name_do_not_count() {
        let text = r#"(module (func $my_dlmalloc) (func $sbrk) (func $"italc::x") (func $"app::talc::x"))"#;
        assert_eq!(count(text), Some(vec![]));
    }

    #[test]
    fn a_crate_is_an_allocator_when_it_is_one_or_holds_one() {
        for krate in [
            "dlmalloc",
            "talc",
            "lol_alloc",
            "rlsf",
            "wee_alloc",
            "wasi_alloc",
        ] {
            assert!(is_allocator_crate(krate), "{krate}");
        }
        for krate in [
            "alloc",
            "wasi-libc dlmalloc",
            "talc_tail",
            "slabs",
            "wasi_alloc::slabs",
            "",
        ] {
            assert!(!is_allocator_crate(krate), "{krate}");
        }
    }

    #[test]
    fn without_names_nothing_is_known() {
        assert_eq!(count("(module (func))"), None);
    }

    #[test]
    fn code_bytes_are_the_sizes_of_the_bodies_with_their_lengths() {
        let file = wat::parse_str("(module (func $dlfree nop nop nop))").expect("right");
        // The length, the count of locals, three instructions, the end.
        assert_eq!(allocators(&file).expect("named")[0].code_bytes, Bytes(6));
    }

    #[test]
    fn what_is_linked_and_what_can_be_reached_are_two_counts() {
        let text = r#"(module
            (func $malloc (export "malloc") call $dlmalloc) (func $dlmalloc) (func $dlfree)
            (func $"talc::alloc"))"#;
        let file = wat::parse_str(text).expect("right");
        let found = allocators(&file).expect("named");
        let counts: Vec<_> = found
            .iter()
            .map(|a| (a.family, a.functions, a.reachable_functions))
            .collect();
        assert_eq!(
            counts,
            [("wasi-libc dlmalloc", 2, Some(1)), ("talc", 1, Some(0))]
        );
        assert_eq!(hint(&found), None, "only one can be reached");
    }

    #[test]
    fn two_that_can_be_reached_are_hinted_at() {
        let text = r#"(module (func $dlmalloc (export "a")) (func $"talc::alloc" (export "b")))"#;
        let found = allocators(&wat::parse_str(text).expect("right")).expect("named");
        let said = hint(&found).expect("two");
        assert!(
            said.contains("wasi-libc dlmalloc, talc") && said.contains("6 B"),
            "{said}"
        );
    }
}
