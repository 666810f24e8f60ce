# The page with every number: sizes, budgets, what the files are made of, the lab's bench, the decision.
{
  artefacts,
  lab,
  lib,
  programs,
  runCommand,
}:

runCommand "report" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
  mkdir artefacts $out
  ln -s ${../baselines} baselines
  ${lib.concatStrings (
    lib.mapAttrsToList (name: artefact: ''
      ln -s ${artefact.file} artefacts/${name}.wasm
      ln -s ${artefact.names} artefacts/${name}.names.wasm
      ln -s ${artefact.record} artefacts/${name}.json
    '') artefacts
  )}
  if [ -e baselines/sizes.json ]; then
    baseline="--baseline baselines/sizes.json"
  fi
  wasm-heft report --title "clawft: sizes, fuel and memory" \
    -o $out/report.html --markdown $out/summary.md \
    --budgets baselines/budgets.toml ''${baseline:-} \
    --bench ${lab.bench} --criteria baselines/decision.toml \
    ${lib.concatMapStringsSep " " (name: "${name}=artefacts/${name}.wasm") (lib.attrNames artefacts)}
''
