# crane with this project's toolchain, and what all its derivations share. Dependencies are compiled
# once per target and profile; whatever is built from them starts there. (talc and its lock are small
# exceptions: their features differ when they are the only allocator.)
{
  crane,
  lib,
  matrix,
  pkgs,
  toolchain,
  workspace,
}:

let
  craneLib = (crane.mkLib pkgs).overrideToolchain toolchain;

  common = {
    # Written out: reading them from a derivation's Cargo.toml would be import from derivation.
    pname = "wasm-heft-workspace";
    version = (lib.importTOML ../Cargo.toml).workspace.package.version;
    cargoVendorDir = craneLib.vendorCargoDeps { cargoLock = ../Cargo.lock; };
    strictDeps = true;
    # Panic messages hold source paths: without this, sizes would depend on where the crates are.
    preBuild = ''
      for registry in "$cargoVendorDir"/*/; do
        RUSTFLAGS="''${RUSTFLAGS:-} --remap-path-prefix=''${registry%/}=/cargo"
      done
      export RUSTFLAGS
    '';
  };

  build =
    args:
    craneLib.mkCargoDerivation (
      common
      // {
        doCheck = false;
        doInstallCargoArtifacts = false;
        postPatch = workspace.stubs;
      }
      // args
    );

  dependencies =
    args:
    craneLib.buildDepsOnly (
      common
      // {
        src = workspace.whole;
        doCheck = false;
      }
      // args
    );
in
{
  inherit build common craneLib;

  # Native, optimised: for programs that are run many times.
  nativeDependencies = dependencies {
    pname = "native";
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package wasm-heft --package clawft-wasm";
  };

  # Native, quick to compile: for tests, clippy and docs.
  testDependencies = dependencies {
    pname = "tests";
    CARGO_PROFILE = "dev";
    buildPhaseCargoCommand = ''
      cargoWithProfile check --locked --workspace --all-targets
      cargoWithProfile test --locked --workspace --no-run
    '';
  };

  # For wasm modules: every allocator's crate, so that one derivation serves all of them.
  wasmDependencies = lib.mapAttrs (
    target:
    { triple }:
    dependencies {
      pname = target;
      CARGO_PROFILE = "release-wasm";
      buildPhaseCargoCommand = ''
        cargoWithProfile build --locked --target ${triple} --package clawft-wasm --package alloc-workloads \
          --no-default-features --features ${
            lib.concatMapStringsSep "," (
              allocator: "clawft-wasm/alloc-${allocator},alloc-workloads/alloc-${allocator}"
            ) (lib.attrNames matrix.allocators)
          }
      '';
    }
  ) matrix.targets;
}
