# Artefacts: each variant's module optimised, stripped and validated, with its named twin and record,
# and what its checks compare it with.
{
  artefact,
  lib,
  matrix,
  modules,
  programs,
}:

let
  behaviour = lib.fileset.toSource {
    root = ../crates/clawft-wasm;
    fileset = lib.fileset.unions [
      ../crates/clawft-wasm/behaviour.txt
      ../crates/clawft-wasm/tests/behaviour.sh
    ];
  };
in
lib.genAttrs matrix.names (
  name:
  let
    variant = lib.head (lib.filter (variant: variant.name == name) matrix.variants);

    of =
      name: features:
      artefact {
        derivation = "clawft-${name}";
        bin = "clawft";
        folder = variant.triple;
        module = modules.clawft (variant // { inherit name features; });
        arguments = matrix.profiles.${variant.profile}.optimise;
        # The tools are those of every variant, so that one without a baseline fails by its name.
        fingerprint = lib.optionalAttrs (matrix.profiles.${variant.profile} ? standardLibrary) {
          std-lock = builtins.hashFile "sha256" ./std-Cargo.lock;
        };
      };
  in
  variant
  // of name variant.features
  // {
    # The same with one more dependency, for the checks that have to notice it.
    grown = of "${name}-grown" (variant.features ++ [ "ballast" ]);

    # What else this one has to show, of the rows of ../checks/artifact.nix.
    byHand = true;
    attributed = "0.97";
    behaviour = {
      script = "${behaviour}/tests/behaviour.sh";
      native = "${programs.clawft}/bin/clawft";
      # Of `wasmtime run`.
      arguments = [
        "--dir"
        ".::."
      ]
      ++ lib.optionals (variant.target == "wasip2") [
        "-S"
        "http"
      ];
    };
  }
)
