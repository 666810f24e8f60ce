# A binary cache serves everything: all artefacts are put into a signed one on disk, and a machine with
# an empty store gets every one of them from it and builds nothing. A file that somebody changed there,
# and a cache that somebody else signed, are refused.
{
  artefacts,
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  twin = callFile ./twin.nix;
  packages = lib.mapAttrsToList (_: artefact: artefact.package) artefacts;

  # One byte of every module.
  tamper = ''
    for file in cache/nar/*; do
      printf T | dd of="$file" bs=1 seek=1000 conv=notrunc status=none
    done
  '';

  # `spoil` is done to the cache before anybody asks for its files.
  roundTrip =
    name: spoil:
    runCommand name
      {
        nativeBuildInputs = [ pkgs.nix ];
        closure = pkgs.closureInfo { rootPaths = packages; };
      }
      ''
        export HOME=$PWD NIX_CONF_DIR=$PWD NIX_STATE_DIR=$PWD/state NIX_LOG_DIR=$PWD/log
        # No other cache, and nothing is built: what is not in the cache is an error.
        cat >nix.conf <<EOF
        experimental-features = nix-command
        build-users-group =
        substituters =
        max-jobs = 0
        EOF
        cache=file://$PWD/cache
        nix key generate-secret --key-name here >secret
        nix key convert-secret-to-public <secret >public
        nix key generate-secret --key-name here >others

        # The store of this build, which no database describes so far.
        nix-store --load-db <$closure/registration
        nix store sign --key-file secret $(cat $closure/store-paths)
        nix copy --to "$cache?compression=none" ${toString packages}
        ${spoil}
        # NB: without a network nix asks no cache, unless the command line says so.
        nix build --store "$PWD/machine" --no-link --option substitute true \
          --option substituters "$cache" --option trusted-public-keys "$(cat public)" ${toString packages}
        for path in $(cat $closure/store-paths); do
          diff -r "$path" "$PWD/machine$path"
          echo "$path"
        done | tee $out
      '';
in
{
  binary-cache = roundTrip "binary-cache" "";

  twin-binary-cache-tampered =
    twin "binary-cache-tampered" (roundTrip "tampered" tamper) "hash mismatch";
  # With the hashes put right, only the signature tells.
  twin-binary-cache-forged = twin "binary-cache-forged" (roundTrip "forged" ''
    ${tamper}
    for info in cache/*.narinfo; do
      file=cache/$(sed -n 's/^URL: //p' "$info")
      hash=sha256:$(nix hash file --type sha256 --base32 "$file")
      sed -i "s/^\(FileHash\|NarHash\): .*/\1: $hash/" "$info"
    done
  '') "not signed by any of the keys";
  twin-binary-cache-signer = twin "binary-cache-signer" (roundTrip "signer" ''
    nix key convert-secret-to-public <others >public
  '') "not signed by any of the keys";
  # One that nobody put there.
  twin-binary-cache-missing = twin "binary-cache-missing" (roundTrip "missing" ''
    rm cache/*.narinfo
  '') "error";
}
