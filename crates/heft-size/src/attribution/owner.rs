//! Whose code a function is, by its name.

use super::paths::{demangled_crate, legacy_crate};
use super::v0_mangling;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Code and data whose owner the names do not tell.
pub const UNATTRIBUTED: &str = "[unattributed]";
/// Functions the linker makes: calls of constructors, memory and thread-local set-up, stand-ins for weak symbols.
pub const LINKER: &str = "[linker]";
/// Functions rustc makes or names itself: `main`, the allocator's and the panic handler's shims.
pub const RUSTC: &str = "[rustc]";
/// Functions the optimizer makes.
pub const OPTIMIZER: &str = "[optimizer]";

/// The name of C's library on WASI.
pub const WASI_LIBC: &str = "wasi-libc";
/// The name of C++'s library.
const LIBCXX: &str = "libc++";
/// The name of C++'s run-time support.
const LIBCXXABI: &str = "libc++abi";
/// Rust's own run-time support for what the target has no instructions for.
const COMPILER_BUILTINS: &str = "compiler_builtins";

/// What a module shows about itself, which decides how far a C name can be trusted: `read` is
/// wasi-libc's only where wasi-libc is linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// It imports from WASI, or has functions that only wasi-libc has.
    pub(super) wasi_libc: bool,
    /// It has functions of wasi-libc's own malloc.
    pub(super) wasi_malloc: bool,
    /// It has functions with Rust names.
    pub(super) rust: bool,
}

impl Evidence {
    /// Takes a function's name into account.
    pub(super) fn see(&mut self, name: &str) {
        if is_mangled_rust(name) {
            self.rust = true;
            return;
        }
        if name.starts_with("__wasi_") || name.starts_with("__wasilibc_") {
            self.wasi_libc = true;
        }
        if WASI_MALLOC.binary_search(&without_suffix(name)).is_ok() {
            self.wasi_libc = true;
            self.wasi_malloc = true;
        }
        self.rust |= name.contains("::");
    }

    /// Takes an import's module into account.
    pub(super) fn see_import(&mut self, module: &str) {
        let is_wasi = module.starts_with("wasi_") || module.starts_with("wasi:");
        self.wasi_libc |= is_wasi;
    }
}

/// Whether a name is mangled as rustc does, or as C++ does inside of a namespace: then it is not C's.
pub(crate) fn is_mangled_rust(name: &str) -> bool {
    name.starts_with("_R") || name.starts_with("_ZN")
}

/// Functions that only wasi-libc's malloc (`dlmalloc/src/malloc.c`, built with `USE_DL_PREFIX`) has.
/// Sorted.
pub(crate) const WASI_MALLOC: [&str; 28] = [
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

/// C's interface to an allocator. wasi-libc's where its malloc is linked; otherwise somebody else's,
/// and the name does not say whose. Sorted.
const MALLOC_FAMILY: [&str; 13] = [
    "__libc_calloc",
    "__libc_free",
    "__libc_malloc",
    "__libc_memalign",
    "__libc_realloc",
    "aligned_alloc",
    "calloc",
    "free",
    "malloc",
    "malloc_usable_size",
    "memalign",
    "posix_memalign",
    "realloc",
];

/// In C's library where there is one; otherwise from Rust's `compiler_builtins`. Sorted.
const MEMORY_FUNCTIONS: [&str; 6] = ["bcmp", "memcmp", "memcpy", "memmove", "memset", "strlen"];

/// Whose code a function of this name is: a crate, a C library, or one of the names in brackets.
pub(super) fn owner(name: &str, evidence: Evidence) -> Cow<'_, str> {
    if let Some(krate) = v0_mangling::krate(name).or_else(|| legacy_crate(name)) {
        return match krate {
            Cow::Borrowed(krate) => Cow::Borrowed(rust(krate)),
            krate => krate,
        };
    }
    let c_name = without_suffix(name);
    Cow::Borrowed(
        made_by_tools(c_name, evidence)
            .or_else(|| cpp(name))
            .unwrap_or_else(|| {
                if name.contains("::") && !is_cpp(name) {
                    return demangled_crate(name).map_or(UNATTRIBUTED, rust);
                }
                c_library(c_name, evidence)
            }),
    )
}

