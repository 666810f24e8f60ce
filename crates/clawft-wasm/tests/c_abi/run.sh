#!/usr/bin/env bash
# Calls the C interface of a built library and compares what it says, line by line.
#
# Usage: run.sh CLAWFT_WASM.wasm
#
# The library is the `cdylib` of clawft-wasm for wasm32-wasip1 with the features `c-abi` and `full`. Its
# exported C functions are called by host.wat, in an instance of their own, under wasmtime (or what
# WASMTIME names). Exit codes: 0 as expected, 1 not, 2 wrong usage.
set -euo pipefail

if (($# != 1)) || [[ ! -f $1 ]]; then
  echo "error: expected the built library; usage: run.sh CLAWFT_WASM.wasm" >&2
  exit 2
fi
library=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/folder"

# requests.txt holds one request a line; \xHH is a byte. Then: a message one byte longer than allowed,
# and a long request that is not an object.
{
  while IFS= read -r line; do printf '%b\n' "$line"; done <"$here/requests.txt"
  printf '{"command":"agent","message":"%s"}\n' "$(printf '%65537s' '' | tr ' ' x)"
  printf '[%s]\n' "$(printf '%50000s' '' | tr ' ' 7)"
} >"$scratch/requests"

code=0
"${WASMTIME:-wasmtime}" run --dir "$scratch/folder::." --preload "clawft=$library" "$here/host.wat" \
  <"$scratch/requests" >"$scratch/responses" || code=$?
if ((code != 0)); then
  echo "error: the host ends with $code; the head of host.wat says what that means" >&2
fi
if [[ ${BLESS:-} == 1 ]]; then cp "$scratch/responses" "$here/responses.expected"; fi
diff --unified "$here/responses.expected" "$scratch/responses" || code=1
exit $((code == 0 ? 0 : 1))
