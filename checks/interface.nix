# Optimising leaves the interface alone: the component's WIT, or the module's imports and exports,
# as wasm-tools prints them before and after.
{ pkgs, runCommand }:

let
  describe = ''
    describe() {
      if wasm-tools component wit "$1" 2>/dev/null; then return; fi
      wasm-tools print --skeleton "$1" | grep -oE '\((import|export) "[^"]*"( "[^"]*")?' | sort
    }
  '';
in
{
  check =
    { name, file, module, ... }:
    runCommand "interface-${name}" { nativeBuildInputs = [ pkgs.wasm-tools ]; } ''
      ${describe}
      describe ${module}/clawft.wasm >before
      describe ${file} | tee $out
      if ! diff before $out; then
        echo "the interface changed: before on the left, after on the right"
        exit 1
      fi
    '';

  # A module with another interface.
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
