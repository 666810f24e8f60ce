#!/bin/sh
# overlap.sh FOLDER: lets the talcs come to the end of the address space in a copy of this crate's `src`,
# to show that `endure edge` catches it.
set -eu
change() {
  before=$(cksum <"$1/$2")
  sed -i "$3" "$1/$2"
  [ "$before" != "$(cksum <"$1/$2")" ] || { echo "error: nothing to change in $1/$2" >&2; exit 1; }
}
change "$1" edge/sums.rs \
  's/wide > RESERVE - EXTRA \&\& reaches(last(), wide)/wide > RESERVE - EXTRA \&\& reaches(0, wide * usize::from(last() == 0))/'
change "$1" edge.rs 's/end <= usize::MAX - RESERVE + 1/end <= usize::MAX/'
change "$1" talc_stock.rs "s/start\.wrapping_add(bytes)/start.with_addr(start.addr().saturating_add(bytes))/"
