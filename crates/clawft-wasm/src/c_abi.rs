//! The library for programs that are not written in Rust: a request in, a response out, both JSON.
//!
//! In a `wasm32-wasip1` build of the `cdylib` these functions are the module's exports:
//!
//! ```c
//! typedef struct { uint8_t *data; size_t len; } clawft_response;
//!
//! uint32_t         clawft_init(void);                          // first; 1, the version of this interface
//! uint8_t         *clawft_alloc(size_t len);                   // room for a request, or NULL
//! clawft_response *clawft_handle(const uint8_t *json, size_t len);
//! void             clawft_free(clawft_response *response);     // with its data
//! void             clawft_dealloc(uint8_t *room, size_t len);  // what clawft_alloc gave
//! ```
//!
//! A request is `{"command": "agent", "message": "hello", "session": "s", "config": "clawft.json"}`;
//! `command` is `agent`, `config check`, `config show`, `memory add` (with a `message`), `memory search`
//! (with a `message`, and a `limit`), `memory list`, `memory forget` (with a `number`), `help` or
//! `version`, and what a command does not need is left out. A response is `{"exit_code": 0, "text": "…", "warnings": ["…"]}` (without
//! `warnings` if there are none) or `{"exit_code": 2, "error": "…"}`. Files are those of the current
//! folder, which under WASI is the preopened one.
//!
//! The `c-abi` feature is off by default: rustc exports these names from every module they are linked
//! into, and then the `clawft` command would carry them too. A component can not export raw pointers,
//! so a `wasm32-wasip2` build has no use for them.

use std::path::Path;
use std::ptr;
use std::slice;

use crate::request;

/// The version of this interface; it changes with the signatures and the meaning of the fields.
const VERSION: u32 = 1;

/// A response's JSON text, in UTF-8 and without a zero at its end.
#[repr(C)]
pub struct Response {
    /// The first byte.
    pub data: *mut u8,
    /// How many bytes there are.
    pub len: usize,
}

/// Prepares the library and returns the version of this interface, 1. Call it before the others;
/// calling it again does nothing more.
#[unsafe(no_mangle)]
pub extern "C" fn clawft_init() -> u32 {
    #[cfg(target_os = "wasi")]
    call_constructors();
    VERSION
}

/// Runs the constructors of wasi-libc, once.
///
/// NB: the linker looks for this call. A WASI module that never calls `__wasm_call_ctors` is taken for
/// a command, and then each export runs all constructors before and all destructors after itself.
#[cfg(target_os = "wasi")]
fn call_constructors() {
    use std::sync::atomic::{AtomicBool, Ordering};

    static DONE: AtomicBool = AtomicBool::new(false);
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    if !DONE.swap(true, Ordering::Relaxed) {
        // SAFETY: the linker defines it; WASI without threads has one caller, which comes once.
        unsafe { __wasm_call_ctors() };
    }
}

/// Returns `len` bytes of zeros for the caller to put a request in, or null if `len` is 0 or there is
/// not that much memory.
#[unsafe(no_mangle)]
pub extern "C" fn clawft_alloc(len: usize) -> *mut u8 {
    let mut room = Vec::new();
    if len == 0 || room.try_reserve_exact(len).is_err() {
        return ptr::null_mut();
    }
    room.resize(len, 0_u8);
    Box::into_raw(room.into_boxed_slice()).cast()
}

/// Gives back what [`clawft_alloc`] gave; null is fine.
///
/// # Safety
/// `room` comes from `clawft_alloc(len)` with this very `len`, and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clawft_dealloc(room: *mut u8, len: usize) {
    if !room.is_null() {
        // SAFETY: `clawft_alloc` made it with `Box::into_raw` of a slice of `len` bytes, and the
        // caller gives it up.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(room, len)) });
    }
}

/// Executes the request in the `len` bytes at `json`; returns a response that [`clawft_free`] frees.
/// Never null: what is wrong with a request is in its response. The request stays the caller's.
///
/// # Safety
/// `len` bytes at `json` can be read, and nothing writes to them during the call. With `len` 0 `json`
/// may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clawft_handle(json: *const u8, len: usize) -> *mut Response {
    let json = if json.is_null() || len == 0 {
        &[][..]
    } else {
        // SAFETY: the caller promises `len` readable bytes that stay as they are.
        unsafe { slice::from_raw_parts(json, len) }
    };
    let text = request::handle(json, Path::new("")).into_boxed_str();
    let len = text.len();
    Box::into_raw(Box::new(Response {
        data: Box::into_raw(text).cast(),
        len,
    }))
}

/// Frees a response and its data; null is fine.
///
/// # Safety
/// `response` comes from [`clawft_handle`], unchanged, and neither it nor its data is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clawft_free(response: *mut Response) {
    if response.is_null() {
        return;
    }
    // SAFETY: `clawft_handle` made it with `Box::into_raw`, and the caller gives it up.
    let Response { data, len } = *unsafe { Box::from_raw(response) };
    // SAFETY: `clawft_handle` made it with `Box::into_raw` of a `str` of `len` bytes.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(data, len)) });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes the way a C program goes.
    fn ask(request: &str) -> String {
        let len = request.len();
        let room = clawft_alloc(len);
        assert_eq!(room.is_null(), len == 0);
        if !room.is_null() {
            // SAFETY: there are `len` bytes at `room`, and `request` is somewhere else.
            unsafe { ptr::copy_nonoverlapping(request.as_ptr(), room, len) };
        }
        // SAFETY: the request is at `room`; the response is read before it is freed, once.
        unsafe {
            let response = clawft_handle(room, len);
            clawft_dealloc(room, len);
            let data = slice::from_raw_parts((*response).data, (*response).len);
            let text = String::from_utf8(data.to_vec()).expect("UTF-8");
            clawft_free(response);
            text
        }
    }

    #[test]
    fn a_request_gets_its_response() {
        assert_eq!(clawft_init(), 1);
        assert_eq!(
            ask(r#"{"command":"version"}"#),
            concat!(
                r#"{"exit_code":0,"text":"clawft "#,
                env!("CARGO_PKG_VERSION"),
                r#"\n"}"#
            )
        );
    }

    #[test]
    fn an_empty_request_gets_an_error() {
        assert!(ask("").starts_with(r#"{"exit_code":2,"error":"request:1:1:"#));
    }

    #[test]
    fn too_much_memory_is_refused_and_null_is_freed() {
        assert!(clawft_alloc(usize::MAX).is_null());
        // SAFETY: null is allowed.
        unsafe {
            clawft_dealloc(ptr::null_mut(), 5);
            clawft_free(ptr::null_mut());
        }
    }
}
