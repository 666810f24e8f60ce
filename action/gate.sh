#!/usr/bin/env bash
# Runs `wasm-heft gate` on a runner and says what it found: annotations, the run's summary, a comment.
#
# Reads HEFT_ARGUMENTS, HEFT_BINARY, HEFT_COMMENT, HEFT_KEY, HEFT_AUTHOR, HEFT_PULL_REQUEST, HEFT_DETAILS;
# and GITHUB_OUTPUT, GITHUB_TOKEN, RUNNER_TEMP. Ends with the gate's exit code.
set -euo pipefail

heft=${HEFT_BINARY:-wasm-heft}
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/wasm-heft-gate.XXXXXX")
report=$folder/gate.json

# Text in an annotation (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
escaped() {
  local message=${1//'%'/'%25'}
  message=${message//$'\r'/}
  echo "${message//$'\n'/'%0A'}"
}

# Split at white space; nothing is expanded. Exit code 1 is the end of the text, which has no such delimiter.
read -r -d '' -a arguments <<<"${HEFT_ARGUMENTS:-}" || [ $? -eq 1 ]
# NB: below, `+` is for bash before 4.4 (macOS'), to which an empty list is unset.

code=0
"$heft" gate --format json --report "$report" ${arguments[@]+"${arguments[@]}"} >/dev/null 2>"$folder/log" || code=$?
if [ "$code" -gt 1 ]; then
  cat "$folder/log" >&2
  echo "::error title=wasm-heft gate::$(escaped "$(tail -n 1 "$folder/log")")"
  exit "$code"
fi

# The same for people: annotations here, and what GITHUB_STEP_SUMMARY names.
"$heft" gate --format github ${arguments[@]+"${arguments[@]}"} || [ $? -eq 1 ]

{
  echo "passed=$([ "$code" -eq 0 ] && echo true || echo false)"
  echo "report=$report"
} >>"${GITHUB_OUTPUT:?the file that GitHub reads outputs from}"

if [ "${HEFT_COMMENT:-true}" = true ] && [ -n "${HEFT_PULL_REQUEST:-}" ]; then
  # A comment that is not there fails nothing: the gate's answer is what counts.
  "$heft" comment "$report" --pull-request "$HEFT_PULL_REQUEST" --key "${HEFT_KEY:-gate}" \
    --author "${HEFT_AUTHOR:-github-actions[bot]}" --details "${HEFT_DETAILS:-}" 2>"$folder/log" ||
    echo "::warning title=wasm-heft gate::no comment: $(escaped "$(tail -n 1 "$folder/log")")"
fi
exit "$code"
