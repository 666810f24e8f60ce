# The artefact is within its budget.
{ programs, runCommand }:

{
  check =
    {
      name,
      file,
      budgets,
      ...
    }:
    runCommand "budget-${name}" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      install -D ${budgets} baselines/budgets.toml
      wasm-heft gate --budgets baselines/budgets.toml --partial --report $out ${name}=${file}
    '';

  # One byte over the hard limit of 350 KiB.
  fault =
    artefact:
    artefact
    // {
      file = runCommand "one-byte-over.wasm" { } ''
        cp --no-preserve=mode ${artefact.file} $out
        truncate -s ${toString (350 * 1024 + 1)} $out
      '';
    };
  refusal = "OVER";
}
