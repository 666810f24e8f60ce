# `flakeModules.default`: `mkWasiMatrix` for flakes made with flake-parts. In `perSystem`, the option
# `wasiMatrix` has the arguments of ./wasi-matrix/arguments.nix; what comes back is in `packages`, `checks` and `apps`.
{ lib, mkWasiMatrix }:

{ flake-parts-lib, ... }:

let
  inherit
    (import ./wasi-matrix/arguments.nix {
      inherit lib;
      matrix = import ./variants.nix { inherit lib; };
    })
    known
    ;
in
{
  _file = ./flake-module.nix;

  options.perSystem = flake-parts-lib.mkPerSystemOption (
    {
      config,
      lib,
      pkgs,
      ...
    }:
    let
      inherit (lib) mkOption;

      # One argument. Null is for what is not given: its default may depend on the others.
      option =
        name: argument:
        mkOption (
          {
            description = "${argument.is}.";
            type = lib.mkOptionType {
              inherit name;
              description = argument.expected;
              check = value: value == null && argument ? default || argument.isGood value;
              merge = lib.mergeEqualOption;
            };
          }
          // lib.optionalAttrs (argument ? default) { default = null; }
          // lib.optionalAttrs (argument ? shown) { defaultText = lib.literalMD argument.shown; }
        );

      options = lib.mapAttrs option known // {
        pkgs = option "pkgs" known.pkgs // {
          default = pkgs;
          defaultText = lib.literalMD "those of `perSystem`";
        };
      };
      given = lib.filterAttrs (_: value: value != null) config.wasiMatrix;
      project = if config.wasiMatrix == null then { } else mkWasiMatrix given;
    in
    {
      options.wasiMatrix = mkOption {
        description = "A program, built for WASI with every allocator and on every target, and held to its promises.";
        type = lib.types.nullOr (lib.types.submodule { inherit options; });
        default = null;
      };

      config = {
        # Another default of the flake's own wins.
        packages = lib.mapAttrs (_: lib.mkDefault) (project.packages or { });
        checks = project.checks or { };
        apps = project.apps or { };
      };
    }
  );
}
