# Optimising leaves the interface alone: the component's WIT as wasm-tools prints it, or the
# module's imports and exports with their types, are the same before and after.
{ pkgs, runCommand }:

let
  describe = ''
    describe() {
      # Only a component has WIT.
      wasm-tools component wit "$1" 2>/dev/null ||
        wasm-tools strip --all "$1" | wasm-tools print --skeleton |
          awk -f ${../crates/wasm-heft/tests/real-files/interface.awk} | sort
    }
  '';
in
{
  check =
    {
      name,
      file,
      unoptimised,
      ...
    }:
    runCommand "interface-${name}" { nativeBuildInputs = [ pkgs.wasm-tools ]; } ''
      ${describe}
      describe ${unoptimised} >before
      test -s before
      describe ${file} | tee $out
      if ! diff before $out; then
        echo "the interface changed: before on the left, after on the right"
        exit 1
      fi
    '';

  # Another module: one that only has a header.
  fault =
    artefact:
    artefact
    // {
      file = runCommand "empty.wasm" { } ''
        printf '\0asm\001\0\0\0' >$out
      '';
    };
  refusal = "the interface changed";
}
