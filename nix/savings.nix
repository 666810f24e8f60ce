# What the project is worth on its own module, in bytes: the artifact with talc against the plain
# recipe of the same program. The plain recipe is the dlmalloc crate as global allocator, then
# `wasm-opt -Oz --converge` and `wasm-strip` by hand; of a component, on each core module inside.
{
  artifacts,
  callFile,
  lib,
  matrix,
  modules,
  runCommand,
}:

let
  plain =
    target:
    modules.clawft {
      name = "plain-${target}";
      inherit target;
      inherit (matrix.plain) features;
      # As rustc has it.
      stack = null;
    };
in
runCommand "savings" { nativeBuildInputs = [ (callFile ./by-hand.nix) ]; } ''
  line='%-8s %8s %8s %8s\n'
  printf "$line" target plain talc saved | tee $out
  ${lib.concatMapStrings (target: ''
    before=$(by-hand ${plain target}/clawft.wasm -Oz --converge)
    after=$(stat -c %s ${artifacts."talc-${target}".file})
    printf "$line" ${target} "$before" "$after" "$((before - after))" | tee -a $out
  '') (lib.attrNames matrix.targets)}
''
