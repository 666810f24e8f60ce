# `wasm-heft size` tells whose the artefact's bytes are: at least 97 % of its code belongs to a crate
# or library, and the crates, with what is none, add up to the file.
{
  pkgs,
  programs,
  runCommand,
}:

{
  check =
    { name, file, ... }:
    runCommand "attribution-${name}"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      ''
        wasm-heft size --no-compress --format json ${file} >size.json
        jq '.files[0] | { code_bytes, attributed_code_bytes, raw_bytes, sum: ([.crates[]?.bytes] | add) }' \
          size.json | tee $out
        if ! jq --exit-status '.sum == .raw_bytes' $out >/dev/null; then
          echo "the crates do not add up to the file"
          exit 1
        fi
        if ! jq --exit-status '.attributed_code_bytes >= 0.97 * .code_bytes' $out >/dev/null; then
          echo "less than 97 % of the code is attributed"
          exit 1
        fi
      '';

  # All that is known of a file without names is that it has code.
  fault =
    artefact:
    artefact
    // {
      file = runCommand "without-its-twin.wasm" { } "cp ${artefact.file} $out";
    };
  refusal = "the crates do not add up to the file";
}
