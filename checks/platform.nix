# The flake is green on a platform that no baseline knows, and says what held in its place: budgets and
# ratios. Tried with this platform's own tools under other names; in the deep set with everything that
# there is to check.
{
  artifacts,
  callFile,
  crane,
  fenix,
  lab,
  lib,
  matrix,
  pkgs,
  programs,
  runCommand,
  writeShellApplication,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;

  notice = "no baseline for these tools yet";

  # A record's tools under other names. jq's `|=` keeps what else it says.
  renamed = ''.fingerprint.nixpkgs = "another" | .fingerprint."wasm-opt" += " (another)"'';
  gate =
    name:
    { budgets, bench }:
    promises name
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      {
        sizes = ''
          cp -r ${../baselines} baselines
          mkdir artifacts
          ${lib.concatStrings (
            lib.mapAttrsToList (name: artifact: ''
              cp ${artifact.file} artifacts/${name}.wasm
              jq ${lib.escapeShellArg renamed} ${artifact.record} >artifacts/${name}.json
            '') artifacts
          )}
          wasm-heft gate --budgets ${budgets} --baseline baselines/sizes.json ${
            lib.concatMapStringsSep " " (name: "${name}=artifacts/${name}.wasm") (lib.attrNames artifacts)
          } | tee found
          grep -F -e ${lib.escapeShellArg notice} found
        '';
        fuel = ''
          cp -r ${../baselines} baselines
          mkdir records
          ${lib.concatStrings (
            lib.mapAttrsToList (name: record: ''
              jq ${lib.escapeShellArg renamed} ${record} >records/${name}.json
            '') lab.shipped.records
          )}
          wasm-heft gate --budgets ${budgets} --bench ${bench} --bench-baseline baselines/bench.json --partial ${
            lib.concatMapStringsSep " " (name: "--record records/${name}.json") (
              lib.attrNames lab.shipped.records
            )
          } | tee found
          grep -F -e ${lib.escapeShellArg notice} found
        '';
      };
  here = {
    budgets = ../baselines/budgets.toml;
    bench = lab.shipped.counts;
  };

  # The whole project with other names for its platform and its optimizer.
  foreign = import ../nix {
    inherit crane fenix;
    lib = lib // {
      version = "another-platform";
    };
    pkgs = pkgs // {
      binaryen = pkgs.symlinkJoin {
        name = "binaryen-of-another-name";
        paths = [ pkgs.binaryen ];
        postBuild = "ln -sf ${otherName}/bin/wasm-opt $out/bin/wasm-opt";
      };
    };
  };
  otherName = writeShellApplication {
    name = "wasm-opt";
    text = ''
      if [ "$*" = --version ]; then
        echo "$(${pkgs.binaryen}/bin/wasm-opt --version) (another build)"
      else
        exec ${pkgs.binaryen}/bin/wasm-opt "$@"
      fi
    '';
  };
in
{
  checks = {
    platform-foreign = gate "platform-foreign" here;

    rejects-platform = rejects "platform" {
      # A limit that no artifact keeps.
      budget = {
        check = gate "budget" (
          here
          // {
            budgets = runCommand "budgets.toml" { } ''
              sed -e 's/, guard = "[^"]*"//' -e 's/, stretch = "[^"]*"//' -e 's/350 KiB/100 KiB/' ${../baselines/budgets.toml} >$out
            '';
          }
        );
        message = "OVER";
      };
      # The recommended allocator at twice its work.
      ratio = {
        check = gate "ratio" (
          here
          // {
            bench = runCommand "slower.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
              jq '(.rows[] | select(.module | startswith("${matrix.recommended}-")) | .fuel | numbers) |= . * 2' \
                ${lab.shipped.counts} >$out
            '';
          }
        );
        message = "fuel";
      };
    };
  };

  deep.platform-foreign-all = pkgs.linkFarm "platform-foreign-all" (
    lib.mapAttrsToList (name: path: { inherit name path; }) (
      removeAttrs foreign.checks [
        "platform-foreign"
        "rejects-platform"
      ]
    )
  );
}
