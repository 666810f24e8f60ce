//! C's failed assertions, without `printf`.
//!
//! wasi-libc's own says its line by musl's `fprintf`, with all its formats: some 8 to 13 KB in every module
//! wherever wasi-libc is built with assertions. This one writes the same line piece by piece. Where
//! panics say nothing (`panic = "immediate-abort"`), it says nothing either. Both end in a trap.
#![allow(unsafe_code, reason = "an exported C symbol, and C's strings")]

use core::ffi::{c_char, c_int};

/// In the place of wasi-libc's, which is only linked when this is not there.
#[unsafe(no_mangle)]
extern "C" fn __assert_fail(
    expression: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> ! {
    #[cfg(not(panic = "immediate-abort"))]
    message::write(expression, file, line, function);
    #[cfg(panic = "immediate-abort")]
    let _ = (expression, file, line, function);
    core::arch::wasm32::unreachable()
}

#[cfg(not(panic = "immediate-abort"))]
mod message {
    use core::ffi::{CStr, c_char, c_int};

    const STDERR: c_int = 2;
    /// Of the largest `u32`.
    const DIGITS: usize = 10;

    /// Writes musl's line: `Assertion failed: EXPRESSION (FILE: FUNCTION: LINE)`.
    pub(super) fn write(
        expression: *const c_char,
        file: *const c_char,
        line: c_int,
        function: *const c_char,
    ) {
        say(b"Assertion failed: ");
        say(text(expression));
        say(b" (");
        say(text(file));
        say(b": ");
        say(text(function));
        say(b": ");
        number(line.unsigned_abs());
        say(b")\n");
    }

    fn text<'a>(string: *const c_char) -> &'a [u8] {
        if string.is_null() {
            return b"?";
        }
        // SAFETY: `assert` gives literals, which end with a zero and live for ever.
        unsafe { CStr::from_ptr(string) }.to_bytes()
    }

    fn number(mut rest: u32) {
        let mut digits = [b'0'; DIGITS];
        let mut first = DIGITS;
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit += (rest % 10).to_le_bytes()[0];
            rest /= 10;
            first = at;
            if rest == 0 {
                break;
            }
        }
        say(digits.get(first..).unwrap_or_default());
    }

    /// Whether it can be written makes no difference any more.
    fn say(bytes: &[u8]) {
        // SAFETY: it reads as many bytes as there are.
        let _ = unsafe { libc::write(STDERR, bytes.as_ptr(), bytes.len()) };
    }

    mod libc {
        use core::ffi::c_int;

        unsafe extern "C" {
            // Of <unistd.h>.
            pub(super) fn write(file: c_int, bytes: *const u8, length: usize) -> isize;
        }
    }
}
