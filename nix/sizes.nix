# Every artifact's size against its budget, as a Markdown table.
{
  artifacts,
  lib,
  programs,
  runCommand,
}:

runCommand "sizes.md" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
  ln -s ${../baselines} baselines
  wasm-heft gate --budgets baselines/budgets.toml --format markdown ${
    lib.concatStringsSep " " (
      lib.mapAttrsToList (name: artifact: "${name}=${artifact.file}") artifacts
    )
  } | tee $out
''
