# The artefact is valid WebAssembly of its kind, says wasm-tools.
{ pkgs, runCommand }:

{
  check =
    { name, file, ... }:
    runCommand "validate-${name}" { nativeBuildInputs = [ pkgs.wasm-tools ]; } ''
      wasm-tools validate ${file}
      wasm-tools objdump ${file} | tee $out
    '';

  # One byte short.
  fault =
    artefact:
    artefact
    // {
      file = runCommand "one-byte-short.wasm" { } "head -c -1 ${artefact.file} >$out";
    };
  refusal = "error";
}
