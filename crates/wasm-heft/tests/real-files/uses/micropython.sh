#!/usr/bin/env bash
set -euo pipefail

# A few lines of Python, with an exception that is raised and caught.
# usage: micropython.sh FOLDER WASM

# What it imports beside WASI are calls back into the Python program around it, which there is none of.
wasmtime run -W exceptions=y,gc=y,function-references=y,unknown-imports-trap=y "$2" -c '
print(6 * 7, 2 ** 100, [n for n in range(20) if n % 3 == 0], "%.4f" % (2 ** 0.5))
try:
    1 // 0
except ZeroDivisionError as error:
    print("caught:", error)
'
