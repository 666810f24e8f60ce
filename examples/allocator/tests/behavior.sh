#!/usr/bin/env bash
# What the program does in the cases that matter, for any build of it:
#   bash tests/behavior.sh target/release/words
# FAILURE_CODE is the exit code of a failure: components have no other than 1.
set -euo pipefail

# Runs the program and prints what it did; standard error has the words of the system.
show() {
  local code=0
  "$@" 2>/dev/null || code=$?
  if [ "$code" = "${FAILURE_CODE:-1}" ]; then code=failure; fi
  echo "exit: $code"
}

show "$@" <<<"to be, or not to be"
show "$@" </dev/null
printf 'no text: \377\n' | show "$@"
# Many blocks, and long ones that grow.
seq 100000 | sed 's/$/ again/' | show "$@"
seq 1000 | sed 's/.*/& &/' | show "$@"
