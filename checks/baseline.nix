# The artefact did not grow: raw, gzip and brotli are within the tolerance of what was last accepted
# (baselines/sizes.json) with the same tools.
{ programs, runCommand }:

{
  check =
    {
      name,
      file,
      baseline,
      ...
    }:
    runCommand "baseline-${name}" { nativeBuildInputs = [ programs.wasm-heft-static ]; } ''
      install -D ${baseline} baselines/sizes.json
      wasm-heft gate --baseline baselines/sizes.json --partial --report $out ${name}=${file}
    '';

  # The same program with one more dependency; what it is, the refusal says.
  fault = artefact: artefact // { inherit (artefact.grown) file; };
  refusal = "miniz_oxide";
}
