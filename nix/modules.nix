# Wasm modules as cargo leaves them: not yet optimized, names and `target_features` still inside.
# `modules.clawft { name, target, features }` is the module that ships, `modules.soundness` the
# program that shows whether a heap is sound, `modules.workloads` the one that measures it.
{
  cargo,
  lib,
  matrix,
  workspace,
}:

lib.mapAttrs (
  bin:
  program@{ package, members, ... }:
  {
    name,
    target,
    features,
    profile ? "release-wasm",
    # Bytes of its stack.
    stack ? program.stack or null,
    ...
  }:
  let
    inherit (matrix.targets.${target}) triple;
    inherit (cargo.forProfile profile) environment;
  in
  cargo.build (
    environment
    // {
      # NB: early in the alphabet, so that counting, which everything waits for at the end, starts early.
      pname = lib.optionalString (package == "alloc-workloads") "alloc-" + "${bin}-${name}";
      src = workspace.members members;
      cargoArtifacts =
        (if package == "alloc-workloads" then cargo.labDependencies else cargo.wasmDependencies)
        .${profile}.${target};
      buildPhaseCargoCommand = cargo.wasmBuild {
        inherit
          bin
          features
          package
          profile
          stack
          target
          ;
      };
      installPhaseCommand = "install -D -m 644 -t $out target/${triple}/${environment.CARGO_PROFILE}/${bin}.wasm";
      # The tools that strip native programs do not know wasm.
      dontFixup = true;
    }
  )
) workspace.programs
