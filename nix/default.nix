# Wires the parts together: each file gets what it asks for by name.
{
  crane,
  fenix,
  lib,
  pkgs,
}:

let
  scope = {
    inherit
      crane
      fenix
      lib
      pkgs
      ;
    inherit (pkgs)
      runCommand
      testers
      writeShellApplication
      ;
    callFile = file: import file (builtins.intersectAttrs (builtins.functionArgs (import file)) scope);

    matrix = import ./variants.nix { inherit lib; };
    toolchain = scope.callFile ./toolchain.nix;
    workspace = scope.callFile ./workspace.nix;
    cargo = scope.callFile ./cargo.nix;
    programs = scope.callFile ./programs.nix;
    modules = scope.callFile ./modules.nix;
    optimize = scope.callFile ./optimize.nix;
    gather = scope.callFile ./gather.nix;
    artifact = scope.callFile ./artifact.nix;
    artifacts = scope.callFile ./artifacts.nix;
    trapped = scope.callFile ./trapped.nix;
    lab = scope.callFile ./lab.nix;
    native = scope.callFile ./native;
    sizes = scope.callFile ./sizes.nix;
    savings = scope.callFile ./savings.nix;
    savingsMin = scope.callFile ./savings-min.nix;
    minSteps = scope.callFile ./min-steps.nix;
    sizeByFeature = scope.callFile ./size-by-feature.nix;
    reportOf = scope.callFile ./report.nix;
    documents = scope.callFile ./documents.nix;
    report = scope.reportOf {
      inherit (scope.lab) bench;
      arguments = "--criteria baselines/decision.toml";
    };
    packages = scope.callFile ./packages.nix;
    mkWasiMatrix = scope.callFile ./wasi-matrix;
    fromHeftToml = scope.callFile ./heft-toml.nix;
    allChecks = scope.callFile ../checks;
  };
in
{
  inherit (scope) fromHeftToml mkWasiMatrix packages;
  inherit (scope.allChecks) checks;
  apps = scope.callFile ./apps.nix;
  shell = scope.callFile ./shell.nix;
  formatter = scope.callFile ./formatter.nix;
  # Built for a release alone, with a toolchain of its own.
  released.wasm-heft-released = scope.callFile ./static.nix;
}
