# `nix develop`: the toolchain and every tool that builds and checks use.
{ cargo, pkgs }:

cargo.craneLib.devShell {
  packages = [
    pkgs.binaryen
    pkgs.cargo-deny
    pkgs.cargo-nextest
    pkgs.jq
    pkgs.just
    pkgs.shellcheck
    pkgs.wabt
    pkgs.wasm-tools
    pkgs.wasmtime
  ];
}
