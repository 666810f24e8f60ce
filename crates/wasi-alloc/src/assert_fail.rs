//! Where panics say nothing, C's assertions say nothing either: a failed one traps, as it does in any
//! case after its message. What it saves is the message's way to standard error: musl's `printf` family
//! with all its formats, some 8 KB, wherever wasi-libc is built with assertions.
#![allow(unsafe_code, reason = "an exported C symbol")]

use core::ffi::{c_char, c_int};

/// In the place of wasi-libc's, which is only linked when this is not there.
#[unsafe(no_mangle)]
extern "C" fn __assert_fail(
    _expression: *const c_char,
    _file: *const c_char,
    _line: c_int,
    _function: *const c_char,
) -> ! {
    core::arch::wasm32::unreachable()
}
