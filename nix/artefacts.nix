# Artefacts: each variant's module optimised, stripped and validated, with its named twin and record.
{
  lib,
  matrix,
  modules,
  optimise,
}:

lib.genAttrs matrix.names (
  name:
  let
    variant = lib.head (lib.filter (variant: variant.name == name) matrix.variants);
    folder = variant.triple;

    of =
      name: features:
      let
        module = modules.clawft (variant // { inherit name features; });
        package = optimise {
          name = "clawft-${name}";
          bin = "clawft";
          inherit folder module;
          arguments = matrix.profiles.${variant.profile}.optimise;
          # The tools are those of every variant, so that one without a baseline fails by its name.
          fingerprint = lib.optionalAttrs (matrix.profiles.${variant.profile} ? standardLibrary) {
            std-lock = builtins.hashFile "sha256" ./std-Cargo.lock;
          };
        };
      in
      {
        inherit module package;
        file = "${package}/${folder}/clawft.wasm";
        names = "${package}/${folder}/clawft.names.wasm";
        record = "${package}/${folder}/clawft.json";
      };
  in
  variant
  // of name variant.features
  // {
    # The same with one more dependency, for the checks that have to notice it.
    grown = of "${name}-grown" (variant.features ++ [ "ballast" ]);
  }
)
