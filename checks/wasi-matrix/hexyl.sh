#!/usr/bin/env bash
# What hexyl does in some cases that differ: files, standard input, options, errors.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

# NB: an error of the system has another number on WASI.
show() {
  local code=0
  "$@" >out 2>err || code=$?
  cat -e out
  sed 's/ (os error [0-9]*)//' err
  echo "exit: $code"
}

printf 'The quick brown fox jumps over the lazy dog\n\000\001\377' >fox
seq 2000 >numbers

show "$@" fox
show "$@" --border ascii --color always fox
show "$@" --skip 4 --length 20 --plain fox
show "$@" --no-squeezing --panels 1 --base octal fox
show "$@" <fox
show "$@" numbers | cksum
show "$@" absent
show "$@" --length nonsense fox
