//! Work that moves, grows, splits and drops what came in.

use alloc_workloads::checksum::{self, Fnv};
use std::collections::BTreeMap;

/// Lines that depend on `input` alone.
pub(crate) fn lines(input: Vec<u8>) -> Vec<String> {
    let reads = chunked(&input);
    let words = count_words(&input);
    let aligned = aligned(&input);
    let grown = grown(input);
    vec![
        format!("chunked: {reads:016x}"),
        format!("words: {words}"),
        format!("aligned: {aligned:016x}"),
        format!("grown: {grown:016x}"),
    ]
}

/// Copies through buffers of growing odd sizes, each of them dropped out of order.
fn chunked(input: &[u8]) -> u64 {
    let mut sum = Fnv::new();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let mut rest = input;
    let mut size = 1;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        kept.push(chunk.to_vec());
        if kept.len() > 16 {
            sum.add(&kept.swap_remove(size % 16));
        }
        rest = after;
        size = size * 5 / 4 + 3;
    }
    for chunk in kept {
        sum.add(&chunk);
    }
    sum.value()
}

/// Counts the words of the first mebibyte as lossy text: many small strings in a tree.
fn count_words(input: &[u8]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let text = String::from_utf8_lossy(&input[..input.len().min(1 << 20)]);
    for word in text.split_whitespace() {
        *counts.entry(word.to_uppercase()).or_default() += 1;
    }
    let all: String = counts
        .iter()
        .map(|(word, count)| format!("{word} {count}\n"))
        .collect();
    format!(
        "{} different, {:016x}",
        counts.len(),
        checksum::of(all.as_bytes())
    )
}

/// Blocks with more alignment than any allocator gives unasked.
fn aligned(input: &[u8]) -> u64 {
    #[derive(Clone, Copy)]
    #[repr(align(64))]
    struct Line([u8; 64]);

    let mut lines = Vec::new();
    for chunk in input.chunks_exact(64).take(4096) {
        let mut line = Line([0; 64]);
        line.0.copy_from_slice(chunk);
        lines.push(Box::new(line));
    }
    let mut sum = Fnv::new();
    for line in lines {
        assert!(
            std::ptr::from_ref(&*line).addr().is_multiple_of(64),
            "a box is out of line"
        );
        sum.add(&line.0);
    }
    sum.value()
}

/// Grows and shrinks the vector itself.
fn grown(mut input: Vec<u8>) -> u64 {
    input.extend_from_within(..input.len() / 2);
    input.extend_from_slice(b"and a tail");
    input.shrink_to_fit();
    input.truncate(input.len() / 3);
    input.shrink_to_fit();
    checksum::of(&input.into_boxed_slice())
}
