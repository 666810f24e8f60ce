# A runtime accepts the artefact: wasmtime compiles it to machine code.
{ pkgs, runCommand }:

{
  check =
    { name, file, ... }:
    runCommand "compile-${name}" { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
      export HOME=$PWD
      wasmtime compile ${file} -o compiled
      wasmtime --version >$out
    '';

  # A section that is no section.
  fault =
    artefact:
    artefact
    // {
      file = runCommand "unknown-section.wasm" { } ''
        cp --no-preserve=mode ${artefact.file} $out
        printf '\177\001\000' >>$out
      '';
    };
  refusal = "Error";
}