/// Whether this is the function that C's start-up code calls. rustc makes it, and the optimizer puts
/// the program's own `main` into it where nothing else calls that.
pub(super) fn is_main(name: &str) -> bool {
    matches!(
        name,
        "main" | "__main_void" | "__main_argc_argv" | "__original_main"
    )
}

/// The crate of a program by its module's name, which rustc makes of the crate's and a hash:
/// `my-program-0123456789abcdef.wasm`.
pub(super) fn program(module: &str) -> Option<String> {
    let (krate, hash) = module.strip_suffix(".wasm")?.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && !krate.is_empty()).then(|| krate.replace('-', "_"))
}

/// `__rustc` is not a crate: rustc puts what it makes itself under that name.
fn rust(krate: &str) -> &str {
    if krate == "__rustc" { RUSTC } else { krate }
}

fn made_by_tools(name: &str, evidence: Evidence) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if starts(&["__wasm_import_", "__wasm_export_", "cabi_"]) {
        return Some("wit-bindgen");
    }
    if starts(&["__wbindgen_", "__wbg_", "__externref_"]) {
        return Some("wasm-bindgen");
    }
    // `crt1-command.o` and `crt1-reactor.o` are wasi-libc's.
    if matches!(name, "_start" | "_initialize") {
        return Some(if evidence.wasi_libc {
            WASI_LIBC
        } else {
            LINKER
        });
    }
    let is_linkers = starts(&[
        "__wasm_",
        "undefined_weak:",
        "signature_mismatch:",
        "undefined_stub",
    ]);
    if is_linkers || name == "__cpp_exception" || name.ends_with(".command_export") {
        return Some(LINKER);
    }
    if starts(&[
        "byn$",
        "asyncify_",
        "__asyncify_",
        "legalstub$",
        "legalfunc$",
    ]) {
        return Some(OPTIMIZER);
    }
    let shims = starts(&["__rust_", "__rdl_", "__rg_", "__rustc_"]);
    let entries = ["rust_begin_unwind", "rust_eh_personality", "rust_panic"];
    // `__rust_i128_add` and its like are run-time support.
    let is_support = lists().compiler_builtins.binary_search(&name).is_ok();
    if (shims && !is_support) || entries.contains(&name) || (is_main(name) && evidence.rust) {
        return Some(RUSTC);
    }
    None
}

/// C++'s libraries. A name of another namespace is nobody's: a namespace is not a library.
fn cpp(name: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if starts(&[
        "__cxa_",
        "__cxxabiv1::",
        "_ZN10__cxxabiv1",
        "_ZNK10__cxxabiv1",
        "__gxx_personality",
        "operator new",
        "operator delete",
        "_Znw",
        "_Zna",
        "_Zdl",
        "_Zda",
    ]) {
        let is_libcs = lists().wasi_libc.binary_search(&name).is_ok();
        return (!is_libcs).then_some(LIBCXXABI);
    }
    if starts(&["_ZNSt3__", "_ZNKSt3__", "_ZSt", "_ZNSt", "_ZNKSt"]) {
        return Some(LIBCXX);
    }
    is_cpp(name).then(|| {
        if cpp_path(name).starts_with("std::") {
            LIBCXX
        } else {
            UNATTRIBUTED
        }
    })
}

/// Whether this is a demangled C++ function, which ends with its parameters.
fn is_cpp(name: &str) -> bool {
    let name = name.trim_end_matches(" const").trim_end_matches(" (.1)");
    name.contains("std::__") || (name.ends_with(')') && name.contains('('))
}

/// The function's path in a demangled C++ name, behind the type it returns.
fn cpp_path(name: &str) -> &str {
    let (mut depth, mut start) = (0_u32, 0);
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth = depth.saturating_sub(1),
            b'(' if depth == 0 && at > 0 => break,
            b' ' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    &name[start..]
}

fn c_library(name: &str, evidence: Evidence) -> &'static str {
    let lists = lists();
    if MALLOC_FAMILY.binary_search(&name).is_ok() {
        return if evidence.wasi_malloc {
            WASI_LIBC
        } else {
            UNATTRIBUTED
        };
    }
    if evidence.wasi_libc {
        let prefixed = ["__wasi_", "__wasilibc_", "wasip2_", "wasi_", "__wasip2_"];
        if prefixed.iter().any(|p| name.starts_with(p)) || name == "__main_void" {
            return WASI_LIBC;
        }
        if lists.wasi_libc.binary_search(&name).is_ok() {
            return WASI_LIBC;
        }
    }
    if lists.compiler_builtins.binary_search(&name).is_ok() {
        // Without libc, a C program's `floor` is its own; the double-underscored are nobody else's.
        if evidence.rust || name.starts_with("__") {
            return COMPILER_BUILTINS;
        }
    }
    if evidence.rust && MEMORY_FUNCTIONS.binary_search(&name).is_ok() {
        return COMPILER_BUILTINS;
    }
    UNATTRIBUTED
}

