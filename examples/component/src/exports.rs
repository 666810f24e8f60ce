//! The functions of `wit/words.wit` as the canonical ABI calls them. For more than a few, the crate `wit-bindgen` writes
//! this.

/// `example:words/counter.count`: a string is its address and its length in bytes.
///
/// # Safety
///
/// The host calls it with a string in UTF-8 in memory that it got from `cabi_realloc`, and leaves that to it.
#[unsafe(export_name = "example:words/counter@0.1.0#count")]
unsafe extern "C" fn count(text: *mut u8, length: usize) -> u32 {
    // SAFETY: the caller's promise. With one heap Rust may free what the host was given.
    let text = unsafe { String::from_raw_parts(text, length, length) };
    crate::count(&text)
}
