# `flakeModules.default`, as a flake made with flake-parts takes it: by examples/flake-parts. flake-parts is not an input
# of this flake, so a few lines here stand in for it and for the module system: they give the module its arguments,
# ask each option's type about its value, and put defaults in. By hand the example was evaluated with both as they are.
{
  callFile,
  lib,
  mkWasiMatrix,
  pkgs,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  inherit (callFile ../nix/wasi-matrix/arguments.nix) known;
  inherit (pkgs.stdenv.hostPlatform) system;
  example = import ../examples/flake-parts/flake.nix;

  module = import ../nix/flake-module.nix { inherit lib mkWasiMatrix; } {
    flake-parts-lib.mkPerSystemOption = perSystem: perSystem;
  };

  # The module system, as far as the module asks for it.
  standIns = lib // {
    literalMD = text: text;
    mergeEqualOption = _: _: throw "nothing is defined twice here";
    mkDefault = value: value;
    mkOption = option: option;
    mkOptionType = type: type;
    types = {
      nullOr = type: type;
      submodule = module: module;
    };
  };
  perSystem =
    config:
    module.options.perSystem {
      inherit config pkgs;
      lib = standIns;
    };
  inherit ((perSystem { wasiMatrix = null; }).options.wasiMatrix.type) options;

  # What is wrong with a definition of `wasiMatrix`, a line each.
  problems =
    given:
    map (name: "there is no option `${name}`") (lib.attrNames (removeAttrs given (lib.attrNames options)))
    ++ lib.concatMap (
      name:
      let
        option = options.${name};
      in
      if given ? ${name} then
        lib.optional (!option.type.check given.${name}) "`${name}` is not ${option.type.description}"
      else
        lib.optional (!option ? default) "`${name}` is not defined"
    ) (lib.attrNames options);

  # The outputs of this system for a definition of `wasiMatrix`; none for null.
  outputs =
    given:
    let
      wrong = if given == null then [ ] else problems given;
      complete = lib.mapAttrs (name: option: given.${name} or option.default) options;
    in
    if wrong != [ ] then
      throw (lib.concatStringsSep "; " wrong)
    else
      (perSystem { wasiMatrix = if given == null then null else complete; }).config;

  # What the example's flake says in `perSystem`.
  inherit
    ((example.outputs {
      wasm-heft.flakeModules.default = module;
      flake-parts.lib.mkFlake = _: flake: flake;
    }).perSystem
      { }
    )
    wasiMatrix
    ;

  names = lib.mapAttrs (_: lib.attrNames);
  evaluatesTo =
    name: expected:
    promises name
      {
        expected = builtins.toJSON expected;
        found = builtins.toJSON {
          outputs = names (outputs wasiMatrix);
          none = names (outputs null);
          options = lib.attrNames options;
          wrong = problems {
            alocators = { };
            src = ../examples/flake-parts;
            targets = [ "wasip3" ];
          };
        };
        passAsFile = [
          "expected"
          "found"
        ];
        nativeBuildInputs = [ pkgs.jq ];
      }
      {
        says = ''
          if ! diff <(jq . "$expectedPath") <(jq . "$foundPath"); then
            echo "the module says otherwise: expected on the left"
            exit 1
          fi
        '';
      };
  expected = {
    # Those of `mkWasiMatrix` itself.
    outputs = names {
      inherit (mkWasiMatrix (wasiMatrix // { inherit pkgs; })) apps checks packages;
    };
    none = {
      apps = [ ];
      checks = [ ];
      packages = [ ];
    };
    options = lib.attrNames known;
    wrong = [
      "there is no option `alocators`"
      "`package` is not defined"
      "`targets` is not a list of `wasip1` `wasip2`"
    ];
  };
in
{
  checks = {
    flake-parts = evaluatesTo "flake-parts" expected;
  };
  deep = {
    rejects-flake-parts = rejects "flake-parts" {
      options = {
        check = evaluatesTo "other-options" (expected // { options = [ "src" ]; });
        message = "the module says otherwise";
      };
    };
    example-flake-parts =
      let
        inherit (outputs wasiMatrix) checks packages;
      in
      pkgs.linkFarm "example-flake-parts" (
        lib.mapAttrsToList (name: path: { inherit name path; }) checks
        ++ [
          {
            name = "report";
            path = packages.report;
          }
        ]
      );
  };
}
