//! Counts words: as a command those of standard input, as a component those of any text that it is given.

#[cfg(target_env = "p2")]
mod exports;

use std::io::{self, Read as _};

// One allocator for Rust, for C and for what the host hands over.
use wasi_alloc as _;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    println!("{}", count(&text));
    Ok(())
}

fn count(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).expect("memory has fewer bytes")
}
