//! Counts the words of standard input: the ten most frequent first.

#[cfg(all(target_os = "wasi", feature = "mine"))]
mod allocator;
#[cfg(all(target_os = "wasi", feature = "mine"))]
mod one_heap;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Read as _};

// The allocator of the features `dlmalloc` and `talc`, and in any case a short `__assert_fail` of C's.
use wasi_alloc as _;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;

    let mut counts = BTreeMap::<String, usize>::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));

    for (word, count) in counts.iter().take(10) {
        println!("{count} {word}");
    }
    Ok(())
}
