//! Counts the words of standard input.

use std::io::{self, Read as _};

// One allocator for Rust, for C and for what the host hands over.
use wasi_alloc as _;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    println!("{}", text.split_whitespace().count());
    Ok(())
}
