//! Which memory allocators are linked into a file, read from its function names.

use crate::binary::sections;
use crate::bytes::Bytes;
use crate::tree::core_modules;
use serde::Serialize;
use std::collections::HashMap;
use wasmparser::{BinaryReader, Name, NameSectionReader, Parser, Payload};

/// A family of functions that together are an allocator.
struct Family {
    name: &'static str,
    is_member: fn(&str) -> bool,
}

/// The families looked for. A new allocator is a row.
const FAMILIES: &[Family] = &[
    Family {
        name: "wasi-libc dlmalloc",
        is_member: |name| WASI_LIBC.contains(&name),
    },
    Family {
        name: "dlmalloc crate",
        is_member: |name| is_in_crate(name, "dlmalloc"),
    },
    Family {
        name: "talc",
        is_member: |name| is_in_crate(name, "talc"),
    },
    Family {
        name: "lol_alloc",
        is_member: |name| is_in_crate(name, "lol_alloc"),
    },
    Family {
        name: "rlsf",
        is_member: |name| is_in_crate(name, "rlsf"),
    },
    Family {
        name: "wee_alloc",
        is_member: |name| is_in_crate(name, "wee_alloc"),
    },
];

/// Functions of wasi-libc's `dlmalloc/src/malloc.c`, which is compiled with `USE_DL_PREFIX`.
///
/// NB: not `malloc`, `free` and the like: they are thin wrappers here, and another allocator that
/// serves C has them as well.
const WASI_LIBC: &[&str] = &[
    "add_segment",
    "alloc_perturb",
    "change_mparam",
    "dispose_chunk",
    "dlcalloc",
    "dlfree",
    "dlmalloc",
    "dlmalloc_usable_size",
    "dlmemalign",
    "dlposix_memalign",
    "dlrealloc",
    "dlrealloc_in_place",
    "has_segment_link",
    "init_bins",
    "init_mparams",
    "init_top",
    "internal_memalign",
    "mmap_alloc",
    "mmap_resize",
    "prepend_alloc",
    "release_unused_segments",
    "segment_holding",
    "sys_alloc",
    "sys_trim",
    "tmalloc_large",
    "tmalloc_small",
    "try_init_allocator",
    "try_realloc_chunk",
];

/// Grows the heap for wasi-libc's allocator; counted with it, and alone it is no allocator.
const WASI_LIBC_HELPER: &str = "sbrk";

/// The functions of one allocator in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allocator {
    /// Which allocator.
    pub family: &'static str,
    /// How many functions of it are linked.
    pub functions: u64,
    /// Their bodies' size in the code section.
    pub code_bytes: Bytes,
}

/// Counts the allocators in a module or component. `None` when no core module has a `name` section.
#[must_use]
pub fn allocators(file: &[u8]) -> Option<Vec<Allocator>> {
    let mut found: Vec<Allocator> = FAMILIES
        .iter()
        .map(|family| Allocator {
            family: family.name,
            functions: 0,
            code_bytes: Bytes(0),
        })
        .collect();
    let mut has_names = false;
    for module in core_modules(file).ok()? {
        let Some(names) = function_names(module.bytes) else {
            continue;
        };
        has_names = true;
        let mut helper = None;
        let libc_before = found[0].functions;
        for (index, size) in bodies(module.bytes) {
            let Some(name) = names.get(&index) else {
                continue;
            };
            let name = plain(name);
            if name == WASI_LIBC_HELPER {
                helper = Some(size);
            }
            for (family, count) in FAMILIES.iter().zip(&mut found) {
                if (family.is_member)(&name) {
                    count.functions += 1;
                    count.code_bytes.0 += size.0;
                }
            }
        }
        if let Some(size) = helper.filter(|_| found[0].functions > libc_before) {
            found[0].functions += 1;
            found[0].code_bytes.0 += size.0;
        }
    }
    found.retain(|allocator| allocator.functions > 0);
    has_names.then_some(found)
}

/// The name as a person would write it: demangled, without hash and linker suffix.
fn plain(name: &str) -> String {
    let demangled = format!("{:#}", rustc_demangle::demangle(name));
    match demangled.split_once(".llvm.") {
        Some((before, _)) => before.to_owned(),
        None => demangled,
    }
}

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

/// The function names of a core module by function index. `None` without a `name` section.
fn function_names(module: &[u8]) -> Option<HashMap<u32, String>> {
    let (_, sections) = sections(module, 0).ok()?;
    let (_, body) = sections
        .iter()
        .filter_map(|s| s.custom())
        .find(|(name, _)| *name == "name")?;
    let mut found = HashMap::new();
    for subsection in NameSectionReader::new(BinaryReader::new(body, 0)) {
        // A broken name section is no reason to fail: names have no meaning for the code.
        let Ok(Name::Function(map)) = subsection else {
            continue;
        };
        for naming in map.into_iter().filter_map(Result::ok) {
            found.insert(naming.index, naming.name.to_owned());
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Function index and size of each body in a core module.
fn bodies(module: &[u8]) -> Vec<(u32, Bytes)> {
    let mut next = 0;
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::ImportSection(section)) => {
                let imports = section.into_imports().filter_map(Result::ok);
                next = imports.fold(0, |count, import| {
                    let is_function = matches!(
                        import.ty,
                        wasmparser::TypeRef::Func(_) | wasmparser::TypeRef::FuncExact(_)
                    );
                    count + u32::from(is_function)
                });
            }
            Ok(Payload::CodeSectionEntry(body)) => {
                let range = body.range();
                found.push((next, Bytes(range.end - range.start)));
                next += 1;
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    found
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
    fn without_names_nothing_is_known() {
        assert_eq!(count("(module (func))"), None);
    }

    #[test]
    fn code_bytes_are_the_sizes_of_the_bodies() {
        let file = wat::parse_str("(module (func $dlfree nop nop nop))").expect("right");
        // Three instructions, the count of locals, the end.
        assert_eq!(allocators(&file).expect("named")[0].code_bytes, Bytes(5));
    }
}
