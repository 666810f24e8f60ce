#!/usr/bin/env bash
# What the program does in the cases that matter, for any build of it:
#   bash tests/behavior.sh target/release/words
# FAILURE_CODE is the exit code of a failure: components have no other than 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

# Runs the program and prints what it did.
show() {
  local code=0
  "$@" 2>&1 || code=$?
  if [ "$code" = "${FAILURE_CODE:-2}" ]; then code=failure; fi
  echo "exit: $code"
}

printf 'to be, or not to be\n' >one.txt
printf 'Überall, überall\n' >two.txt
printf 'no text: \377\n' >binary

show "$@" one.txt
show "$@" one.txt two.txt
show "$@" absent.txt
show "$@" binary
show "$@" <two.txt
show "$@" </dev/null
seq 100000 | sed 's/$/ again/' >long.txt
show "$@" long.txt | cksum
