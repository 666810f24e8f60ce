# What the project is worth on its own module, in bytes: the recommended artefact against the plain
# recipe of the same program. The plain recipe is the dlmalloc crate as global allocator, then
# `wasm-opt -Oz --converge` and `wasm-strip` by hand; of a component, on each core module inside.
{
  artefacts,
  callFile,
  lib,
  matrix,
  modules,
  pkgs,
  runCommand,
}:

let
  plain =
    target:
    modules.clawft {
      name = "plain-${target}";
      inherit target;
      inherit (matrix.plain) features;
    };
in
runCommand "savings"
  {
    nativeBuildInputs = [
      (callFile ../checks/core-modules.nix)
      pkgs.binaryen
      pkgs.wabt
      pkgs.wasm-tools
    ];
  }
  ''
    total() { cat "$@" | wc -c; }

    # Bytes of the file by the plain recipe: what surrounds the core modules, and the modules.
    by_plain_recipe() {
      local file=$1 folder=$2
      core-modules "$file" "$folder/input"
      mkdir "$folder/output"
      for module in "$folder"/input/*; do
        wasm-opt -Oz --converge "$module" -o "$folder/output/$(basename "$module")"
        wasm-strip "$folder/output/$(basename "$module")"
      done
      wasm-tools strip --all "$file" -o "$folder/stripped.wasm"
      core-modules "$folder/stripped.wasm" "$folder/stripped"
      echo $(($(stat -c %s "$folder/stripped.wasm") - $(total "$folder"/stripped/*) + $(total "$folder"/output/*)))
    }

    line='%-8s %8s %8s %8s\n'
    printf "$line" target plain ${matrix.recommended} saved | tee $out
    ${lib.concatMapStrings (target: ''
      mkdir ${target}
      before=$(by_plain_recipe ${plain target}/clawft.wasm ${target})
      after=$(stat -c %s ${artefacts."${matrix.recommended}-${target}".file})
      printf "$line" ${target} "$before" "$after" "$((before - after))" | tee -a $out
    '') (lib.attrNames matrix.targets)}
  ''
