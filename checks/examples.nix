# The folders of examples/ are what they say: each is built, with all of its checks, as somebody who copied
# it would build it.
{
  callFile,
  fromHeftToml,
  lib,
  mkWasiMatrix,
  pkgs,
}:

let
  rejects = callFile ./rejects.nix;
  inherit (pkgs.stdenv.hostPlatform) system;

  # The crate, from its heft.toml, without Nix of its own.
  crate = fromHeftToml {
    inherit pkgs;
    src = ../examples/crate;
  };

  # The flake, with this one as its input.
  published = lib.mapAttrs (_: output: output.${system}) (
    (import ../examples/published/flake.nix).outputs {
      self = throw "the example does not need itself";
      wasm-heft = {
        lib = { inherit mkWasiMatrix; };
        inputs.nixpkgs = {
          inherit lib;
          legacyPackages.${system} = pkgs;
        };
      };
    }
  );

  # All checks of one matrix, and its report, under their names.
  everything =
    name: { checks, packages, ... }:
    pkgs.linkFarm "example-${name}" (
      lib.mapAttrsToList (name: path: { inherit name path; }) checks
      ++ [
        {
          name = "report";
          path = packages.report;
        }
      ]
    );

  # The example's crate with limits that it does not keep.
  tight = pkgs.runCommand "tight" { } ''
    cp -r --no-preserve=mode ${../examples/crate} $out
    sed -i 's/100 KiB/1 KiB/' $out/budgets.toml
  '';
in
{
  checks = { };
  deep = {
    example-crate = everything "crate" crate.words;
    example-published = everything "published" published;
    rejects-examples = rejects "examples" {
      budgets = {
        check =
          (fromHeftToml {
            inherit pkgs;
            src = ../examples/crate;
            budgets = "${tight}/budgets.toml";
          }).words.checks.numbers;
        says = "OVER";
      };
    };
  };
}
