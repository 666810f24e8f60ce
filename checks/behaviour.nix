# The artefact does what the native program does: the same script of commands, the same output,
# exit codes and files.
{
  lib,
  pkgs,
  programs,
  runCommand,
}:

let
  script = ../crates/clawft-wasm;
in
{
  check =
    {
      name,
      target,
      file,
      native ? "${programs.clawft}/bin/clawft",
      ...
    }:
    runCommand "behaviour-${name}" { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
      export HOME=$PWD
      wasmtime compile ${file} -o compiled
      bash ${script}/tests/behaviour.sh ${native} >native
      # WASI 0.2 programs end with success or failure, whatever the exit code.
      ${lib.optionalString (target == "wasip2") "FAILURE_CODE=1"} bash ${script}/tests/behaviour.sh \
        wasmtime run --allow-precompiled ${lib.optionalString (target == "wasip2") "-S http"} \
        --dir .::. "$PWD/compiled" >$out
      if ! diff native $out; then
        echo "behaves otherwise: native on the left, ${name} on the right"
        exit 1
      fi
    '';

  # A native program that answers otherwise.
  fault =
    artefact:
    artefact
    // {
      native = runCommand "another-clawft" { } ''
        printf '#!%s\nset -o pipefail\n%s "$@" | sed "s/echo/ECHO/"\n' \
          "$(type -P bash)" ${programs.clawft}/bin/clawft >$out
        chmod +x $out
      '';
    };
  refusal = "behaves otherwise";
}
