# Artefacts: each variant's module optimised, stripped and validated, with its named twin and record.
{
  lib,
  matrix,
  modules,
  pkgs,
  programs,
  runCommand,
}:

lib.genAttrs matrix.names (
  name:
  let
    variant = lib.head (lib.filter (variant: variant.name == name) matrix.variants);
    module = modules.clawft variant;
    folder = variant.triple;
    package =
      runCommand "clawft-${name}"
        {
          nativeBuildInputs = [
            pkgs.binaryen
            programs.wasm-heft-static
          ];
          passthru = { inherit module; };
        }
        ''
          mkdir -p $out/${folder}
          wasm-heft optimize ${module}/clawft.wasm -o $out/${folder}/clawft.wasm \
            --names $out/${folder}/clawft.names.wasm \
            --record $out/${folder}/clawft.json \
            --fingerprint "nixpkgs=${lib.version}" \
            --fingerprint "cargo-lock=${builtins.hashFile "sha256" ../Cargo.lock}"
        '';
  in
  variant
  // {
    inherit module package;
    file = "${package}/${folder}/clawft.wasm";
    names = "${package}/${folder}/clawft.names.wasm";
    record = "${package}/${folder}/clawft.json";
  }
)
