#!/usr/bin/env bash
# Tries action/install.sh and action/gate.sh with a curl and a wasm-heft that this test plays:
#
#   bash action/test.sh [FOLDER]      FOLDER: where the two scripts are; default: beside this one
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scripts=$(cd "${1:-$tree/action}" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
export RUNNER_TEMP=$folder/temp GITHUB_PATH=$folder/path GITHUB_OUTPUT=$folder/output
wrong=0

# A release, and a curl that has it. What curl is told to fetch stands in `fetched`.
mkdir -p "$folder/bin" "$folder/temp" "$folder/release"
machine=$(uname -s)-$(uname -m)
target=$(sed -n "s/^\([^# ]*\) .* $machine\$/\1/p" "$tree/release/targets.txt")
# NB: in a sandbox there is no /usr/bin/env.
shell=$(command -v bash)
cat >"$folder/program" <<PROGRAM
#!$shell
echo "wasm-heft of this test"
PROGRAM
bash "$tree/release/package" "$folder/program" "$target" "$folder/release" >/dev/null
(cd "$folder/release" && sha256sum ./*.tar.gz | sed 's, \./, ,' >SHA256SUMS)
cat >"$folder/bin/curl" <<CURL
#!$shell
output= url=
while [ \$# -gt 0 ]; do
  case \$1 in
    --output) output=\$2; shift ;;
    https://*) url=\$1 ;;
  esac
  shift
done
echo "\$url" >>"$folder/fetched"
cp "$folder/release/\${url##*/}" "\$output" 2>/dev/null || { echo "curl: (22) 404" >&2; exit 22; }
CURL
chmod +x "$folder/bin/curl"

# Runs a script. What it says and how it ends is in `said`.
run() {
  local code=0
  rm -f "$GITHUB_PATH" "$GITHUB_OUTPUT"
  PATH=$folder/bin:$PATH bash "$scripts/$1" >"$folder/said" 2>&1 || code=$?
  echo "exit: $code" >>"$folder/said"
}

# Whether every line that follows is in what was said, or in the named file.
expect_text() {
  local what=$1 file=$2 line
  shift 2
  for line in "$@"; do
    if ! grep -q -F -e "$line" "$file"; then
      echo "action/test.sh: $what: expected \`$line\` in:" >&2
      cat "$file" >&2
      wrong=1
    fi
  done
}

run install.sh
expect_text "a release is installed" "$folder/said" "wasm-heft of this test" "exit: 0"
expect_text "a release is installed" "$GITHUB_PATH" "$folder/temp/wasm-heft."
expect_text "it is fetched from the releases" "$folder/fetched" \
  "https://github.com/wasm-heft/wasm-heft/releases/download/v"

HEFT_SHA256=0000 run install.sh
expect_text "another digest is refused" "$folder/said" "is not what was released: expected SHA-256 0000" "exit: 2"

cp "$folder/release/SHA256SUMS" "$folder/sums"
sed -i 's/^./x/' "$folder/release/SHA256SUMS"
run install.sh
expect_text "an archive that was changed is refused" "$folder/said" "is not what was released" "exit: 2"
echo >"$folder/release/SHA256SUMS"
run install.sh
expect_text "an archive without a checksum is refused" "$folder/said" "the checksums of version" "exit: 2"
cp "$folder/sums" "$folder/release/SHA256SUMS"

HEFT_VERSION=9.9.9 run install.sh
expect_text "a version that is not there is one line" "$folder/said" "::error title=wasm-heft::cannot fetch" "exit: 2"
HEFT_VERSION='1; rm' run install.sh
expect_text "a version is three numbers" "$folder/said" "expected three numbers" "exit: 2"

# A wasm-heft that notes its arguments and ends as it is told to.
cat >"$folder/bin/wasm-heft" <<HEFT
#!$shell
printf '%s\n' "\$*" >>"$folder/called"
case \$1 in
  gate) echo "error: second line of 100%" >&2; exit "\${GATE:-0}" ;;
  comment) echo "comment: \${COMMENT:-0}" >&2; exit "\${COMMENT:-0}" ;;
esac
HEFT
chmod +x "$folder/bin/wasm-heft"
export HEFT_ARGUMENTS=$'--budgets b.toml\n  app=*.wasm $(touch x)'

cd "$folder"
HEFT_PULL_REQUEST=7 HEFT_KEY=sizes run gate.sh
expect_text "a gate that passes" "$folder/said" "exit: 0"
expect_text "a gate that passes" "$GITHUB_OUTPUT" "passed=true" "report=$folder/temp/"
# shellcheck disable=SC2016 # as it stands there
expect_text "arguments are taken as they are" "$folder/called" \
  'gate --format github --budgets b.toml app=*.wasm $(touch x)' \
  "--pull-request 7 --key sizes --author github-actions[bot]"
[ ! -e x ] || { echo "action/test.sh: an argument was run" >&2; wrong=1; }

GATE=1 HEFT_PULL_REQUEST=7 run gate.sh
expect_text "a gate that fails fails, with its comment" "$folder/said" "exit: 1"
expect_text "a gate that fails" "$GITHUB_OUTPUT" "passed=false"

rm called
GATE=2 HEFT_PULL_REQUEST=7 run gate.sh
expect_text "what cannot be judged is an annotation" "$folder/said" \
  "::error title=wasm-heft gate::error: second line of 100%25" "exit: 2"
if grep -q '^comment' called; then
  echo "action/test.sh: it commented without a result" >&2
  wrong=1
fi

COMMENT=2 HEFT_PULL_REQUEST=7 run gate.sh
expect_text "a comment that cannot be made is a warning" "$folder/said" "::warning title=wasm-heft gate::no comment" "exit: 0"

rm called
HEFT_PULL_REQUEST='' run gate.sh
HEFT_COMMENT=false HEFT_PULL_REQUEST=7 run gate.sh
if grep -q '^comment' called; then
  echo "action/test.sh: it commented where nobody asked" >&2
  wrong=1
fi

[ "$wrong" = 0 ] || exit 1
echo "action/test.sh: all as expected"
