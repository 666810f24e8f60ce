# Every artefact's size against its budget, as a Markdown table.
{
  artefacts,
  lib,
  programs,
  runCommand,
}:

runCommand "sizes.md" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
  ln -s ${../baselines} baselines
  wasm-heft gate --budgets baselines/budgets.toml --format markdown ${
    lib.concatStringsSep " " (
      lib.mapAttrsToList (name: artefact: "${name}=${artefact.file}") artefacts
    )
  } | tee $out
''
