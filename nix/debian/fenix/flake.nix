{
  description = "Stand-in for fenix: Debian's Rust under fenix' attribute names";

  # Named so that the project's `follows` has something to point at.
  inputs.nixpkgs.url = "path:../nixpkgs";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      targets = [
        "wasm32-unknown-unknown"
        "wasm32-wasip1"
        "wasm32-wasip2"
      ];
      channel =
        pkgs:
        let
          component = pkgs.debianTool;
          # The libraries are part of Debian's rustc and of its sysroot; nothing to link.
          library = name: pkgs.runCommand name { } "mkdir -p $out";
        in
        rec {
          cargo = component "cargo" [ "cargo" ];
          rustc = component "rustc" [
            "rustc"
            "rustdoc"
            # Debian's rustc looks for its linkers of wasm modules in PATH: rust-lld, and by the
            # name of wasm-ld for components. One program, the one of rustc's own LLVM.
            "rust-lld"
            "wasm-ld=rust-lld"
          ];
          clippy = component "rust-clippy" [
            "cargo-clippy"
            "clippy-driver"
          ];
          rustfmt = component "rustfmt" [
            "cargo-fmt"
            "rustfmt"
          ];
          llvm-tools = library "llvm-tools";
          rust-src = pkgs.runCommand "rust-src" { } ''
            mkdir -p $out/lib/rustlib/src
            ln -s /usr/lib/rustlib/src/rust $out/lib/rustlib/src/rust
          '';
          rust-std = library "rust-std";
        };
    in
    {
      packages = lib.mapAttrs (
        _: pkgs:
        let
          stable = channel pkgs;
        in
        {
          inherit stable;
          targets = lib.genAttrs targets (_: {
            stable = { inherit (stable) rust-std; };
          });
          combine =
            paths:
            pkgs.symlinkJoin {
              name = "rust-mixed";
              inherit paths;
            };
        }
      ) nixpkgs.legacyPackages;
    };
}
