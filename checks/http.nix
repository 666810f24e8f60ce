# The components talk HTTP to a server on this machine: slow, broken, huge and malicious ones too. The
# artefacts as they ship, and each allocator with every block looked up and fenced. The latter do all
# else as well that the program can do: files, memory, bad input.
{
  artefacts,
  callFile,
  cargo,
  lib,
  matrix,
  modules,
  pkgs,
  workspace,
}:

let
  twin = callFile ./twin.nix;
  behaviour = callFile ./behaviour.nix;

  # The same tests for each component; to compile them once for each would take longer than all else.
  talk =
    name: components:
    cargo.build {
      pname = "http-${name}";
      src = workspace.whole;
      CARGO_PROFILE = "dev";
      cargoArtifacts = cargo.testDependencies;
      nativeBuildInputs = [ pkgs.wasmtime ];
      # A test that is skipped prints so, and would pass.
      buildPhaseCargoCommand = ''
        export HOME=$PWD
        for component in ${toString components}; do
          echo "$component"
          CLAWFT_COMPONENT=$component cargo test --locked --package clawft-wasm --test http -- --nocapture || failed=1
        done >log 2>&1
        cat log
        if [ -n "''${failed-}" ] || grep -q skipped log; then exit 1; fi
      '';
      installPhaseCommand = "cp log $out";
    };

  ships = lib.filterAttrs (_: artefact: artefact.target == "wasip2") artefacts;

  checked =
    lib.genAttrs (lib.filter (name: name != "system") (lib.attrNames matrix.allocators))
      (
        allocator:
        "${
          modules.clawft {
            name = "checked-${allocator}";
            target = "wasip2";
            features = matrix.allocators.${allocator}.features ++ [ "alloc-checked" ];
          }
        }/clawft.wasm"
      );
in
lib.mapAttrs' (
  allocator: file:
  lib.nameValuePair "behaviour-checked-${allocator}" (
    behaviour.check {
      name = "checked-${allocator}";
      target = "wasip2";
      inherit file;
      inherit (artefacts."${matrix.recommended}-wasip2") behaviour;
    }
  )
) checked
// {
  http = talk "ships" (lib.mapAttrsToList (_: artefact: artefact.file) ships);
  http-checked = talk "checked" (lib.attrValues checked);
  # A component that is none.
  twin-http = twin "http" (talk "fault" [ (builtins.toFile "none.wasm" "none") ]) "test result: FAILED";
}
