# `vendorMultipleCargoDeps { cargoLockList = [ LOCK STD-LOCK ]; }`: the crates of two locks in one
# folder. The second one has to be the standard library's own: its crates come with Debian's rust-src,
# which is outside the store, so the lock is compared when this is built.
{
  lib,
  pkgs,
  vendorCargoDeps,
}:

{ cargoLockList }:
let
  vendored = vendorCargoDeps { cargoLock = lib.head cargoLockList; };
  stdLock =
    if lib.length cargoLockList == 2 then
      lib.last cargoLockList
    else
      throw "vendorMultipleCargoDeps: expected two locks, the second of them the standard library's; this stand-in of crane knows no others";
in
pkgs.runCommand "vendor-cargo-deps" { nativeBuildInputs = [ pkgs.jq ]; } ''
  library=/usr/lib/rustlib/src/rust/library
  if ! cmp ${stdLock} $library/Cargo.lock; then
    echo "the lock of the standard library is not that of Debian's rust-src, whose crates are all there are"
    exit 1
  fi
  mkdir -p $out
  for registry in ${vendored}/*/; do
    folder=$out/$(basename "$registry")
    mkdir "$folder"
    ln -s "$registry"* "$folder/"
    for crate in $library/vendor/*; do
      here=$folder/$(basename "$crate")
      [ ! -e "$here" ] || continue
      cp -rs "$crate" "$here"
      # NB: Debian compiles the object files in wit-bindgen anew: cargo is told of the crate's
      # checksum, which the lock names, and not of those of its files.
      rm "$here/.cargo-checksum.json"
      jq --compact-output '.files = { }' "$crate/.cargo-checksum.json" >"$here/.cargo-checksum.json"
    done
  done
  sed "s#${vendored}#$out#" ${vendored}/config.toml >$out/config.toml
''
