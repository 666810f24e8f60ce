# `mkWasiMatrix` does for other people's programs what it says: for the template, as `nix flake init`
# leaves it, and for a program of the crate registry that has never heard of this project. What is
# wrong with its arguments it says by their names, and its document says what they are.
{
  callFile,
  lib,
  mkWasiMatrix,
  pkgs,
  runCommand,
}:

let
  promises = callFile ../promises.nix;
  rejects = callFile ../rejects.nix;
  inherit (pkgs.stdenv.hostPlatform) system;
  inherit (callFile ../../nix/wasi-matrix/arguments.nix) problems table;

  # The template's own flake, with this one as its input.
  template = lib.mapAttrs (_: output: output.${system}) (
    (import ../../nix/template/flake.nix).outputs {
      self = throw "the template does not need itself";
      wasm-heft = {
        lib = { inherit mkWasiMatrix; };
        inputs.nixpkgs = {
          inherit lib;
          legacyPackages.${system} = pkgs;
        };
      };
    }
  );

  hexylArguments = {
    inherit pkgs;
    src = pkgs.fetchCrate {
      pname = "hexyl";
      version = "0.17.0";
      hash = "sha256-lEkBSJSPf4ZQvkmXZDGpOFoiAzbPQmB3/j8a/GtcbeQ=";
    };
    # Newer than the crate's own, in which rustix asks for a nightly compiler on wasip2.
    cargoLock = ./hexyl-Cargo.lock;
    package = "hexyl";
    behavior = ./hexyl.sh;
    budgets = ./hexyl-budgets.toml;
    profiles = [
      "release-wasm"
      "trap"
      "min"
    ];
  };
  hexyl = mkWasiMatrix hexylArguments;

  # All that there is of one matrix.
  everything =
    name: { checks, packages, ... }:
    pkgs.linkFarm "wasi-matrix-${name}" (
      lib.mapAttrsToList (name: path: { inherit name path; }) checks
      ++ [
        {
          name = "report";
          path = packages.report;
        }
      ]
    );

  problemsAre =
    name: given: expected:
    promises name
      {
        found = lib.concatMapStrings (line: line + "\n") (problems given);
        expected = lib.concatMapStrings (line: line + "\n") expected;
        passAsFile = [
          "expected"
          "found"
        ];
      }
      {
        says = ''
          if ! diff "$expectedPath" "$foundPath"; then
            echo "mkWasiMatrix says otherwise: expected on the left"
            exit 1
          fi
        '';
      };
  wrong = {
    allocators.talc.feature = [ "talc" ];
    pkgs = { };
    alocators = [ "talc" ];
    src = 7;
    targets = [ "wasip3" ];
    profiles = "min";
  };
  expected = [
    "argument `alocators` is unknown; there are `allocators` `baseline` `behavior` `bin` `budgets` `cargoLock` `defaultFeatures` `environment` `exports` `features` `package` `pkgs` `profiles` `runArguments` `src` `stackBytes` `targets`"
    "argument `allocators`: expected a set of `{ features = [ ... ]; heap = [ ... ]; }`, found {\"talc\":{\"feature\":[\"talc\"]}}"
    "argument `package` is missing: the package's name, as cargo calls it"
    "argument `profiles`: expected a list of `min` `release-wasm` `trap`, found \"min\""
    "argument `src`: expected a path or a derivation, found 7"
    "argument `targets`: expected a list of `wasip1` `wasip2`, found [\"wasip3\"]"
  ];

  # Every line about arguments stands in the document, and no other.
  document =
    name: table:
    promises name { passAsFile = [ "table" ]; inherit table; } {
      document = ''
        sed -n '/^## Arguments/,/^## What/p' ${../../docs/flake.md} | grep '^| `' >found
        if ! diff found "$tablePath"; then
          echo "the arguments in docs/flake.md (<) are not those of mkWasiMatrix (>)"
          exit 1
        fi
      '';
    };
in
{
  checks = {
    matrix-template = everything "template" template;
    matrix-says = problemsAre "matrix-says" wrong expected;
    matrix-document = document "matrix-document" table;
    rejects-matrix = rejects "matrix" {
      budgets = {
        # The template with one allocator and a limit that it does not keep.
        check =
          (mkWasiMatrix {
            inherit pkgs;
            src = ../../nix/template;
            package = "words";
            allocators.talc.features = [ "talc" ];
            defaultFeatures = false;
            budgets = builtins.toFile "budgets.toml" ''
              schema = 1
              [[budget]]
              artifacts = ["*"]
              raw = { limit = "1 KiB" }
            '';
          }).checks.numbers;
        message = "OVER";
      };
      says = {
        check = problemsAre "wrong-says" wrong [ ];
        message = "says otherwise";
      };
      document = {
        check = document "other-document" (table + "| `more` | is | none |\n");
        message = "are not those of mkWasiMatrix";
      };
    };
  };

  deep = {
    matrix-hexyl = everything "hexyl" hexyl;
    matrix-says-nothing = problemsAre "matrix-says-nothing" hexylArguments [ ];
    rejects-matrix-hexyl = rejects "matrix-hexyl" {
      budgets = {
        check =
          (mkWasiMatrix (hexylArguments // { budgets = ../../nix/template/budgets.toml; })).checks.numbers;
        message = "OVER";
      };
    };
  };
}
