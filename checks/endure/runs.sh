#!/usr/bin/env bash
# Runs a module of the program `endure` with every limit of memory and every seed: a line for each run.
# Fails after the last if one of them failed. Needs wasmtime.
#
#   runs.sh endure.wasm "4294967296 1073741824" "1 2 3" edge
#   runs.sh endure.wasm 8388608 "1 2 3" random 20000000
#
# What follows the seeds is the command, to which the seed is given first, and its further arguments.
set -euo pipefail

module=$1
read -ra limits <<<"$2"
read -ra seeds <<<"$3"
command=$4
shift 4

compiled=$(mktemp --suffix=.cwasm)
trap 'rm -f "$compiled"' EXIT
wasmtime compile -o "$compiled" "$module"

failed=0
for limit in "${limits[@]}"; do
  for seed in "${seeds[@]}"; do
    printf '%s: ' "$limit"
    wasmtime run --allow-precompiled -W max-memory-size="$limit" "$compiled" "$command" "$seed" "$@" 2>&1 || {
      echo "exit code $?: $command $seed $*"
      failed=$((failed + 1))
    }
  done
done
if [ "$failed" != 0 ]; then
  echo "$failed of $((${#limits[@]} * ${#seeds[@]})) runs of $module failed"
  exit 1
fi
