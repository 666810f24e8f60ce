# The artefact is optimised: doing it once more would save next to nothing.
{ pkgs, programs, runCommand }:

{
  check =
    { name, file, ... }:
    runCommand "opt-${name}"
      {
        nativeBuildInputs = [
          pkgs.binaryen
          programs.wasm-heft-static
        ];
      }
      ''
        wasm-heft optimize --check ${file} | tee $out
      '';

  # As cargo left it.
  fault = artefact: artefact // { file = artefact.unoptimised; };
  refusal = "not optimised";
}
