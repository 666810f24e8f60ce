# The released binary of Linux: the tool, linked statically with musl. From the same sources as
# `packages.wasm-heft`; apart, since its toolchain and its dependencies are others.
{
  crane,
  fenix,
  lib,
  pkgs,
  workspace,
}:

let
  triple =
    {
      aarch64-linux = "aarch64-unknown-linux-musl";
      x86_64-linux = "x86_64-unknown-linux-musl";
    }
    .${pkgs.stdenv.hostPlatform.system};
  craneLib = (crane.mkLib pkgs).overrideToolchain (
    fenix.combine [
      fenix.stable.cargo
      fenix.stable.rustc
      fenix.targets.${triple}.stable.rust-std
    ]
  );
  shared = {
    pname = "wasm-heft-released";
    version = (lib.importTOML ../Cargo.toml).workspace.package.version;
    cargoVendorDir = craneLib.vendorCargoDeps { cargoLock = ../Cargo.lock; };
    strictDeps = true;
    doCheck = false;
    CARGO_BUILD_TARGET = triple;
    # What little C there is in the dependencies.
    nativeBuildInputs = [ pkgs.pkgsStatic.stdenv.cc ];
    "CC_${lib.replaceStrings [ "-" ] [ "_" ] triple}" = "${pkgs.pkgsStatic.stdenv.cc}/bin/${pkgs.pkgsStatic.stdenv.cc.targetPrefix}cc";
    buildPhaseCargoCommand = "cargoWithProfile build --locked --package wasm-heft";
  };
in
craneLib.mkCargoDerivation (
  shared
  // {
    src = workspace.members workspace.programs.wasm-heft.members;
    postPatch = workspace.stubs;
    cargoArtifacts = craneLib.buildDepsOnly (shared // { src = workspace.whole; });
    doInstallCargoArtifacts = false;
    installPhaseCommand = "install -D -t $out/bin target/${triple}/release/wasm-heft";
    meta.mainProgram = "wasm-heft";
  }
)
