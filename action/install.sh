#!/usr/bin/env bash
# Installs a released wasm-heft on a runner and puts it into PATH.
#
# Reads HEFT_VERSION (default: the version in this tree's Cargo.toml), HEFT_SHA256 (default: the digest in
# the release's SHA256SUMS), RUNNER_TEMP, GITHUB_PATH.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# One line, as an annotation; exit code 2 as of wasm-heft's own.
fail() {
  local message=${1//'%'/'%25'}
  echo "::error title=wasm-heft::${message//$'\n'/; }"
  exit 2
}

digest() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1"
  else
    shasum -a 256 "$1"
  fi | cut -d ' ' -f 1
}

fetch() {
  curl --fail --silent --show-error --location --proto '=https' --retry 3 --max-time 300 --output "$2" "$1" ||
    fail "cannot fetch $1; is the version right, and the network there? \`binary:\` takes a wasm-heft that is there already"
}

version=${HEFT_VERSION:-}
if [ -z "$version" ]; then
  version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml")
fi
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] ||
  fail "version \`$version\`: expected three numbers, e.g. 0.1.0"

machine=$(uname -s)-$(uname -m)
target=$(sed -n "s/^\([^# ]*\) .* $machine\$/\1/p" "$here/release/targets.txt")
[ -n "$target" ] ||
  fail "no release of wasm-heft is for $machine; build it with \`cargo install wasm-heft\` and name it with \`binary:\`"

name=wasm-heft-v$version-$target
releases=$(sed -n '/^\[workspace.package\]/,/^\[/s/^repository = "\(.*\)"$/\1/p' "$here/Cargo.toml")/releases/download/v$version
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/wasm-heft.XXXXXX")

fetch "$releases/$name.tar.gz" "$folder/$name.tar.gz"
expected=${HEFT_SHA256:-}
if [ -z "$expected" ]; then
  fetch "$releases/SHA256SUMS" "$folder/SHA256SUMS"
  expected=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$folder/SHA256SUMS")
  [ -n "$expected" ] || fail "the checksums of version $version do not have $name.tar.gz"
fi
found=$(digest "$folder/$name.tar.gz")
[ "$found" = "$expected" ] ||
  fail "$name.tar.gz is not what was released: expected SHA-256 $expected, found $found"

tar -xzf "$folder/$name.tar.gz" -C "$folder"
echo "$folder/$name" >>"${GITHUB_PATH:?the file that GitHub reads PATH from}"
"$folder/$name/wasm-heft" --version
