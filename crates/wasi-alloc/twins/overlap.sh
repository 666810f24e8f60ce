#!/bin/sh
# overlap.sh FOLDER: lets the talcs come to the end of the address space in a copy of this crate's `src`,
# to show that `endure edge` catches it.
set -eu
before=$(cat "$1/edge.rs" "$1/talc_stock.rs" | cksum)
sed -i -e 's/wide > RESERVE - EXTRA \&\& reaches(last(), wide)/wide > RESERVE - EXTRA \&\& reaches(0, wide * usize::from(last() == 0))/' \
  -e 's/end <= usize::MAX - RESERVE + 1/end <= usize::MAX/' "$1/edge.rs"
sed -i "s/start\.wrapping_add(bytes)/start.with_addr(start.addr().saturating_add(bytes))/" "$1/talc_stock.rs"
[ "$before" != "$(cat "$1/edge.rs" "$1/talc_stock.rs" | cksum)" ] || { echo "error: nothing to change in $1" >&2; exit 1; }
