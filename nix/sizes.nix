# Every artefact's size against its budget, as a Markdown table.
{
  artefacts,
  lib,
  programs,
  runCommand,
  sizeByFeature,
}:

runCommand "sizes.md" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
  ln -s ${../baselines} baselines
  wasm-heft gate --budgets baselines/budgets.toml --format markdown ${
    lib.concatStringsSep " " (
      lib.mapAttrsToList (name: file: "${name}=${file}") (
        lib.mapAttrs (_: artefact: artefact.file) artefacts // sizeByFeature.stubs
      )
    )
  } | tee $out
''
