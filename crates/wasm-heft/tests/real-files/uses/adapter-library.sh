#!/usr/bin/env bash
set -euo pipefail

# The adapter makes a component of a library over WASI 0.1, whose function is then called.
# usage: adapter-library.sh FOLDER WASM

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wasm-tools parse "$here/library.wat" -o library.wasm
wasm-tools component embed "$here/library.wit" library.wasm -o embedded.wasm
wasm-tools component new embedded.wasm --adapt "wasi_snapshot_preview1=$2" -o component.wasm
wasmtime run --invoke 'greet("you")' component.wasm
