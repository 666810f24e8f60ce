{
  description = "Rust on WASI, as small, fast and lean as it can be, and proven so: every allocator of a module, optimized, checked and measured";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    crane.url = "github:ipetkov/crane";
    fenix = {
      url = "github:nix-community/fenix";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      crane,
      fenix,
    }:
    let
      inherit (nixpkgs) lib;
      # Listed by hand: nixpkgs no longer evaluates for x86_64-darwin.
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-linux"
      ];
      projectOf =
        pkgs:
        import ./nix {
          inherit crane lib pkgs;
          fenix = fenix.packages.${pkgs.stdenv.hostPlatform.system};
        };
      forEachSystem =
        f: lib.genAttrs systems (system: f (projectOf nixpkgs.legacyPackages.${system}));
    in
    {
      packages = forEachSystem (project: project.packages);
      legacyPackages = forEachSystem (project: project.released);
      checks = forEachSystem (project: project.checks);
      apps = forEachSystem (project: project.apps);
      devShells = forEachSystem (project: {
        default = project.shell;
      });
      formatter = forEachSystem (project: project.formatter);

      # For other people's programs: docs/flake.md.
      lib.mkWasiMatrix =
        { pkgs, ... }@arguments: (projectOf pkgs).mkWasiMatrix arguments;
      lib.fromHeftToml =
        { pkgs, ... }@arguments: (projectOf pkgs).fromHeftToml arguments;
      flakeModules.default = import ./nix/flake-module.nix {
        inherit lib;
        inherit (self.lib) mkWasiMatrix;
      };
      templates.default = {
        path = ./nix/template;
        description = "A program for WASI with one allocator, budgets, checks and CI";
      };
      overlays.default = final: _: {
        inherit (self.packages.${final.stdenv.hostPlatform.system}) wasm-heft;
      };

      # For a build farm: `hydraJobs.matrix.<variant>.<system>`.
      hydraJobs.matrix = lib.genAttrs (import ./nix/variants.nix { inherit lib; }).names (
        variant: lib.genAttrs systems (system: self.packages.${system}."wasm-${variant}")
      );
    };
}
