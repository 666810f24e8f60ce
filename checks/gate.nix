# The budgets file fits the matrix: every variant has a budget and every budget a variant. Together
# with it, the limit itself: a file of exactly that size passes.
{
  artefacts,
  callFile,
  lib,
  programs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;
  gate =
    name: files:
    runCommand name { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      ln -s ${../baselines} baselines
      wasm-heft gate --budgets baselines/budgets.toml --report $out ${
        lib.concatStringsSep " " (lib.mapAttrsToList (name: file: "${name}=${file}") files)
      }
    '';
  files = lib.mapAttrs (_: artefact: artefact.file) artefacts;
  atTheLimit = runCommand "at-the-limit.wasm" { } ''
    cp --no-preserve=mode ${artefacts.talc-wasip1.file} $out
    truncate -s ${toString (350 * 1024)} $out
  '';
in
{
  budgets = gate "budgets" files;
  budget-at-the-limit = gate "budget-at-the-limit" (files // { talc-wasip1 = atTheLimit; });

  twin-budgets-unknown-artefact = twin "budgets-unknown-artefact" (gate "budgets-unknown-artefact" (
    files // { another = atTheLimit; }
  )) "another";
  twin-budgets-missing-artefact = twin "budgets-missing-artefact" (gate "budgets-missing-artefact" (
    lib.filterAttrs (name: _: !lib.hasSuffix "wasip2" name) files
  )) "wasip2";
}
