#!/usr/bin/env bash
set -euo pipefail

# A program is linked with the object file, and calls it.
# usage: object.sh FOLDER WASM

rustc --edition 2024 --target wasm32-wasip1 -o program.wasm -C "link-arg=$2" - <<'RUST'
unsafe extern "C" {
    safe fn triple(number: u32) -> u32;
    safe static NAME: [u8; 4];
}

fn main() {
    println!("{} {}", triple(14), String::from_utf8_lossy(&NAME));
}
RUST
wasmtime run program.wasm
