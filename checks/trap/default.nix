# Where panics are traps, a panic in any of the usual ways traps and says nothing; what a program prints and ends by
# itself is as before. And it is worth something: the recommended variants are smaller by it.
{
  artifacts,
  callFile,
  lib,
  matrix,
  optimize,
  pkgs,
  runCommand,
  toolchain,
  trapped,
}:

let
  promises = callFile ../promises.nix;
  rejects = callFile ../rejects.nix;
  targets = lib.attrNames matrix.targets;
  try = name: promises name { nativeBuildInputs = [ pkgs.wasmtime ]; };

  # Of 1,000 bytes, so many are to go at least: half of what was measured on both targets.
  perMille = 17;

  program =
    target:
    runCommand "panics-${target}" { nativeBuildInputs = [ toolchain ]; } ''
      mkdir $out
      rustc --edition 2024 --target ${matrix.targets.${target}.triple} -C opt-level=z -C panic=abort \
        ${./panics.rs} -o $out/panics.wasm
    '';
  made =
    panics: target:
    "${
      optimize {
        name = "panics-${target}-${panics}";
        bin = "panics";
        module = program target;
        inherit panics;
      }
    }/panics.wasm";

  # `run FILE KIND` leaves what it said and its exit code in `said`.
  run = ''
    export HOME=$PWD
    run() {
      wasmtime run "$1" "$2" >said 2>&1 || echo "exit code $?" >>said
    }
  '';

  # Each way traps, and nobody is told more than that.
  silent = file: ''
    ${run}
    for kind in index divide unwrap expect assert explicit borrow boundary remove capacity memory hook caught; do
      run ${file} $kind
      cat said
      grep -q "^begins $kind$" said
      if ! grep -q 'wasm `unreachable` instruction executed' said; then
        echo "$kind does not trap"
        exit 1
      fi
      if grep -qE 'panicked|failed;|allocation of' said; then
        echo "$kind says something"
        exit 1
      fi
    done
  '';

  # What is not a panic.
  ordinary = before: after: ''
    ${run}
    for kind in well error exit; do
      run ${before} $kind
      mv said before
      run ${after} $kind
      if ! diff before said; then
        echo "$kind is another: as it was on the left"
        exit 1
      fi
    done
    grep -q 'exit code' said
  '';

  smaller = before: after: ''
    before=$(stat -c %s ${before}) after=$(stat -c %s ${after})
    echo "$before bytes, with panics as traps $after"
    if [ $((after * 1000)) -gt $((before * (1000 - ${toString perMille}))) ]; then
      echo "less than ${toString perMille} per mille are gone"
      exit 1
    fi
  '';

  each = name: script: lib.genAttrs' targets (target: lib.nameValuePair "${name}-${target}" (script target));
in
{
  checks = { };

  deep = {
    trap = try "trap" (
      each "silent" (target: silent (made "trap" target))
      // each "ordinary" (target: ordinary (made "keep" target) (made "trap" target))
      // lib.mapAttrs' (
        name: artifact:
        lib.nameValuePair "smaller-${name}" (
          smaller artifacts."${artifact.allocator}-${artifact.target}".file artifact.file
        )
      ) trapped
    );

    rejects-trap = rejects "trap" {
      # The same program as it was.
      silent = {
        check = try "speaks" { silent = silent (made "keep" "wasip1"); };
        message = "index says something";
      };
      # One that always ends well.
      ordinary = {
        check = try "another" {
          ordinary = ordinary (made "keep" "wasip1") "${
            runCommand "ends-well.wat" { } ''echo '(module (func (export "_start")))' >$out''
          }";
        };
        message = "well is another";
      };
      smaller = {
        check = try "no-smaller" {
          smaller = smaller (made "keep" "wasip1") (made "keep" "wasip1");
        };
        message = "per mille are gone";
      };
    };
  };
}
