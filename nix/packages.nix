# `packages`: what `nix build .#…` offers.
{
  allChecks,
  artifacts,
  gather,
  lab,
  lib,
  matrix,
  native,
  pkgs,
  programs,
  report,
  runCommand,
  savings,
  savingsMin,
  sizeByFeature,
  sizes,
  trapped,
}:

let
  # Both targets of each allocator and profile: `talc`, `talc-min`.
  byAllocator = lib.listToAttrs (
    lib.concatMap (
      allocator:
      lib.mapAttrsToList (
        profile: suffix:
        lib.nameValuePair "${allocator}${suffix}" (
          gather.package "clawft-${allocator}${suffix}" (
            lib.filter (variant: variant.allocator == allocator && variant.profile == profile) (
              lib.attrValues artifacts
            )
          )
        )
      ) matrix.shipped
    ) (lib.attrNames matrix.allocators)
  );

  all =
    lib.mapAttrs' (name: variant: lib.nameValuePair "wasm-${name}" variant.package) artifacts
    // lib.mapAttrs' (name: lib.nameValuePair "wasm-${name}") byAllocator
    // lib.mapAttrs' (name: variant: lib.nameValuePair "wasm-${name}" variant.package) trapped
    // {
      "wasm-${matrix.recommended}${matrix.offered.trap}" =
        gather.package "clawft-${matrix.recommended}${matrix.offered.trap}" (lib.attrValues trapped);
    };
in
all
// native.packages
// {
  inherit (programs) wasm-heft;
  inherit report savings sizes;
  size-by-feature = sizeByFeature.table;
  inherit (lab) bench;
  foreign-workloads = lab.foreign.table;
  savings-min = savingsMin;

  # What takes long and holds for all time: `nix build .#deep`, or one of them: `.#deep.<name>`.
  deep =
    pkgs.linkFarm "deep" (lib.mapAttrsToList (name: path: { inherit name path; }) allChecks.deep)
    // allChecks.deep;

  # Every row of the lab under its name.
  workloads = runCommand "workloads" { } (
    "mkdir -p $out\n"
    + lib.concatStrings (
      lib.mapAttrsToList (name: package: ''
        cp ${package}/workloads.wasm $out/${name}.wasm
      '') lab.packages
    )
  );

  # Every variant, in a folder of its allocator's name; those of the profile min in `talc-min`.
  matrix = runCommand "clawft-matrix" { } (
    lib.concatStrings (
      lib.mapAttrsToList (allocator: package: ''
        mkdir -p $out/${allocator}
        cp -r --no-preserve=mode ${package}/. $out/${allocator}/
      '') byAllocator
    )
  );

  default = byAllocator.${matrix.recommended};
}
