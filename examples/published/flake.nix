{
  description = "hexyl, a program of the crate registry that knows nothing of wasm-heft, as small as it can be on WASI";

  inputs.wasm-heft.url = "github:wasm-heft/wasm-heft";

  outputs =
    { self, wasm-heft }:
    let
      inherit (wasm-heft.inputs) nixpkgs;
      inherit (nixpkgs) lib;

      project = lib.genAttrs [ "aarch64-darwin" "aarch64-linux" "x86_64-linux" ] (
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
        in
        wasm-heft.lib.mkWasiMatrix {
          inherit pkgs;
          src = pkgs.fetchCrate {
            pname = "hexyl";
            version = "0.17.0";
            hash = "sha256-lEkBSJSPf4ZQvkmXZDGpOFoiAzbPQmB3/j8a/GtcbeQ=";
          };
          # Newer than the crate's own, in which rustix asks for a nightly compiler on wasip2.
          cargoLock = ./Cargo.lock;
          package = "hexyl";
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
