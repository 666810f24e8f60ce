#!/bin/sh
# hang.sh FOLDER: puts the lines back by which talc-tail hung into a copy of this crate's `src`, to show
# that overflow checks, `endure random` and a limit of fuel each catch them.
set -eu
change() {
  before=$(cksum <"$1/$2")
  sed -i "$3" "$1/$2"
  [ "$before" != "$(cksum <"$1/$2")" ] || { echo "error: nothing to change in $1/$2" >&2; exit 1; }
}
change "$1" talc_tail/bins.rs 's/if bin == SKIPPED { COUNT - 1 } else { bin }/bin/'
change "$1" talc_tail/source.rs 's/sums::wide(layout).saturating_sub(gap)/sums::wide(layout) - gap/'
change "$1" memory/pages.rs 's/bytes\.max(1)\.next_multiple_of(PAGE)/bytes.next_multiple_of(PAGE)/'
