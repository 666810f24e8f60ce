# `vendorCargoDeps { src | cargoLock }`: a folder with crane's layout, `config.toml` and a folder of
# crates named by the hash of the registry's address. The crates were fetched and verified by
# `cargo vendor --locked` in `nix/run`, which left their store path and hash in machine.json.
{
  lib,
  machine,
  pkgs,
}:

args:
let
  cargoLock = args.cargoLock or (args.src + "/Cargo.lock");
  lockHash = builtins.hashFile "sha256" cargoLock;
  crates = builtins.fetchTree (
    {
      type = "path";
    }
    // machine.vendor.${lockHash} or (throw
      "the crates of ${toString cargoLock} were not fetched; start the build through nix/run, whose `locks` have to name it"
    )
  );
  sources = lib.unique (
    lib.concatMap (package: lib.optional (package ? source) package.source) (lib.importTOML cargoLock).package
  );
  registry =
    if lib.length sources == 1 then
      lib.head sources
    else
      throw "Cargo.lock names ${toString (lib.length sources)} registries; this stand-in of crane reads one";
  folder = builtins.hashString "sha256" registry;
in
pkgs.runCommand "vendor-cargo-deps" { } ''
  mkdir -p $out
  ln -s ${crates} $out/${folder}
  cat >$out/config.toml <<EOF
  [source.nix-sources-${folder}]
  directory = "$out/${folder}"
  [source.crates-io]
  replace-with = "nix-sources-${folder}"
  EOF
''
