# `fromHeftToml { pkgs, src, ... }`: `mkWasiMatrix` for the artifacts of `src`'s heft.toml, by their names,
# so that Nix and cargo build the same. Further arguments are those of `mkWasiMatrix`. What is wrong with
# the file, `wasm-heft build --dry-run` says with its line; here only what has no meaning in Nix is refused.
{ lib, mkWasiMatrix }:

{ src, ... }@given:

let
  file = lib.importTOML (src + "/heft.toml");
  path = key: lib.optionalAttrs (file ? ${key}) { ${key} = src + "/${file.${key}}"; };
  baseline = file.baseline or "sizes.json";

  # The optimizer is this flake's, with the settings of its profiles.
  refuse =
    artifact:
    if file ? optimize then
      throw "fromHeftToml: heft.toml has [optimize], and the flake optimizes by profile (nix/variants.nix); leave it out"
    else
      artifact;

  arguments =
    artifact:
    {
      inherit (artifact) package;
      bin = artifact.bin or artifact.package;
    }
    // lib.optionalAttrs (artifact ? allocators) { inherit (artifact) allocators; }
    // lib.optionalAttrs (artifact ? default-features) { defaultFeatures = artifact.default-features; }
    // builtins.intersectAttrs {
      features = null;
      profiles = null;
      targets = null;
    } artifact
    // path "budgets"
    // lib.optionalAttrs (builtins.pathExists (src + "/${baseline}")) {
      baseline = src + "/${baseline}";
    };
in
lib.listToAttrs (
  map (
    artifact:
    lib.nameValuePair (artifact.name or artifact.bin or artifact.package) (
      mkWasiMatrix (arguments (refuse artifact) // given)
    )
  ) file.artifact
)
