# Artifacts: each variant's module optimized, stripped and validated, with its symbols file and record,
# and what its checks compare it with.
{
  artifact,
  lib,
  matrix,
  modules,
  programs,
}:

let
  behavior = lib.fileset.toSource {
    root = ../crates/clawft-wasm;
    fileset = lib.fileset.unions [
      ../crates/clawft-wasm/behavior.txt
      ../crates/clawft-wasm/tests/behavior.sh
    ];
  };
in
lib.genAttrs matrix.names (
  name:
  let
    variant = lib.head (lib.filter (variant: variant.name == name) matrix.variants);

    of =
      name: features:
      artifact {
        derivation = "clawft-${name}";
        bin = "clawft";
        folder = variant.triple;
        module = modules.clawft (variant // { inherit name features; });
        arguments = matrix.passes variant.profile;
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
    grown = of "${name}-grown" (variant.features ++ [ "growth-fixture" ]);

    # What else this one has to show, of the rows of ../checks/artifact.nix.
    byHand = true;
    attributed = "0.97";
    behavior = {
      script = "${behavior}/tests/behavior.sh";
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
