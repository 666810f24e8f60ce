# What the project is worth on its own module: the recommended artefact against the plain recipe
# (the dlmalloc crate as global allocator, `wasm-opt -Oz --converge`, stripped) of the same program.
# Prints `target plain recommended saved`, in bytes.
{
  artefacts,
  lib,
  matrix,
  modules,
  pkgs,
  programs,
  runCommand,
}:

let
  plain = lib.genAttrs (lib.attrNames matrix.targets) (
    target:
    modules.clawft {
      name = "plain-${target}";
      inherit target;
      inherit (matrix.plain) features;
    }
  );
in
runCommand "savings"
  {
    nativeBuildInputs = [
      pkgs.binaryen
      programs.wasm-heft
    ];
    passthru = { inherit plain; };
  }
  ''
    line='%-8s %10s %10s %10s\n'
    printf "$line" target plain ${matrix.recommended} saved | tee $out
    ${lib.concatMapStrings (target: ''
      # wasm-heft only carries the modules in and out of the component; the arguments are the recipe's.
      wasm-heft optimize ${plain.${target}}/clawft.wasm -o plain.wasm --opt-args "-Oz --converge"
      before=$(stat -c %s plain.wasm)
      after=$(stat -c %s ${artefacts."${matrix.recommended}-${target}".file})
      printf "$line" ${target} "$before" "$after" "$((before - after))" | tee -a $out
    '') (lib.attrNames matrix.targets)}
  ''
