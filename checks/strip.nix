# The artefact is stripped: wabt's wasm-strip finds nothing to remove in any of its core modules.
{ callFile, pkgs, runCommand }:

{
  check =
    { name, file, ... }:
    runCommand "strip-${name}"
      {
        nativeBuildInputs = [
          (callFile ../nix/core-modules.nix)
          pkgs.wabt
        ];
      }
      ''
        core-modules ${file} modules
        for module in modules/*; do
          wasm-strip "$module" -o stripped.wasm
          before=$(stat -c %s "$module") after=$(stat -c %s stripped.wasm)
          if ! cmp "$module" stripped.wasm; then
            echo "not stripped: $module has $before bytes, wasm-strip leaves $after"
            exit 1
          fi
          echo "$(basename "$module"): $before bytes, nothing to strip" | tee -a $out
        done
      '';

  # With its names.
  fault = artefact: artefact // { file = artefact.names; };
  refusal = "not stripped";
}
