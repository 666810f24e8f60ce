#!/usr/bin/env bash
# Refreshes flake.lock, builds every artifact with what it names now, and shows what that did to each.
# Nothing is accepted: it says how to keep the new lock, and how to take it back.
#
# Usage: update.sh MATRIX [INPUT...]
#   MATRIX is `nix build .#matrix` as it was before; with INPUTs only those are refreshed.
set -euo pipefail

old=$1
shift
say() { echo "update: $*" >&2; }

if [ ! -f flake.lock ]; then
  say "found no flake.lock; run it in the project's own folder"
  exit 2
fi
before=$(mktemp)
trap 'rm -f "$before"' EXIT
cp flake.lock "$before"

nix flake update "$@"
if cmp -s "$before" flake.lock; then
  echo "flake.lock is up to date: nothing to build"
  exit 0
fi
say "building every artifact with the new flake.lock"
if ! new=$(nix build .#matrix --no-link --print-out-paths); then
  say "they do not build with the new flake.lock (see above); git checkout flake.lock takes it back"
  exit 1
fi

same=0 changed=0
while IFS= read -r file; do
  if cmp -s "$old/$file" "$new/$file"; then
    same=$((same + 1))
    continue
  fi
  changed=$((changed + 1))
  printf '\n== %s\n' "$file"
  wasm-heft diff --no-compress --top 5 "$old/$file" "$new/$file"
done < <(cd "$old" && find . -name '*.wasm' ! -name '*.names.wasm' | sed 's#^\./##' | sort)

printf '\n%s artifacts are the same, %s changed.\n' "$same" "$changed"
cat <<'END'
To keep the new flake.lock: nix/run flake check, then
  nix/run run .#accept -- --reason 'what the new tools are'
  git add flake.lock baselines
To take it back:
  git checkout flake.lock
END
