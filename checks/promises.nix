# `promises name { nativeBuildInputs } { label = script; ... }`: a derivation that tries every script, in a
# folder and a shell of its own, and prints a line for each. It fails when one of them did, but only after
# the last: its log ends with what each broken promise said and with their names. What the scripts
# printed is kept as `$out/<label>.log`.
{ lib, runCommand }:

name: attributes: scripts:

runCommand name attributes ''
  mkdir -p $out
  broken=()
  ${lib.concatStrings (
    lib.mapAttrsToList (label: script: ''
      mkdir -p "$NIX_BUILD_TOP/promises/${label}"
      # NB: not as a condition, where bash would ignore `set -e` inside.
      set +e
      (
        set -euo pipefail
        cd "$NIX_BUILD_TOP/promises/${label}"
        ${script}
      ) >"$out/${label}.log" 2>&1 </dev/null
      status=$?
      set -e
      if [ "$status" = 0 ]; then
        echo "kept    ${label}"
      else
        echo "BROKEN  ${label} (exit code $status)"
        broken+=("${label}")
      fi
    '') scripts
  )}
  if [ "''${#broken[@]}" != 0 ]; then
    for label in "''${broken[@]}"; do
      echo
      echo "== ${name}: $label"
      cat "$out/$label.log"
    done
    echo
    echo "${name}: ''${#broken[@]} of ${toString (lib.length (lib.attrNames scripts))} promises are broken:" "''${broken[@]}"
    exit 1
  fi
''