/// The name without what a compiler or optimizer appends to tell two of the same name apart.
pub(crate) fn without_suffix(name: &str) -> &str {
    let name = name.split_once(".llvm.").map_or(name, |(before, _)| before);
    match name.rsplit_once('.') {
        Some((before, digits))
            if !before.is_empty()
                && !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    }
}

struct Lists {
    wasi_libc: Vec<&'static str>,
    compiler_builtins: Vec<&'static str>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#')).collect();
    LISTS.get_or_init(|| Lists {
        wasi_libc: lines(include_str!("wasi_libc.txt")),
        compiler_builtins: lines(include_str!("compiler_builtins.txt")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WASI: Evidence = Evidence {
        wasi_libc: true,
        wasi_malloc: true,
        rust: true,
    };

    #[test]
    fn lists_that_are_searched_are_sorted() {
        assert!(lists().wasi_libc.is_sorted() && lists().compiler_builtins.is_sorted());
        assert!(
            WASI_MALLOC.is_sorted() && MALLOC_FAMILY.is_sorted() && MEMORY_FUNCTIONS.is_sorted()
        );
        assert!(lists().wasi_libc.len() > 1000 && lists().compiler_builtins.len() > 200);
    }

    #[test]
    fn c_functions_are_their_librarys() {
        for (name, expected) in [
            ("printf_core", WASI_LIBC),
            ("read", WASI_LIBC),
            ("malloc", WASI_LIBC),
            ("dlmalloc", WASI_LIBC),
            ("__wasi_fd_write", WASI_LIBC),
            ("pad.2", WASI_LIBC),
            ("__multi3", COMPILER_BUILTINS),
            ("__wasm_call_ctors", LINKER),
            ("_start", WASI_LIBC),
            ("cabi_realloc", "wit-bindgen"),
            ("__rust_alloc", RUSTC),
            ("main", RUSTC),
            ("my_own_function", UNATTRIBUTED),
        ] {
            assert_eq!(owner(name, WASI), expected, "{name}");
        }
    }

    #[test]
    fn a_common_name_is_nobodys_where_no_library_shows() {
        let none = Evidence::default();
        for name in ["read", "malloc", "pad", "floor", "main"] {
            assert_eq!(owner(name, none), UNATTRIBUTED, "{name}");
        }
        let own_malloc = Evidence {
            wasi_malloc: false,
            ..WASI
        };
        assert_eq!(owner("malloc", own_malloc), UNATTRIBUTED);
    }

    #[test]
    fn cpp_libraries_are_told_from_rust_and_from_the_programs_namespaces() {
        for (name, expected) in [
            ("std::__2::basic_string<char>::append(char const*)", LIBCXX),
            ("_ZNSt3__212basic_stringIcE6appendEPKc", LIBCXX),
            ("operator delete(void*)", LIBCXXABI),
            ("std::__2::pair<int, int> app::both<int>(int)", UNATTRIBUTED),
            ("app::run(int) const", UNATTRIBUTED),
            ("std::rt::lang_start_internal", "std"),
            ("_ZN3app3runEv", UNATTRIBUTED),
        ] {
            assert_eq!(owner(name, Evidence::default()), expected, "{name}");
        }
    }

    #[test]
    fn rust_names_are_their_crates() {
        for (name, expected) in [
            ("_RNvNtCsaeYBpMJDXx8_4core9panicking5panic", "core"),
            ("_RNvCsjJ6pmSBbkgH_7___rustc14___rust_realloc", RUSTC),
            ("_ZN4core3fmt5write17h0123456789abcdefE", "core"),
            ("<talc::wasm::W as talc::source::Source>::acquire", "talc"),
            (
                "hashbrown::raw::RawTable<T>::reserve_rehash::h0123456789abcdef",
                "hashbrown",
            ),
        ] {
            assert_eq!(owner(name, Evidence::default()), expected, "{name}");
        }
    }
}
