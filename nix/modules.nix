# Wasm modules as cargo leaves them: not yet optimised, names and `target_features` still inside.
# `modules.clawft { name, target, features }` is the module that ships, `modules.soundness` the
# program that shows whether a heap is sound.
{
  cargo,
  lib,
  matrix,
  workspace,
}:

lib.mapAttrs (
  bin:
  { package, members }:
  {
    name,
    target,
    features,
    ...
  }:
  let
    inherit (matrix.targets.${target}) triple;
  in
  cargo.build {
    pname = "${bin}-${name}";
    src = workspace.members members;
    cargoArtifacts = cargo.wasmDependencies.${target};
    CARGO_PROFILE = "release-wasm";
    buildPhaseCargoCommand = ''
      cargoWithProfile build --locked --target ${triple} --package ${package} --bin ${bin} \
        --no-default-features --features ${lib.concatStringsSep "," features}
    '';
    installPhaseCommand = "install -D -m 644 -t $out target/${triple}/release-wasm/${bin}.wasm";
    # The tools that strip native programs do not know wasm.
    dontFixup = true;
  }
) workspace.programs
