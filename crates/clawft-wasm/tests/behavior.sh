#!/usr/bin/env bash
# Runs behavior.txt with one build of clawft and prints what it does, byte for byte (`cat -e`):
# exit codes, both outputs, and the files of each folder at its end (of binary ones CRC and length).
#
# Usage: behavior.sh COMMAND...
#   behavior.sh /path/to/clawft
#   behavior.sh wasmtime run --dir .::. /path/to/clawft.wasm
# Paths in COMMAND must be absolute: each `fresh` step starts a new working folder.
#
# FAILURE_CODE (default 2) is the exit code that COMMAND has for a failure, printed as `exit 2`. For a
# component it is 1, since WASI 0.2 has no numbers; any other code, a trap's too, is printed as it is.
set -euo pipefail

if (($# == 0)); then
  echo "error: no program given; usage: behavior.sh COMMAND..." >&2
  exit 2
fi
failure_code=${FAILURE_CODE:-2}
steps=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/behavior.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
folder=
input=/dev/null
arguments=()

list_files() {
  local file
  while IFS= read -r file; do
    echo "file $file"
    case $file in
      *.bin) cksum <"$file" ;;
      *) cat -e "$file" ;;
    esac
    echo "end of $file"
  done < <(find . -type f | LC_ALL=C sort)
}

while IFS= read -r line || [[ -n $line ]]; do
  read -r word rest <<<"$line"
  read -r path text <<<"$rest"
  case $word in
    '' | '#'*) ;;
    fresh)
      if [[ -n $folder ]]; then list_files; fi
      number=$((number + 1))
      folder=$scratch/$number
      mkdir "$folder"
      cd "$folder"
      printf '\n== %s\n' "$rest"
      ;;
    dir) mkdir -p "$rest" ;;
    file | part)
      mkdir -p "$(dirname "$path")"
      printf '%b' "$text" >>"$path"
      if [[ $word == file ]]; then echo >>"$path"; fi
      ;;
    stdin)
      input=$scratch/stdin
      printf '%b\n' "$rest" >"$input"
      ;;
    run)
      eval "arguments=($rest)"
      code=0
      "$@" ${arguments[@]+"${arguments[@]}"} <"$input" >"$scratch/out" 2>"$scratch/err" || code=$?
      printf '$ clawft %s\n' "$rest"
      cat -e "$scratch/out"
      sed 's/^/stderr: /' "$scratch/err" | cat -e
      case $code in
        0) echo "exit 0" ;;
        "$failure_code") echo "exit 2" ;;
        *) echo "exit $code, but a failure is $failure_code" ;;
      esac
      input=/dev/null
      ;;
    *)
      echo "error: $steps: unknown step \`$word\`; its head lists the steps" >&2
      exit 2
      ;;
  esac
done <"$steps"
list_files
