# The artefact does what the native program does: the same script of commands, the same output,
# exit codes and files.
{
  lib,
  pkgs,
  runCommand,
}:

{
  check =
    {
      name,
      target,
      file,
      # A script that is given a command to run, the native program, and further arguments of
      # `wasmtime run`.
      behaviour,
      ...
    }:
    runCommand "behaviour-${name}" { nativeBuildInputs = [ pkgs.wasmtime ]; } ''
      export HOME=$PWD
      wasmtime compile ${file} -o compiled
      bash ${behaviour.script} ${behaviour.native} >native
      # WASI 0.2 programs end with success or failure, whatever the exit code.
      ${lib.optionalString (target == "wasip2") "FAILURE_CODE=1"} bash ${behaviour.script} \
        wasmtime run --allow-precompiled ${lib.escapeShellArgs behaviour.arguments} "$PWD/compiled" >$out
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
      behaviour = artefact.behaviour // {
        native = runCommand "another-program" { } ''
          printf '#!%s\nset -o pipefail\n%s "$@" | sed "s/echo/ECHO/"\n' \
            "$(type -P bash)" ${artefact.behaviour.native} >$out
          chmod +x $out
        '';
      };
    };
  refusal = "behaves otherwise";
}
