# The recommended variants with panics as traps, from the same modules as without: `slabs-wasip1-trap`. Beside the matrix,
# of which every variant has a baseline and a budget.
{
  artifact,
  artifacts,
  lib,
  matrix,
}:

lib.mapAttrs' (
  target:
  { triple }:
  let
    usual = artifacts."${matrix.recommended}-${target}";
    name = "${usual.name}${matrix.offered.trap}";
    profile = "trap";
  in
  lib.nameValuePair name (
    removeAttrs usual [
      "byHand"
      "grown"
    ]
    // {
      inherit name profile;
    }
    // artifact {
      derivation = "clawft-${name}";
      bin = "clawft";
      folder = triple;
      inherit (usual) module;
      inherit (matrix.profiles.${profile}) panics;
      arguments = matrix.passes profile;
    }
  )
) matrix.targets
