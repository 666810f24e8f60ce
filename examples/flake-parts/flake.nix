{
  description = "A program for WASI in a flake made with flake-parts";

  inputs = {
    wasm-heft.url = "github:wasm-heft/wasm-heft";
    nixpkgs.follows = "wasm-heft/nixpkgs";
    flake-parts = {
      url = "github:hercules-ci/flake-parts";
      inputs.nixpkgs-lib.follows = "nixpkgs";
    };
  };

  outputs =
    inputs:
    inputs.flake-parts.lib.mkFlake { inherit inputs; } {
      imports = [ inputs.wasm-heft.flakeModules.default ];
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-linux"
      ];

      perSystem = _: {
        wasiMatrix = {
          src = ./.;
          package = "words";
          # One name for each allocator to try; the features are this crate's own.
          allocators.talc = {
            features = [ "talc" ];
            heap = [ "talc" ];
          };
          defaultFeatures = false;
          budgets = ./budgets.toml;
        };
      };
    };
}
