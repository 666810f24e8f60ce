#!/bin/sh
# overlap.sh FOLDER: lets the talcs come to the end of the address space in a copy of this crate's `src`,
# to show that `endure edge` catches it.
set -eu
before=$(cksum <"$1/edge.rs")
sed -i -e 's/wide > RESERVE - EXTRA \&\& reaches(last(), wide)/wide > RESERVE - EXTRA \&\& reaches(0, wide * usize::from(last() == 0))/' \
  -e 's/end <= usize::MAX - RESERVE + 1/end <= usize::MAX - 16/' "$1/edge.rs"
[ "$before" != "$(cksum <"$1/edge.rs")" ] || { echo "error: nothing to change in $1/edge.rs" >&2; exit 1; }
