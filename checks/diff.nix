# `wasm-heft diff` names the cause: of a program that got one more dependency, the crate with the
# largest change is that dependency, on each target.
{
  artefacts,
  callFile,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;
  diff =
    name: old: new:
    runCommand "diff-${name}"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      ''
        wasm-heft diff --no-compress ${old.file} ${new.file} | tee $out
        wasm-heft diff --no-compress --format json ${old.file} ${new.file} >diff.json
        top=$(jq -r '.crates[0].name' diff.json)
        if [ "$top" != miniz_oxide ]; then
          echo "the largest change is $top, expected miniz_oxide"
          exit 1
        fi
      '';
  recommended = target: artefacts."${matrix.recommended}-${target}";
in
lib.mapAttrs' (
  target: _:
  lib.nameValuePair "diff-${target}" (diff target (recommended target) (recommended target).grown)
) matrix.targets
// {
  # Another allocator is another cause.
  twin-diff = twin "diff" (diff "other" artefacts.lol-wasip1 artefacts.talc-wasip1) "expected miniz_oxide";
}
