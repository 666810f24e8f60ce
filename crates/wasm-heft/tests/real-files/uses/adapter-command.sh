#!/usr/bin/env bash
set -euo pipefail

# The adapter makes a component of a WASI 0.1 command, which then runs.
# usage: adapter-command.sh FOLDER WASM

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wasm-tools component new <(wasm-tools parse "$here/command.wat") --adapt "wasi_snapshot_preview1=$2" -o component.wasm
# More than one piece of input.
seq 1 2000 | wasmtime run component.wasm "an argument" | cksum
wasmtime run component.wasm "an argument" </dev/null
