# Budgets and baselines fit the matrix: every variant has an entry and every entry a variant. Together
# with that, the limit itself: a file of exactly that size passes.
{
  artefacts,
  callFile,
  lib,
  programs,
  runCommand,
  sizeByFeature,
}:

let
  twin = callFile ./twin.nix;
  gate = gateBy "--budgets baselines/budgets.toml";
  gateBaseline = gateBy "--baseline baselines/sizes.json";
  gateBy =
    arguments: name: files:
    runCommand name { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      ln -s ${../baselines} baselines
      wasm-heft gate ${arguments} --report $out ${
        lib.concatStringsSep " " (lib.mapAttrsToList (name: file: "${name}=${file}") files)
      }
    '';
  files = lib.mapAttrs (_: artefact: artefact.file) artefacts;
  # The stubs have budgets and no baselines.
  budgeted = files // sizeByFeature.stubs;
  atTheLimit = runCommand "at-the-limit.wasm" { } ''
    cp --no-preserve=mode ${artefacts.talc-wasip1.file} $out
    truncate -s ${toString (350 * 1024)} $out
  '';
in
{
  budgets = gate "budgets" budgeted;
  budget-at-the-limit = gate "budget-at-the-limit" (budgeted // { talc-wasip1 = atTheLimit; });

  baselines = gateBaseline "baselines" files;

  twin-baselines-unknown-artefact = twin "baselines-unknown-artefact" (gateBaseline
    "baselines-unknown-artefact"
    (files // { another = artefacts.talc-wasip1.file; })
  ) "MISSING";
  twin-baselines-missing-artefact = twin "baselines-missing-artefact" (gateBaseline
    "baselines-missing-artefact"
    (removeAttrs files [ "talc-wasip1" ])
  ) "EXTRA";

  twin-budgets-unknown-artefact = twin "budgets-unknown-artefact" (gate "budgets-unknown-artefact" (
    budgeted // { another = atTheLimit; }
  )) "another";
  twin-budgets-missing-artefact = twin "budgets-missing-artefact" (gate "budgets-missing-artefact" (
    lib.filterAttrs (name: _: !lib.hasSuffix "wasip2" name) budgeted
  )) "wasip2";
}
