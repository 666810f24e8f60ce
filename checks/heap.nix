# The artefact has the allocators it should have and no other: with one heap, wasi-libc's own
# malloc is not linked. Read from the named twin, which has the artefact's code.
{
  artefacts,
  lib,
  pkgs,
  programs,
  runCommand,
}:

{
  check =
    {
      name,
      names,
      heap,
      ...
    }:
    runCommand "heap-${name}"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      ''
        wasm-heft size --format json ${names} >size.json
        jq -r '.files[0].allocators | map(.family) | sort | .[]' size.json | tee $out
        if ! diff <(printf '%s\n' ${lib.escapeShellArgs heap}) $out; then
          echo "wrong allocators linked: expected ${toString heap}, found the right side"
          exit 1
        fi
      '';

  # A module with wasi-libc's malloc in it under this one's name.
  fault = artefact: artefact // { inherit (artefacts."system-${artefact.target}") names; };
  refusal = "wrong allocators linked";
}
