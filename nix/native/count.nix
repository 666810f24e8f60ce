# `count name program`: how many instructions the program executes in each run, by callgrind, which counts the
# same in every run. `whole` is everything from the first one of the process on; `own` is what comes below
# Rust's `main`, without the dynamic loader and what std does before and after. Only `own` is the same on
# every kernel: std reads the list of the process's memory.
{
  callFile,
  pkgs,
  runCommand,
}:

let
  workloads = callFile ./workloads.nix;
  folder = workloads.folder "measured" ./inputs/measured.txt;
in
name: program:
runCommand "native-instructions-${name}.json"
  {
    nativeBuildInputs = [
      pkgs.jq
      pkgs.valgrind
    ];
    passthru = { inherit program; };
  }
  ''
    cp ${program}/bin/clawft .
    # Prints how many instructions of the run are counted; further arguments are valgrind's.
    counted() {
      cp -r --no-preserve=timestamps . "$NIX_BUILD_TOP/again"
      cd "$NIX_BUILD_TOP/again"
      env -i "$(type -P valgrind)" --tool=callgrind --vgdb=no --callgrind-out-file="$NIX_BUILD_TOP/counts" "$@" \
        "$NIX_BUILD_TOP/clawft" "''${arguments[@]}" >"$NIX_BUILD_TOP/printed" 2>"$NIX_BUILD_TOP/log" </dev/null || {
          cat "$NIX_BUILD_TOP/log" >&2
          return 1
        }
      cd - >"$NIX_BUILD_TOP/folder"
      rm -r "$NIX_BUILD_TOP/again"
      sed -n 's/^==[0-9]*== Collected : //p' "$NIX_BUILD_TOP/log"
    }
    ${workloads.forEach folder ''
      # NB: the one function of std's that every program has below its own `main`, by design never inlined.
      own=$(counted '--toggle-collect=*__rust_begin_short_backtrace*')
      whole=$(counted)
      [ "$own" -gt 0 ] || { echo "found no main to count from" >&2; exit 1; }
      jq --null-input --compact-output --arg run "$run" --argjson own "$own" --argjson whole "$whole" \
        '{ $run, $own, $whole }' >>"$NIX_BUILD_TOP/rows"
    ''}
    jq --slurp . rows >$out
  ''
