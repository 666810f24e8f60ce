{
  description = "A program for WASI, as small as it can be, and proven so";

  inputs.wasm-heft.url = "github:wasm-heft/wasm-heft";

  outputs =
    { self, wasm-heft }:
    let
      inherit (wasm-heft.inputs) nixpkgs;
      inherit (nixpkgs) lib;

      project = lib.genAttrs [ "aarch64-darwin" "aarch64-linux" "x86_64-linux" ] (
        system:
        wasm-heft.lib.mkWasiMatrix {
          pkgs = nixpkgs.legacyPackages.${system};
          src = ./.;
          package = "words";
          # One name for each allocator to try; the features are this crate's own.
          allocators = {
            dlmalloc = {
              features = [ "dlmalloc" ];
              heap = [ "dlmalloc crate" ];
            };
            talc = {
              features = [ "talc" ];
              heap = [ "talc" ];
            };
          };
          defaultFeatures = false;
          behavior = ./tests/behavior.sh;
          budgets = ./budgets.toml;
          # Once `nix run .#accept` has written it and git knows it:
          # baseline = ./sizes.json;
        }
      );
    in
    {
      packages = lib.mapAttrs (_: project: project.packages) project;
      checks = lib.mapAttrs (_: project: project.checks) project;
      apps = lib.mapAttrs (_: project: project.apps) project;
    };
}
