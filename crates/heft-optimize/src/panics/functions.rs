//! Which functions panic.
//!
//! The functions of the standard library that return `!` because they panic, or because memory ran out. From the
//! sources of Rust 1.97.1 (`grep -rn -- '-> !' library/{core,alloc,std}/src`), and from those of 1.70 and later
//! where a name has changed since. Not among them is what ends a program on purpose (`std::process::exit`, `abort`),
//! and what only takes part in a panic and returns (hooks, counters, payloads).

/// Modules in which every function panics.
const MODULES: [&str; 3] = [
    // `panic`, `panic_fmt`, `panic_bounds_check`, `assert_failed`, `panic_const::*` and the like.
    "core::panicking::",
    // Arithmetic that overflows, where it is checked in calls.
    "core::num::imp::overflow_panic::",
    "core::num::overflow_panic::",
];

/// Single functions.
const FUNCTIONS: &[&str] = &[
    // core
    "core::cell::lazy::panic_poisoned",
    "core::cell::panic_already_borrowed",
    "core::cell::panic_already_mutably_borrowed",
    "core::num::from_ascii_radix_panic",
    "core::num::from_str_radix_panic",
    "core::num::imp::int_log10::panic_for_nonpositive_argument",
    "core::num::imp::int_sqrt::panic_for_negative_argument",
    "core::num::int_log10::panic_for_nonpositive_argument",
    "core::num::int_sqrt::panic_for_negative_argument",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::<impl [T]>::copy_from_slice::len_mismatch_fail",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_end_index_len_fail",
    "core::slice::index::slice_end_index_overflow_fail",
    "core::slice::index::slice_index_fail",
    "core::slice::index::slice_index_order_fail",
    "core::slice::index::slice_start_index_len_fail",
    "core::slice::index::slice_start_index_overflow_fail",
    "core::slice::sort::shared::smallsort::panic_on_ord_violation",
    "core::str::slice_error_fail",
    "core::str::slice_error_fail_rt",
    "core::wtf8::slice_error_fail",
    // alloc
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "alloc::vec::Vec::insert::assert_failed",
    "alloc::vec::Vec::insert_mut::assert_failed",
    "alloc::vec::Vec::remove::assert_failed",
    "alloc::vec::Vec::split_off::assert_failed",
    "alloc::vec::Vec::swap_remove::assert_failed",
    // std
    "std::alloc::rust_oom",
    "std::panic::panic_any",
    "std::panic::resume_unwind",
    "std::panicking::begin_panic",
    "std::panicking::begin_panic_handler",
    "std::panicking::panic_handler",
    "std::panicking::panic_with_hook",
    "std::panicking::resume_unwind",
    "std::panicking::rust_panic_with_hook",
    "std::panicking::rust_panic_without_hook",
    "std::sync::lazy_lock::panic_poisoned",
    "std::thread::local::panic_access_error",
    // What `#[panic_handler]` makes, a program's own as well as std's: since 1.87 in a crate of rustc's own.
    "__rustc::rust_begin_unwind",
    "rust_begin_unwind",
];

/// What functions inside of those are called: closures, and what `const_panic!` and `const_eval_select!` of the
/// standard library make.
const INSIDE: [&str; 4] = ["::{", "::do_panic", "::rt_error", "::runtime"];

/// Whether a function of this name is one of those that panic. `name` is demangled, without a hash and without
/// generic arguments.
pub(super) fn panics(name: &str) -> bool {
    let plain = plain(name);
    let is = |function: &&str| {
        plain.strip_prefix(*function).is_some_and(|rest| {
            rest.is_empty() || INSIDE.iter().any(|inside| rest.starts_with(inside))
        })
    };
    MODULES.iter().any(|module| plain.starts_with(module)) || FUNCTIONS.iter().any(is)
}

/// `<alloc::vec::Vec>::insert::f` as `alloc::vec::Vec::insert::f`, which older manglings make of it. Not what belongs
/// to a trait: whatever that is, it is not one of those that panic.
fn plain(name: &str) -> String {
    match name.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((ty, rest)) if !ty.contains(" as ") => format!("{ty}{rest}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_is_known_by_name_with_what_is_inside_of_it() {
        for name in [
            "core::panicking::panic_fmt",
            "core::panicking::panic_const::panic_const_div_by_zero",
            "core::panicking::assert_failed",
            "core::option::expect_failed",
            "core::num::from_ascii_radix_panic::do_panic::runtime",
            "core::slice::<impl [T]>::copy_from_slice::len_mismatch_fail",
            "<alloc::vec::Vec>::remove::assert_failed",
            "alloc::vec::Vec::remove::assert_failed",
            "alloc::alloc::handle_alloc_error::rt_error",
            "std::panicking::panic_handler::{closure#0}",
            "std::panicking::begin_panic_handler::{{closure}}",
            "__rustc::rust_begin_unwind",
            "rust_begin_unwind",
        ] {
            assert!(panics(name), "{name}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_left_alone() {
        for name in [
            "",
            "<",
            "<>",
            "panic",
            "core::panicking",
            "core::panicking_of_mine::panic",
            "app::core::panicking::panic",
            "<app::Panic as core::panicking::Panics>::panic",
            "<core::panicking::AssertKind as core::fmt::Debug>::fmt",
            "app::panicking::panic_fmt",
            "core::option::expect_failed_not",
            "core::option::Option::expect",
            "std::panicking::default_hook",
            "std::panicking::panic_handler::FormatStringPayload::fill",
            "std::panicking::catch_unwind",
            "std::panicking::panic_count::increase",
            "std::panic::set_hook",
            "std::panic::catch_unwind",
            "std::process::exit",
            "std::process::abort",
            "abort",
            "my_rust_begin_unwind",
            "core::panicking\u{202e}::panic",
        ] {
            assert!(!panics(name), "{name}");
        }
    }
}
