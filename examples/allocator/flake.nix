{
  description = "A program for WASI with an allocator of its own, beside one of wasi-alloc's";

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
          allocators = {
            mine = {
              features = [ "mine" ];
              # Of the allocators that `wasm-heft size` knows: none, wasi-libc's neither.
              heap = [ ];
            };
            talc = {
              features = [ "talc" ];
              heap = [ "talc" ];
            };
          };
          defaultFeatures = false;
          behavior = ./tests/behavior.sh;
          budgets = ./budgets.toml;
        }
      );
    in
    {
      packages = lib.mapAttrs (_: project: project.packages) project;
      checks = lib.mapAttrs (_: project: project.checks) project;
      apps = lib.mapAttrs (_: project: project.apps) project;
    };
}
