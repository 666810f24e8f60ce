# docs/size-by-feature.md has the numbers of today, and the stub is within its budget with every
# allocator.
{
  callFile,
  isDebian,
  lib,
  programs,
  runCommand,
  sizeByFeature,
}:

let
  twin = callFile ./twin.nix;

  # Every line of the table stands in the document, and no other line of a table.
  document =
    table:
    runCommand "size-by-feature" { } ''
      grep '^|' ${../docs/size-by-feature.md} >found
      if ! diff found ${table} >difference; then
        cat difference
        echo "docs/size-by-feature.md (<) and the numbers (>) part; put the output of"
        echo "nix/run build .#size-by-feature there"
        exit 1
      fi
      cp found $out
    '';

  budget =
    name: stubs:
    runCommand name { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      ln -s ${../baselines} baselines
      wasm-heft gate --budgets baselines/budgets.toml --partial --report $out ${
        lib.concatStringsSep " " (lib.mapAttrsToList (name: file: "${name}=${file}") stubs)
      }
    '';
in
{
  budget-stubs = budget "budget-stubs" sizeByFeature.stubs;
  # One byte over the limit of 300 KiB.
  twin-budget-stubs = twin "budget-stubs" (budget "budget-stubs-over" {
    talc-wasip1-stub = runCommand "one-byte-over.wasm" { } ''
      cp --no-preserve=mode ${sizeByFeature.stubs.talc-wasip1-stub} $out
      truncate -s ${toString (300 * 1024 + 1)} $out
    '';
  }) "OVER";
}
// lib.optionalAttrs isDebian {
  size-by-feature = document sizeByFeature.table;
  twin-size-by-feature = twin "size-by-feature" (document (
    runCommand "other.md" { } "sed 's/ 1/ 2/' ${sizeByFeature.table} >$out"
  )) "the numbers (>) part";
}
