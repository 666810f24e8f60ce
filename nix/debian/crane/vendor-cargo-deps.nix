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
  crates =
    if lockHash != machine.vendor.lockSha256 then
      throw "Cargo.lock is not the one whose crates were fetched; start the build through nix/run"
    else
      builtins.fetchTree {
        type = "path";
        inherit (machine.vendor) path narHash;
      };
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
