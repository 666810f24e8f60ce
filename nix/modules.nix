# Wasm modules as cargo leaves them: not yet optimised, names and `target_features` still inside.
{
  cargo,
  lib,
  matrix,
  workspace,
}:

let
  module =
    {
      name,
      target,
      package,
      bin,
      members,
      features,
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
    };
in
{
  # The module that ships.
  clawft =
    { name, target, features, ... }:
    module {
      inherit name target features;
      package = "clawft-wasm";
      bin = "clawft";
      members = [
        "clawft-types"
        "clawft-wasm"
        "wasi-alloc"
      ];
    };

  # The program that shows whether a heap is sound.
  soundness =
    { name, target, features, ... }:
    module {
      inherit name target features;
      package = "alloc-workloads";
      bin = "soundness";
      members = [
        "alloc-workloads"
        "wasi-alloc"
      ];
    };
}
